// Charts over the time of a run: their figures are those of the analysis.
#include <gtest/gtest.h>

#include "analysis/timeline.h"
#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/run_time.h"
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

TEST(ThroughputOverTime, FiguresAreThoseOfTheTimeline) {
  const auto run = three_targets();
  const Chart chart = make_chart(*find_chart("throughput-over-time"), run.input());
  expect_drawn(chart);
  const auto grid = analysis::make_grid(run.view.slices);
  std::size_t row = 0;
  for (std::size_t t = 0; t < 3; ++t) {
    const auto timeline = analysis::make_timeline(run.view.slices[t], grid, run.view.run.slos);
    for (const auto& bucket : timeline.buckets) {
      if (!(bucket.active_s > 0)) continue;
      ASSERT_LT(row, chart.table.rows.size());
      const auto& cells = chart.table.rows[row++];
      EXPECT_EQ(number(cells[1]), bucket.from_s);
      EXPECT_EQ(number(cells[3]), bucket.output_tokens_per_s.value());
      EXPECT_EQ(number(cells[4]), bucket.requests_per_s.value());
    }
  }
  EXPECT_EQ(row, chart.table.rows.size());
  // 10 requests a second of 20 tokens.
  EXPECT_TRUE(chart.subtitle.starts_with("Held for half of the time: vllm 200 tokens/s (at most 2"))
      << chart.subtitle;
  EXPECT_EQ(chart.panels.size(), 2);
}

TEST(ThroughputOverTime, WithoutAnswersThereIsNone) {
  const auto run = test_run({{.name = "a", .requests = 30, .failed = 30}});
  const Chart chart = make_chart(*find_chart("throughput-over-time"), run.input());
  EXPECT_FALSE(chart.has_picture());
  EXPECT_NE(chart.empty.find("none of the 30 measured requests succeeded"), std::string::npos);
}

// Row 0 to 29 of "b" time out; "c" is refused with two codes.
TestRun failing_run() {
  auto run = test_run({{"a", 60}, {"b", 60, 50, 0.3, 30}, {"c", 60}});
  for (auto& row : run.rows) {
    if (row.target != 2 || row.index % 6 != 0) continue;
    row.status = Status::kOverloaded;
    row.http_code = row.index % 12 == 0 ? 429 : 503;
    row.error = "<b>{x|y}&=cmd()";
  }
  *run.frame = record::make_frame(run.rows);
  run.view = view_of(run.view.run, *run.frame);
  return run;
}

TEST(Errors, OverTimeTheyAreThoseOfTheTimeline) {
  const auto run = failing_run();
  const Chart chart = make_chart(*find_chart("errors-over-time"), run.input());
  expect_drawn(chart);
  EXPECT_EQ(chart.legend, (std::vector<std::string>{"total timeout", "overloaded"}));
  EXPECT_TRUE(chart.subtitle.starts_with(
      "Failed: b 30 of 60 (50.0%; total timeout) and c 10 of 60 (16.7%; mostly overloaded (HTTP "))
      << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("Without a failure: a."), std::string::npos) << chart.subtitle;
  const auto grid = analysis::make_grid(run.view.slices);
  std::size_t row = 0;
  double sum = 0;
  for (const auto& slice : run.view.slices) {
    for (const auto& bucket : analysis::make_timeline(slice, grid, {}).buckets) {
      if (!bucket.error_rate()) continue;
      const auto& cells = chart.table.rows.at(row++);
      EXPECT_EQ(number(cells[3]), static_cast<double>(bucket.failed));
      EXPECT_EQ(number(cells[4]), bucket.error_rate().value());
      EXPECT_EQ(number(cells[5]) + number(cells[6]), number(cells[3])) << "kinds make up the whole";
      sum += number(cells[3]);
    }
  }
  EXPECT_EQ(row, chart.table.rows.size());
  EXPECT_EQ(sum, 40);
}

TEST(Errors, ByKindTheySayWhatTheyMean) {
  const auto run = failing_run();
  const Chart chart = make_chart(*find_chart("errors-by-kind"), run.input());
  expect_drawn(chart);
  ASSERT_EQ(chart.table.rows.size(), 3);
  const auto& most = chart.table.rows[0];
  EXPECT_EQ(std::get<std::string>(most[0]), "total timeout");
  EXPECT_EQ(std::get<std::string>(most[2]), "b");
  EXPECT_EQ(number(most[3]), 30);
  EXPECT_EQ(number(most[4]), 0.5);
  EXPECT_EQ(std::get<std::string>(most[5]), status_help(Status::kTotalTimeout));
  const auto& refused = chart.table.rows[1];
  EXPECT_EQ(number(refused[1]), 429);
  EXPECT_EQ(number(refused[3]), 5);
  EXPECT_EQ(std::get<std::string>(refused[6]), "<b>{x|y}&=cmd()");
  EXPECT_NE(chart.alt.find(status_help(Status::kOverloaded)), std::string::npos) << chart.alt;
}

