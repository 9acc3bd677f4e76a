// Figures of charts that show a run's rows, against rows made by hand and against the analysis.
#include <gtest/gtest.h>

#include "analysis/failures.h"
#include "analysis/timeline.h"
#include "analysis/token_effects.h"
#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

double number(const Chart& chart, std::size_t row, std::size_t column) {
  return std::get<double>(chart.table.rows.at(row).at(column));
}

/// A run of one target made of these rows.
TestRun run_of(std::vector<record::Row> rows) {
  TestRun run{.frame = std::make_unique<record::Frame>(record::make_frame(rows))};
  run.rows = std::move(rows);
  run.view = view_of(analysis::make_run({"vllm"}), *run.frame);
  return run;
}

TEST(RowsCharts, RequestsInFlightAreSplitIntoWaitingAndStreaming) {
  // Two requests from 0 to 4 s; the first waits for 1 s, the second for 3 s.
  const auto run = run_of({
      analysis::make_row({.ttft_ms = 1000, .gap_ms = 300, .tokens = 11}, 0),
      analysis::make_row({.ttft_ms = 3000, .gap_ms = 100, .tokens = 11}, 1),
  });
  const auto chart = make_chart(*find_chart("concurrency-timeline"), run.input());
  ASSERT_EQ(chart.table.rows.size(), 4U);
  const double waiting[] = {2, 1, 1, 0};
  for (std::size_t b = 0; b < 4; ++b) {
    EXPECT_NEAR(number(chart, b, 3), 2, 1e-9) << b;
    EXPECT_NEAR(number(chart, b, 4), waiting[b], 1e-9) << b;
  }
  EXPECT_TRUE(chart.subtitle.starts_with(
      "In flight on average: vllm 2.0 (50% of them waiting for the first token)."))
      << chart.subtitle;
}

TEST(RowsCharts, RequestsInFlightAreThoseOfTheTimeline) {
  const auto run = three_targets();
  const auto chart = make_chart(*find_chart("concurrency-timeline"), run.input());
  const auto grid = analysis::make_grid(run.view.slices);
  std::size_t row = 0;
  for (const auto& slice : run.view.slices) {
    for (const auto& bucket : analysis::make_timeline(slice, grid, {}).buckets) {
      if (!bucket.in_flight) continue;
      EXPECT_EQ(number(chart, row++, 3), *bucket.in_flight);
    }
  }
  EXPECT_EQ(row, chart.table.rows.size());
}

TEST(Heatmap, CountsAreThoseOfTheRows) {
  const auto run = three_targets();
  for (const auto metric : {analysis::MetricId::kTtft, analysis::MetricId::kE2e}) {
    const auto chart = make_chart(
        *find_chart(std::string(analysis::metric(metric).name) + "-heatmap"), run.input());
    std::size_t row = 0;
    for (const auto& slice : run.view.slices) {
      const auto& values = analysis::values(slice, metric);
      double all = 0;
      for (; row < chart.table.rows.size() && std::get<std::string>(chart.table.rows[row][0]) ==
                                                  run.view.run.targets[slice.target].name;
           ++row) {
        double in_tile = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
          const double at = to_seconds(slice.frame->sent[slice.rows[i]]);
          in_tile += at >= number(chart, row, 1) && at < number(chart, row, 2) &&
                     values[i] >= number(chart, row, 3) && values[i] < number(chart, row, 4);
        }
        EXPECT_EQ(number(chart, row, 5), in_tile) << row;
        all += in_tile;
      }
      EXPECT_EQ(all, 200);
    }
    EXPECT_EQ(row, chart.table.rows.size());
  }
}

TEST(Heatmap, SaysWhereMostLieAndWhenTheSlowestCame) {
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 40; ++i) {
    rows.push_back(analysis::make_row(
        {.planned_ms = 500.0 * static_cast<double>(i), .ttft_ms = i == 30 ? 900.0 : 100.0}, i));
  }
  const auto run = run_of(std::move(rows));
  const auto chart = make_chart(*find_chart("ttft-heatmap"), run.input());
  EXPECT_EQ(chart.subtitle,
            "The middle half of the requests: vllm 100 ms to 100 ms (slowest 900 ms, sent at 15 "
            "s). A tile: requests sent in 1 s; faintest 1, strongest 2.");
  EXPECT_EQ(make_chart(*find_chart("ttft-heatmap"), run.input()).option, chart.option);
}

