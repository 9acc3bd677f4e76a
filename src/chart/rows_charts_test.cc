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

}  // namespace
}  // namespace tt::chart
