// Charts of values that are not one latency a request: gaps, rates of single requests, warm-ups.
#include <gtest/gtest.h>

#include "analysis/shape.h"
#include "analysis/warmup.h"
#include "chart/catalogue.h"
#include "chart/option.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

double number(const Cell& cell) { return std::get<double>(cell); }

void expect_drawn(const Chart& chart) {
  ASSERT_TRUE(chart.has_picture()) << chart.empty;
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_EQ(svg->find("NaN"), std::string::npos);
}

TestRun run_of(std::vector<record::Row> rows, const std::vector<std::string>& names) {
  TestRun run{.frame = std::make_unique<record::Frame>(record::make_frame(rows))};
  run.rows = std::move(rows);
  run.view = view_of(analysis::make_run(names), *run.frame);
  return run;
}

TEST(GapCharts, FiguresAreThoseOfAllGaps) {
  // 30 requests of 20 tokens each: 19 gaps of 8 to 10 ms.
  const auto run = test_run({{"a", 30}, {"b", 30}});
  const auto shape = analysis::shape(run.view.slices[0], analysis::MetricId::kItl);
  ASSERT_EQ(shape.n, 30 * 19);

  const Chart percentiles = make_chart(*find_chart("itl-percentiles"), run.input());
  expect_drawn(percentiles);
  EXPECT_EQ(number(percentiles.table.rows.at(0).at(0)), 50);
  EXPECT_DOUBLE_EQ(number(percentiles.table.rows[0][1]), shape.at(0.5).value());
  EXPECT_DOUBLE_EQ(number(percentiles.table.rows[4][1]), shape.at(0.99).value());
  EXPECT_EQ(percentiles.subtitle.find("Shaded"), std::string::npos)
      << "no intervals that take gaps for independent";
  EXPECT_NE(percentiles.source.find("n = 570, 570 gaps"), std::string::npos) << percentiles.source;

  const Chart ecdf = make_chart(*find_chart("itl-ecdf"), run.input());
  expect_drawn(ecdf);
  EXPECT_TRUE(ecdf.subtitle.starts_with("95% of the gaps are at most: a 9")) << ecdf.subtitle;

  const Chart distribution = make_chart(*find_chart("itl-distribution"), run.input());
  expect_drawn(distribution);
  EXPECT_TRUE(distribution.subtitle.starts_with("Half of the gaps are shorter than: a "));
  double gaps = 0;
  for (const auto& row : distribution.table.rows) gaps += number(row.at(2));
  EXPECT_EQ(gaps, 570);
}

// Every other chunk is read together with the one before; one comes late.
TestRun bunched(Nanos stall) {
  std::vector<record::Row> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * i, .gap_ms = 10, .tokens = 12}));
    auto& at = rows.back().chunk_at;
    for (std::size_t k = 1; k < at.size(); k += 2) at[k] = at[k - 1];
    for (std::size_t k = 6; k < at.size(); ++k) at[k] += stall;
    rows.back().last_token = rows.back().end = at.back();
  }
  return run_of(std::move(rows), {"a"});
}

TEST(GapCharts, GapsOfNothingAreSaid) {
  const auto run = bunched(kSecond);  // so that the axis is logarithmic
  for (const char* id : {"itl-distribution", "itl-ecdf", "itl-percentiles"}) {
    expect_drawn(make_chart(*find_chart(id), run.input()));
  }
  const Chart chart = make_chart(*find_chart("itl-distribution"), run.input());
  // 6 of 11.
  EXPECT_NE(chart.subtitle.find("Not drawn: gaps of 0, up to 54.5% of a target's."),
            std::string::npos)
      << chart.subtitle;

  const auto even = bunched(0);
  const Chart linear = make_chart(*find_chart("itl-distribution"), even.input());
  expect_drawn(linear);
  double gaps = 0;
  for (const auto& row : linear.table.rows) gaps += number(row.at(2));
  EXPECT_EQ(gaps, 40 * 11) << "those of 0, too";
}

TEST(GapCharts, WithoutChunksThereAreNone) {
  auto run = test_run({{"a", 10}});
  for (auto& row : run.rows) row.chunk_at.clear(), row.chunk_tokens.clear();
  const auto bare = run_of(run.rows, {"a"});
  EXPECT_EQ(make_chart(*find_chart("itl-ecdf"), bare.input()).empty,
            "Nothing to draw: none of the 10 successful requests has an inter-token latency.");
}

TEST(OutputRate, IsTokensOverTheWholeRequest) {
  // 21 tokens in 100 + 20 * 5 = 200 ms.
  std::vector<record::Row> rows;
  for (int i = 0; i < 30; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 300.0 * i, .gap_ms = 5, .tokens = 21}));
  }
  const auto run = run_of(std::move(rows), {"even"});
  const Chart chart = make_chart(*find_chart("output-rate"), run.input());
  expect_drawn(chart);
  EXPECT_EQ(chart.subtitle, "Half of the requests get more than: even 105 tokens/s.");
  EXPECT_EQ(chart.table.columns.at(0), "from (tokens/s)");
  double n = 0;
  for (const auto& row : chart.table.rows) n += number(row.at(2));
  EXPECT_EQ(n, 30);
}