TEST(Heatmap, SaysHowManyAreNotInIt) {
  const auto run = test_run({{"a", 30}, {.name = "b", .requests = 30, .failed = 4}});
  const auto chart = make_chart(*find_chart("e2e-heatmap"), run.input());
  EXPECT_NE(chart.subtitle.find(" Without 4 that did not succeed."), std::string::npos)
      << chart.subtitle;
}

TEST(Heatmap, SpansManyOrdersOfMagnitude) {
  const auto run = test_run({{"fast", 100, 0.02, 0.5}, {"slow", 100, 20'000, 0.5}});
  const auto chart = make_chart(*find_chart("ttft-heatmap"), run.input());
  double counted = 0;
  for (std::size_t row = 0; row < chart.table.rows.size(); ++row) {
    const double from = number(chart, row, 3);
    const double to = number(chart, row, 4);
    EXPECT_LT(from, to);
    EXPECT_NEAR(to / from, std::exp(std::log(number(chart, 0, 4) / number(chart, 0, 3))), 1e-6);
    counted += number(chart, row, 5);
  }
  EXPECT_EQ(counted, 200);
}

// One more in flight each time, as they all last longer than the run; later ones wait longer.
TestRun rising_run() {
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 20; ++i) {
    const auto at = static_cast<double>(i);
    rows.push_back(analysis::make_row(
        {.planned_ms = 100 * at, .ttft_ms = 10 * (1 + at), .gap_ms = 1000, .tokens = 11}, i));
  }
  return run_of(std::move(rows));
}

TEST(TimeAndLoad, TilesAreThoseOfTheAnalysis) {
  const auto run = rising_run();
  ASSERT_TRUE(fits(*find_chart("ttft-by-time-and-load"), run.input()));
  const auto chart = make_chart(*find_chart("ttft-by-time-and-load"), run.input());
  ASSERT_TRUE(chart.has_picture()) << chart.empty;
  const auto grid = analysis::make_grid(run.view.slices);
  const auto map = analysis::make_heatmap(run.view.slices[0], analysis::MetricId::kTtft, grid);
  ASSERT_EQ(chart.table.rows.size(), map.cells.size());
  for (std::size_t row = 0; row < map.cells.size(); ++row) {
    const auto& cell = map.cells[row];
    EXPECT_EQ(std::get<std::string>(chart.table.rows[row][2]), map.concurrency[cell.range].label());
    EXPECT_EQ(number(chart, row, 3), static_cast<double>(cell.latency.n));
    EXPECT_EQ(number(chart, row, 4), *cell.latency.p50);
  }
  // The 11th to the 16th; those with more in flight are too few for a finding.
  EXPECT_TRUE(chart.subtitle.starts_with(
      "Slowest by median: vllm 135 ms from 1 s on with 9 to 16 in flight."))
      << chart.subtitle;
}

TEST(TimeAndLoad, ASteadyLoadSaysSo) {
  const auto run = three_targets();
  const auto chart = make_chart(*find_chart("ttft-by-time-and-load"), run.input());
  if (fits(*find_chart("ttft-by-time-and-load"), run.input())) {
    EXPECT_TRUE(chart.has_picture());
  }
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 20; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * static_cast<double>(i)}, i));
  }
  const auto steady = run_of(std::move(rows));
  EXPECT_FALSE(fits(*find_chart("ttft-by-time-and-load"), steady.input()));
  EXPECT_NE(make_chart(*find_chart("ttft-by-time-and-load"), steady.input())
                .empty.find("about as many requests are in flight"),
            std::string::npos);
}

std::string text(const Chart& chart, std::size_t row, std::size_t column) {
  return std::get<std::string>(chart.table.rows.at(row).at(column));
}

// A request of 11 chunks, 10 ms apart, with a pause before one of them.
record::Row halting(std::uint64_t index, double pause_ms) {
  auto row = analysis::make_row({.planned_ms = 500.0 * static_cast<double>(index)}, index);
  for (std::size_t i = 5; i < row.chunk_at.size(); ++i)
    row.chunk_at[i] += analysis::at_ms(pause_ms);
  row.last_token = row.end = row.chunk_at.back();
  return row;
}

