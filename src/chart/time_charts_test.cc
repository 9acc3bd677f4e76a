// Charts over the time of a run: their figures are those of the analysis.
#include <gtest/gtest.h>

#include "analysis/timeline.h"
#include "chart/catalogue.h"
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

}  // namespace
}  // namespace tt::chart