TEST(WarmUp, IsThatOfTheAnalysis) {
  std::vector<record::Row> rows;
  Rng rng(5);
  for (std::uint32_t target = 0; target < 2; ++target) {
    for (int i = 0; i < 200; ++i) {
      const double cold = target == 0 && i < 20 ? 3 : 1;
      rows.push_back(analysis::make_row({.target = target,
                                         .planned_ms = 100.0 * i,
                                         .ttft_ms = cold * 50 * std::exp(0.1 * rng.normal())}));
    }
  }
  const auto run = run_of(std::move(rows), {"cold", "warm"});
  const Chart chart = make_chart(*find_chart("warm-up"), run.input());
  expect_drawn(chart);
  const auto found = analysis::find_warmup(run.view.slices[0], analysis::MetricId::kTtft);
  ASSERT_EQ(found.outcome, analysis::WarmupOutcome::kFound);
  ASSERT_EQ(chart.table.rows.size(), 2);
  EXPECT_EQ(number(chart.table.rows[0][3]), static_cast<double>(found.part.count));
  EXPECT_EQ(number(chart.table.rows[0][4]), found.part.first.p50.value());
  EXPECT_EQ(number(chart.table.rows[0][8]), found.part.steady_s.value());
  EXPECT_TRUE(chart.subtitle.starts_with("cold: the first " + std::to_string(found.part.count) +
                                         " requests are "))
      << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("; warm: steady from the beginning."), std::string::npos);
  EXPECT_EQ(number(chart.table.rows[1][3]), 20) << "the first against the rest all the same";
}

TEST(WarmUp, FewRequestsTellNothing) {
  const auto run = test_run({{"a", 30}});
  const Chart chart = make_chart(*find_chart("warm-up"), run.input());
  expect_drawn(chart);
  EXPECT_TRUE(chart.subtitle.starts_with("a: cannot be told of fewer than 50 requests."))
      << chart.subtitle;
}

// Two targets in turns; the first is slower from its fourth turn on.
TEST(OverTime, OnlyTheTargetsOwnTurnsAreShaded) {
  std::vector<record::Row> rows;
  Rng rng(9);
  for (std::uint32_t block = 0; block < 6; ++block) {
    for (std::uint32_t target = 0; target < 2; ++target) {
      for (int i = 0; i < 60; ++i) {
        const double slow = target == 0 && block >= 3 ? 2 : 1;
        rows.push_back(
            analysis::make_row({.target = target,
                                .block = block,
                                .planned_ms = 20'000.0 * (2 * block + target) + 300.0 * i,
                                .ttft_ms = slow * 50 * std::exp(0.05 * rng.normal())}));
      }
    }
  }
  const auto run = run_of(std::move(rows), {"slows", "other"});
  const Chart chart = make_chart(*find_chart("ttft-over-time"), run.input());
  expect_drawn(chart);
  const Json areas = Json::parse(chart.option)["series"][0]["markArea"]["data"];
  ASSERT_EQ(areas.size(), 3) << "three turns: " << areas.dump();
  for (const auto& area : areas) {
    const double from = area[0]["xAxis"];
    const double to = area[1]["xAxis"];
    EXPECT_LT(from, to);
    const bool own = std::ranges::any_of(run.view.slices[0].stretches, [&](const auto& stretch) {
      return from >= to_seconds(stretch.from) && to <= to_seconds(stretch.to);
    });
    EXPECT_TRUE(own) << from << " to " << to;
  }
  EXPECT_EQ(areas[0][0]["label"]["show"].get<bool>() + areas[1][0]["label"]["show"].get<bool>() +
                areas[2][0]["label"]["show"].get<bool>(),
            1)
      << "said once";
}

TEST(SampleCharts, OfTheSameNothingIsSurelyDifferent) {
  const auto run = test_run({{"a", 300, 100, 0.05}, {"b", 300, 100, 0.05}});
  const Chart chart = make_chart(*find_chart("ttft-shift"), run.input());
  EXPECT_EQ(chart.subtitle.find("at 0"), std::string::npos) << chart.subtitle;
}

// 1 to 1,000: between the powers of ten there is room for more labels, on a small picture there is
// not.
TEST(SampleCharts, ALogarithmicAxisHasAsManyLabelsAsFit) {
  Chart chart;
  chart.option =
      R"({"xAxis":{"type":"log","min":1,"max":1000},"yAxis":{"type":"value","min":0,"max":1},)"
      R"("series":[{"type":"line","data":[[1,0],[1000,1]]}]})";
  auto renderer = Renderer::create(kClock).value();
  const auto has = [&](int width, const std::string& label) {
    const auto svg =
        renderer.svg(chart, {.width = width, .height = 300, .theme = Theme::kLight, .scale = 1})
            .value();
    return svg.find(">" + label + "</text>") != std::string::npos;
  };
  EXPECT_TRUE(has(1280, "200"));
  EXPECT_TRUE(has(1280, "500"));
  EXPECT_TRUE(has(1280, "1,000"));
  EXPECT_FALSE(has(420, "200"));
  EXPECT_TRUE(has(420, "100"));
}

}  // namespace
}  // namespace tt::chart