TEST(TokenGaps, TheTypicalAndTheMostHaltingRequestAreShown) {
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 9; ++i) rows.push_back(halting(i, i == 7 ? 390 : 0));
  const auto run = run_of(std::move(rows));
  const auto chart = make_chart(*find_chart("token-gaps"), run.input());
  ASSERT_EQ(chart.table.rows.size(), 20U) << "two requests of ten gaps";
  EXPECT_EQ(text(chart, 0, 2), "typical");
  EXPECT_EQ(text(chart, 10, 2), "longest gap");
  EXPECT_EQ(number(chart, 10, 1), 7);
  for (std::size_t row = 0; row < 20; ++row) {
    const bool pause = row == 14;
    EXPECT_NEAR(number(chart, row, 4), pause ? 400 : 10, 1e-6) << row;
    EXPECT_EQ(text(chart, row, 5), pause ? "yes" : "no") << row;
  }
  EXPECT_TRUE(chart.subtitle.starts_with("The longest gap of all: vllm 400 ms.")) << chart.subtitle;
  EXPECT_NE(chart.option.find("longest gap: 1 stall"), std::string::npos);
  EXPECT_EQ(chart.legend.front(), "a stall");
}

TEST(TokenGaps, WithoutChunksThereIsNothingToDraw) {
  auto row = analysis::make_row({});
  row.chunk_at.clear();
  row.chunk_tokens.clear();
  const auto chart = make_chart(*find_chart("token-gaps"), run_of({row}).input());
  EXPECT_EQ(chart.empty,
            "Nothing to draw: none of the 1 successful requests has a gap between chunks.");
}

// TTFT follows the input tokens; gaps scatter by themselves; outputs are all alike.
TestRun dependent_run(std::size_t requests) {
  std::vector<record::Row> rows;
  Rng rng(5);
  for (std::size_t i = 0; i < requests; ++i) {
    const double input = 100 + std::floor(900 * rng.uniform());
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * static_cast<double>(i),
                                       .ttft_ms = input / 10,
                                       .gap_ms = 8 + 4 * rng.uniform()},
                                      i));
    rows.back().input_tokens = static_cast<std::uint32_t>(input);
  }
  return run_of(std::move(rows));
}

TEST(Correlations, FiguresAreThoseOfTheAnalysis) {
  const auto run = dependent_run(100);
  const auto chart = make_chart(*find_chart("correlations"), run.input());
  const auto found = analysis::correlations(run.view.slices[0]);
  std::size_t row = 0;
  for (std::size_t i = 0; i < found.quantities.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto& r = found.spearman.at(i, j);
      if (!r) continue;
      EXPECT_EQ(number(chart, row, 3), 100);
      EXPECT_EQ(number(chart, row, 4), r->r);
      EXPECT_GE(number(chart, row, 7), r->p_value) << "adjusted";
      EXPECT_EQ(number(chart, row, 8), found.pearson.at(i, j)->r);
      ++row;
    }
  }
  EXPECT_EQ(row, chart.table.rows.size());
  EXPECT_GT(row, 0U);
  EXPECT_TRUE(
      chart.subtitle.starts_with("Latency goes most with: vllm TTFT with input tokens (+1)."))
      << chart.subtitle;
}

TEST(Correlations, WhatIsNotCertainIsGrey) {
  const auto chart = make_chart(*find_chart("correlations"), dependent_run(4).input());
  ASSERT_TRUE(chart.has_picture()) << chart.empty;
  const auto many = make_chart(*find_chart("correlations"), dependent_run(100).input());
  const auto count = [](const std::string& in, const std::string& what) {
    std::size_t n = 0;
    for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_GT(count(chart.option, "\"@minor\""), count(many.option, "\"@minor\""));
  EXPECT_GT(count(many.option, "\"@blue/"), 0U);
  const auto alone = make_chart(*find_chart("correlations"), dependent_run(1).input());
  EXPECT_NE(alone.empty.find("Nothing to draw"), std::string::npos) << alone.empty;
}

TEST(TokenCounts, FiguresAreThoseOfSuccessfulRequests) {
  std::vector<record::Row> rows;
  for (std::uint32_t i = 0; i < 5; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * i, .tokens = 11 + i}, i));
    rows.back().input_tokens = 100 * (i + 1);
  }
  auto failed = analysis::make_failed({.planned_ms = 9000}, Status::kTotalTimeout, 5);
  failed.input_tokens = 90'000;
  rows.push_back(failed);
  const auto run = run_of(std::move(rows));
  const auto chart = make_chart(*find_chart("output-by-input-tokens"), run.input());
  EXPECT_TRUE(chart.subtitle.starts_with("Medians: vllm 300 in, 13 out.")) << chart.subtitle;
  EXPECT_EQ(number(chart, 0, 1), 5);
  EXPECT_EQ(number(chart, 0, 8), 1) << "they rise together";
  const auto input = make_chart(*find_chart("input-tokens"), run.input());
  EXPECT_EQ(input.subtitle, "Half of the requests have more than: vllm 300 tokens.");
  double counted = 0;
  for (std::size_t row = 0; row < input.table.rows.size(); ++row) counted += number(input, row, 2);
  EXPECT_EQ(counted, 5) << "without the failed one";
}

