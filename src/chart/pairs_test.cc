#include "chart/pairs.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "chart/test_charts.h"

namespace tt::chart {
namespace {

Pairs line(std::size_t n, double slope) {
  Pairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    pairs.x.push_back(100 + static_cast<double>(i));
    pairs.y.push_back(50 + slope * pairs.x.back());
  }
  pairs.low_x = pairs.x.front();
  pairs.high_x = pairs.x.back();
  pairs.low_y = pairs.y.front();
  pairs.high_y = pairs.y.back();
  return pairs;
}

TEST(Pairs, OnlyRequestsThatHaveBoth) {
  const auto run = test_run({{.name = "a", .requests = 50, .failed = 10}});
  const auto pairs =
      pairs_of(run.view.slices[0], analysis::Quantity::kInputTokens, analysis::Quantity::kTtft);
  EXPECT_EQ(pairs.x.size(), 40U);
  EXPECT_EQ(pairs.low_x, 50);
  EXPECT_EQ(pairs.high_x, 50);
}

TEST(Pairs, RunningQuantilesFollowALine) {
  const auto running = running_quantiles(line(400, 2), 2);
  ASSERT_GE(running.points.size(), 8U);
  for (const auto& p : running.points) {
    EXPECT_NEAR(p.p50, 50 + 2 * p.x, 1e-9);
    EXPECT_NEAR(p.p95, 50 + 2 * p.x, 1e-9);  // no scatter, whatever the slope
  }
}

TEST(Pairs, NoLineWhereNothingRunsAlong) {
  EXPECT_TRUE(running_quantiles(line(kFewestForRunning - 1, 2), 2).points.empty());
  Pairs same = line(400, 0);
  std::ranges::fill(same.x, 256);
  EXPECT_TRUE(running_quantiles(same, 0).points.empty());
  EXPECT_TRUE(running_quantiles({}, 0).points.empty());
}

TEST(Pairs, ManyAreCountedInHexagons) {
  const auto x = plain_scale(100, 100'100, "", 1e9);
  const auto y = time_scale(250, 200'250, 1e9);
  const Look look{.colour = "purple", .dash = "solid", .symbol = "circle"};
  EXPECT_EQ(cloud_series("few", line(500, 2), x, y, look, 2)["type"], "scatter");
  const auto many = cloud_series("many", line(100'000, 2), x, y, look, 2);
  EXPECT_EQ(many["renderItem"], "hexagon");
  EXPECT_LT(many["data"].size(), 200U);  // whatever the number of requests
  for (const auto& row : many["data"]) {
    EXPECT_GT(row[2].get<double>(), 0);
    EXPECT_LE(row[2].get<double>(), 0.85 + 1e-9);
    // Hexagons lie where the points do.
    EXPECT_NEAR(row[1].get<double>() * y.divisor, 50 + 2 * row[0].get<double>(), 15'000);
  }
}

}  // namespace
}  // namespace tt::chart
