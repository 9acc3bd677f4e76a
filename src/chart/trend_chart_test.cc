// The chart of several runs over time.
#include <deque>

#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;
constexpr Nanos kDay = 86'400 * kSecond;
constexpr Nanos kFirst = 1'769'860'800 * kSecond;  // 2026-01-31 12:00 UTC

/// A run a day, each with the next TTFT.
struct Days {
  std::deque<TestRun> runs;
  std::deque<analysis::RunSummary> summaries;
  analysis::TrendReport trend;

  explicit Days(const std::vector<double>& ttft_ms, const std::string& name = "vllm") {
    std::vector<analysis::TrendRun> in_time;
    for (std::size_t i = 0; i < ttft_ms.size(); ++i) {
      runs.push_back(test_run({{name, 60, ttft_ms[i], 0.05}}));
      runs.back().view.run.run_id = "day-" + std::to_string(i);
      summaries.push_back(analysis::summarise(runs.back().view.run, runs.back().rows));
      in_time.push_back(
          {&runs.back().view.run, &summaries.back(), kFirst + static_cast<Nanos>(i) * kDay});
    }
    trend = analysis::find_trends(in_time);
  }
  Input input() const {
    Input input = runs.front().input();
    input.trend = &trend;
    return input;
  }
};

TEST(TrendChart, RunsAreDrawnByTheirDays) {
  const Days days({40, 44, 48, 53, 58, 64});
  const Chart chart = make_chart(*find_chart("trend"), days.input());
  ASSERT_TRUE(chart.has_picture()) << chart.empty;
  EXPECT_TRUE(chart.subtitle.starts_with("Over 6 runs, surely worse: TTFT p50 of vllm +"))
      << chart.subtitle;
  EXPECT_EQ(chart.columns, 2);
  const auto& row = chart.table.rows.at(0);
  EXPECT_EQ(std::get<std::string>(row[0]), "TTFT p50");
  EXPECT_EQ(std::get<std::string>(row[2]), "day-0");
  EXPECT_EQ(std::get<std::string>(row[3]), "2026-01-31T12:00:00.000Z");
  EXPECT_NEAR(std::get<double>(row[4]), 40, 1);
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  ASSERT_TRUE(svg) << svg.error().message;
  EXPECT_NE(svg->find("2026-02-0"), std::string::npos) << "days on the axis";
  EXPECT_EQ(svg->find("NaN"), std::string::npos);
}

TEST(TrendChart, OfFewRunsNothingIsClaimed) {
  const Days days({40, 80}, "<b>{x|y}&=cmd()");
  const Chart chart = make_chart(*find_chart("trend"), days.input());
  ASSERT_TRUE(chart.has_picture());
  EXPECT_TRUE(chart.subtitle.starts_with("2 runs: with fewer than 4 no trend")) << chart.subtitle;
  EXPECT_TRUE(Renderer::create(kClock).value().svg(chart, {}));
}

TEST(TrendChart, ItTakesTwoRuns) {
  const Days day({40});
  EXPECT_FALSE(fits(*find_chart("trend"), day.input()));
  EXPECT_EQ(make_chart(*find_chart("trend"), day.input()).empty,
            "This chart is made of two or more runs; name several.");
}

}  // namespace
}  // namespace tt::chart