TEST(TokenCounts, BarsHoldAsManyWholeNumbersEach) {
  std::vector<record::Row> rows;
  for (std::uint32_t i = 0; i < 200; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * i, .tokens = 10 + i % 33}, i));
  }
  const auto chart = make_chart(*find_chart("output-tokens"), run_of(std::move(rows)).input());
  double counted = 0;
  for (std::size_t row = 0; row < chart.table.rows.size(); ++row) {
    EXPECT_EQ(number(chart, row, 0), std::floor(number(chart, row, 0)));
    EXPECT_EQ(number(chart, row, 1) - number(chart, row, 0),
              number(chart, 0, 1) - number(chart, 0, 0));
    counted += number(chart, row, 2);
  }
  EXPECT_EQ(counted, 200);
}

TEST(TokenCounts, TheBarOfOneLengthLiesWithinTheAxis) {
  std::vector<record::Row> rows;
  for (std::uint32_t i = 0; i < 20; ++i) {
    rows.push_back(analysis::make_row({.planned_ms = 1000.0 * i, .tokens = 100}, i));
  }
  const auto chart = make_chart(*find_chart("output-tokens"), run_of(std::move(rows)).input());
  ASSERT_EQ(chart.table.rows.size(), 1U);
  EXPECT_EQ(number(chart, 0, 0), 100);
  EXPECT_NE(chart.option.find("\"max\":150.0"), std::string::npos) << chart.option;
}

TEST(ErrorsBy, SharesAreThoseOfTheGroups) {
  // All are in flight at once, so that request i is the (i + 1)th; the last 40 fail.
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 64; ++i) {
    const analysis::RowShape shape{.planned_ms = static_cast<double>(i), .gap_ms = 500};
    rows.push_back(i < 24 ? analysis::make_row(shape, i)
                          : analysis::make_failed(shape, Status::kOverloaded, i));
    rows.back().end = analysis::at_ms(5000);
    rows.back().input_tokens = static_cast<std::uint32_t>(100 + i);
  }
  const auto run = run_of(std::move(rows));
  const auto found = analysis::failures(run.view.slices[0]);
  for (const auto& [id, groups] : {std::pair("errors-by-load", found.by_concurrency),
                                   std::pair("errors-by-input-tokens", found.by_input_tokens)}) {
    ASSERT_TRUE(fits(*find_chart(id), run.input())) << id;
    const auto chart = make_chart(*find_chart(id), run.input());
    ASSERT_EQ(chart.table.rows.size(), groups.size()) << id;
    for (std::size_t row = 0; row < groups.size(); ++row) {
      EXPECT_EQ(text(chart, row, 1), groups[row].label);
      EXPECT_EQ(number(chart, row, 3), static_cast<double>(groups[row].failed));
      EXPECT_EQ(number(chart, row, 4), *groups[row].error_rate());
      EXPECT_LE(number(chart, row, 5), number(chart, row, 4));
      EXPECT_GE(number(chart, row, 6), number(chart, row, 4));
    }
  }
  // 17 to 32: 8 of 16 fail. The groups before have fewer than ten.
  const auto chart = make_chart(*find_chart("errors-by-load"), run.input());
  EXPECT_TRUE(
      chart.subtitle.starts_with("Failed: vllm 50.0% with 17 to 32, 100% with 33 to 64 in "
                                 "flight."))
      << chart.subtitle;
}

TEST(ErrorsBy, FailuresWithoutACountOfTokensAreNotTakenForNone) {
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 120; ++i) {
    const analysis::RowShape shape{.planned_ms = 1000.0 * static_cast<double>(i)};
    rows.push_back(i % 4 != 0 ? analysis::make_row(shape, i)
                              : analysis::make_failed(shape, Status::kOverloaded, i));
    rows.back().input_tokens = i % 12 == 0 ? 0 : static_cast<std::uint32_t>(100 + i);
  }
  auto run = run_of(rows);  // 10 of the 30 that failed were not counted
  const auto chart = make_chart(*find_chart("errors-by-input-tokens"), run.input());
  EXPECT_TRUE(chart.subtitle.ends_with(" Without 10 failed whose input tokens nobody counted."))
      << chart.subtitle;
  for (auto& row : rows) {
    if (row.status != Status::kOk) row.input_tokens = 0;
  }
  run = run_of(std::move(rows));
  EXPECT_FALSE(fits(*find_chart("errors-by-input-tokens"), run.input()));
  EXPECT_TRUE(make_chart(*find_chart("errors-by-input-tokens"), run.input())
                  .empty.starts_with("Nothing to draw: of requests that failed nobody counted"));
}

