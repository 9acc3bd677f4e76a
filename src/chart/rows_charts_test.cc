// Figures of charts that show a run's rows, against rows made by hand and against the analysis.
#include <gtest/gtest.h>

#include "analysis/timeline.h"
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
            "s). A tile: requests sent in 1 s; palest 1, darkest 2.");
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

}  // namespace
}  // namespace tt::chart