TEST(Errors, WithoutFailuresThereIsNothingToDraw) {
  const auto run = three_targets(20);
  for (const char* id : {"errors-over-time", "errors-by-kind"}) {
    EXPECT_FALSE(fits(*find_chart(id), run.input()));
    EXPECT_EQ(make_chart(*find_chart(id), run.input()).empty,
              "Nothing to draw: none of the 60 measured requests failed.");
  }
}

TEST(Errors, ManyKindsAreDrawnAsOthers) {
  auto run = test_run({{"a", 200}});
  for (auto& row : run.rows) {
    row.status = static_cast<Status>(1 + row.index % 15);
    row.http_code = 0;
  }
  *run.frame = record::make_frame(run.rows);
  run.view = view_of(run.view.run, *run.frame);
  const Chart over_time = make_chart(*find_chart("errors-over-time"), run.input());
  expect_drawn(over_time);
  ASSERT_EQ(over_time.legend.size(), 6);
  EXPECT_EQ(over_time.legend.back(), "other kinds");
  const Chart by_kind = make_chart(*find_chart("errors-by-kind"), run.input());
  expect_drawn(by_kind);
  EXPECT_NE(by_kind.subtitle.find("5 kinds more"), std::string::npos) << by_kind.subtitle;
  EXPECT_EQ(by_kind.table.rows.size(), 15);
}

TEST(Dashboard, FiguresAreThoseOfTheTimeline) {
  const auto run = failing_run();
  const Chart chart = make_chart(*find_chart("dashboard"), run.input());
  expect_drawn(chart);
  EXPECT_EQ(chart.panels.size(), 4);
  EXPECT_EQ(chart.columns, 2);
  const auto grid = analysis::make_grid(run.view.slices);
  const auto buckets = analysis::make_timeline(run.view.slices[0], grid, {}).buckets;
  ASSERT_FALSE(buckets.empty());
  const auto& first = chart.table.rows.at(0);
  EXPECT_EQ(number(first[2]), buckets[0].output_tokens_per_s.value());
  EXPECT_EQ(number(first[4]), buckets[0].e2e.p50.value());
  EXPECT_EQ(number(first[6]), buckets[0].in_flight.value());
  EXPECT_EQ(number(first[8]), 0);
  EXPECT_NE(chart.subtitle.find("no failures; b "), std::string::npos) << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("50.0% failed"), std::string::npos) << chart.subtitle;
}

TEST(ClientHealth, DelaysAreThoseOfTheRows) {
  auto run = test_run({{"prompt", 100}, {"late", 100, 50, 0}});
  for (auto& row : run.rows) {
    if (row.target == 1) row.planned -= 40 * kMillisecond;  // before it was sent
  }
  run.rows.front().planned = run.rows.front().sent;
  *run.frame = record::make_frame(run.rows);
  auto input = run.view.run;
  input.load = analysis::LoadKind::kOpen;
  run.view = view_of(input, *run.frame);
  const Chart chart = make_chart(*find_chart("client-health"), run.input());
  expect_drawn(chart);
  EXPECT_EQ(chart.panels.size(), 4) << "sending and reading";
  EXPECT_TRUE(
      chart.subtitle.starts_with("99% of the requests left at most so long after the "
                                 "plan: prompt 0 ms and late 40.0 ms."))
      << chart.subtitle;
  EXPECT_TRUE(
      chart.subtitle.ends_with("Long beside what is measured: sending to late (80.0% of its median "
                               "TTFT)."))
      << chart.subtitle;
  double late = 0;
  for (const auto& row : chart.table.rows) {
    if (std::get<std::string>(row[0]) == "late" && std::get<std::string>(row[1]) == "Send lag") {
      EXPECT_DOUBLE_EQ(number(row[5]), 40);
      late += number(row[3]);
    }
  }
  EXPECT_EQ(late, 100);
}

TEST(ViewChoice, ChartsShowWhatAReaderChooses) {
  auto run = three_targets();
  const ViewChoice choice{.slos = {*analysis::make_slo("ttft", 0.9, 77e6, "ttft_p90=77ms")},
                          .bucket_s = 5,
                          .leave_out = 30};
  const RunView view = chosen(run.view, choice);
  EXPECT_EQ(view.slices[0].rows.size() + 30, run.view.slices[0].rows.size());
  EXPECT_EQ(run_time(view).grid.width_s, 5);
  const auto ecdf = make_chart(*find_chart("ttft-ecdf"), {.run = &view});
  EXPECT_TRUE(ecdf.subtitle.starts_with("Within 77.0 ms (p90 is asked of each target)"))
      << ecdf.subtitle;
  EXPECT_NE(ecdf.source.find("without the first 30 of each target"), std::string::npos)
      << ecdf.source;
  // Nothing chosen is the run as it is.
  const RunView same = chosen(run.view, {});
  EXPECT_EQ(same.slices[0].cache, run.view.slices[0].cache) << "nothing is computed twice";
  EXPECT_EQ(make_chart(*find_chart("ttft-ecdf"), {.run = &same}).option,
            make_chart(*find_chart("ttft-ecdf"), run.input()).option);
}

}  // namespace
}  // namespace tt::chart