TEST(ErrorsBy, OfOneLoadThereIsNothingToDraw) {
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 10; ++i) {
    const analysis::RowShape shape{.planned_ms = 1000.0 * static_cast<double>(i)};
    rows.push_back(analysis::make_failed(shape, Status::kOverloaded, i));
  }
  const auto run = run_of(std::move(rows));
  for (const char* id : {"errors-by-load", "errors-by-input-tokens"}) {
    EXPECT_FALSE(fits(*find_chart(id), run.input())) << id;
    const auto chart = make_chart(*find_chart(id), run.input());
    EXPECT_TRUE(chart.empty.starts_with("Nothing to draw: ")) << chart.empty;
  }
}

// Twenty targets whose names are long and full of markup; some requests fail, and many are in
// flight.
TEST(Timeouts, SharesAreThoseOfTheAnalysis) {
  // 8 of 40 have their first token after 1.5 s; 2 of the others timed out after 3 s.
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < 40; ++i) {
    const analysis::RowShape shape{.planned_ms = 10.0 * static_cast<double>(i),
                                   .ttft_ms = i % 5 == 0 ? 1500.0 : 50.0};
    rows.push_back(i == 1 || i == 2 ? analysis::make_failed(shape, Status::kTotalTimeout, i)
                                    : analysis::make_row(shape, i));
    if (i == 1 || i == 2) rows.back().end = rows.back().sent + from_seconds(3);
  }
  const auto run = run_of(std::move(rows));
  ASSERT_TRUE(fits(*find_chart("timeouts"), run.input()));
  const auto chart = make_chart(*find_chart("timeouts"), run.input());
  const auto found = analysis::failures(run.view.slices[0]);
  ASSERT_EQ(chart.table.rows.size(), found.over_limits.size());
  for (std::size_t row = 0; row < chart.table.rows.size(); ++row) {
    EXPECT_EQ(number(chart, row, 2), found.over_limits[row].limit_ms / 1e3);
    EXPECT_EQ(number(chart, row, 3), static_cast<double>(found.over_limits[row].count));
  }
  EXPECT_EQ(number(chart, 0, 3), 10);  // over 1 s
  EXPECT_EQ(number(chart, 1, 3), 2);   // over 2 s: those that timed out
  EXPECT_TRUE(chart.subtitle.starts_with("No first token within 1 s: vllm 25.0%."))
      << chart.subtitle;
}

TEST(Timeouts, WhereNoneIsLateThereIsNothingToDraw) {
  const auto run = test_run({{"fast"}});
  EXPECT_FALSE(fits(*find_chart("timeouts"), run.input()));
  EXPECT_NE(make_chart(*find_chart("timeouts"), run.input()).empty.find("within 1 s"),
            std::string::npos);
}

TEST(RowsCharts, ManyTargetsWithLongNamesAreDrawn) {
  std::vector<TestTarget> targets;
  for (int t = 0; t < 20; ++t) {
    const auto name = "<b>{x|y}&=cmd()" + std::string(200, static_cast<char>('a' + t));
    targets.push_back({.name = name, .requests = 80, .ttft_ms = 6000, .failed = 10});
  }
  const auto run = test_run(targets);
  for (const char* id :
       {"ttft-heatmap", "e2e-heatmap", "ttft-by-time-and-load", "errors-by-load", "input-tokens",
        "output-tokens", "output-by-input-tokens", "correlations", "token-gaps"}) {
    ASSERT_TRUE(fits(*find_chart(id), run.input())) << id;
    const auto chart = make_chart(*find_chart(id), run.input());
    ASSERT_TRUE(chart.has_picture()) << id;
    const SteadyClock clock;
    const auto svg = Renderer::create(clock).value().svg(chart, {});
    ASSERT_TRUE(svg) << id << svg.error().message;
    EXPECT_EQ(svg->find("NaN"), std::string::npos) << id;
    EXPECT_EQ(svg->find("<b>"), std::string::npos) << id;
    EXPECT_GE(chart.table.rows.size(), 1U) << id;
    if (chart.panels.size() > 1) {
      EXPECT_NE(chart.subtitle.find("14 more targets"), std::string::npos) << id << chart.subtitle;
    }
  }
}

}  // namespace
}  // namespace tt::chart
