#include "analysis/scaling.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::analysis {
namespace {

double law(double n, double gain, double contention, double crosstalk) {
  return gain * n / (1 + contention * (n - 1) + crosstalk * n * (n - 1));
}

std::vector<ScalingPoint> points_of(const std::vector<double>& loads, double gain,
                                    double contention, double crosstalk, double noise = 0,
                                    std::uint64_t seed = 1) {
  Rng rng(seed);
  std::vector<ScalingPoint> points;
  for (const double n : loads) {
    points.push_back({n, law(n, gain, contention, crosstalk) * std::exp(noise * rng.normal())});
  }
  return points;
}

const std::vector<double> kLoads = {1, 2, 4, 8, 16, 32, 64};

TEST(Scaling, FindsTheLawThatThePointsFollow) {
  const auto s = fit_scaling(points_of(kLoads, 80, 0.03, 0.0004));
  ASSERT_TRUE(s);
  EXPECT_NEAR(s->gain, 80, 1e-8);
  EXPECT_NEAR(s->contention, 0.03, 1e-10);
  EXPECT_NEAR(s->crosstalk, 0.0004, 1e-12);
  EXPECT_NEAR(s->relative_error, 0, 1e-9);
  ASSERT_TRUE(s->peak_load);
  EXPECT_NEAR(*s->peak_load, std::sqrt(0.97 / 0.0004), 1e-6);
  EXPECT_NEAR(*s->most, law(*s->peak_load, 80, 0.03, 0.0004), 1e-6);
  EXPECT_EQ(s->largest_load, 64);
}

TEST(Scaling, WithoutCrosstalkItOnlyLevelsOff) {
  const auto s = fit_scaling(points_of(kLoads, 80, 0.05, 0));
  ASSERT_TRUE(s);
  EXPECT_LT(s->crosstalk, 1e-12);
  EXPECT_NEAR(*s->most, 1600, 2);
}

TEST(Scaling, SharesAreNeverBelowZero) {
  // Faster than linear at first, as a cache that fills: no law of this form does that.
  const std::vector<ScalingPoint> points = {{1, 10}, {2, 22}, {4, 46}, {8, 94}, {16, 190}};
  const auto s = fit_scaling(points);
  ASSERT_TRUE(s);
  EXPECT_GE(s->contention, 0);
  EXPECT_GE(s->crosstalk, 0);
  EXPECT_FALSE(s->peak_load);
  EXPECT_FALSE(s->most);  // nothing bounds it
}

TEST(Scaling, TooFewOrImpossiblePointsAreRefused) {
  EXPECT_FALSE(fit_scaling({}));
  EXPECT_FALSE(fit_scaling(points_of({1, 2, 4}, 80, 0.1, 0)));
  EXPECT_FALSE(fit_scaling(points_of({1, 2, 4, 4, 4}, 80, 0.1, 0)));  // three different ones
  auto points = points_of(kLoads, 80, 0.1, 0);
  points[2].throughput = 0;
  EXPECT_FALSE(fit_scaling(points));
  points[2].throughput = std::nan("");
  EXPECT_FALSE(fit_scaling(points));
}

TEST(Projection, IsTheLawAndNotTooFarOut) {
  const auto points = points_of(kLoads, 80, 0.03, 0.0004);
  const auto p = project(points, 96);
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->beyond);
  EXPECT_NEAR(p->throughput, law(96, 80, 0.03, 0.0004), 1e-6);
  EXPECT_FALSE(project(points, 48)->beyond);
  EXPECT_FALSE(project(points, 129));
  EXPECT_FALSE(project(points, 0));
}

TEST(Projection, NothingIsSaidOfPointsThatFollowAnotherLaw) {
  // A batch limit at 4: growth ends at once.
  const std::vector<ScalingPoint> points = {{1, 55}, {2, 110}, {4, 220}, {8, 220}, {16, 221}};
  ASSERT_TRUE(fit_scaling(points));
  EXPECT_GT(fit_scaling(points)->relative_error, kMostScalingError);
  EXPECT_FALSE(project(points, 32));
}

// A new measurement at another load lies within the interval about as often as promised.
TEST(Projection, ItsIntervalKeepsItsPromise) {
  int within = 0;
  constexpr int kRuns = 400;
  for (int i = 0; i < kRuns; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const auto points = points_of(kLoads, 80, 0.05, 0.0005, 0.015, seed);
    Rng rng(seed + 10'000);
    const double truth = law(96, 80, 0.05, 0.0005) * std::exp(0.015 * rng.normal());
    const auto p = project(points, 96);
    ASSERT_TRUE(p);
    within += truth >= p->interval.low && truth <= p->interval.high ? 1 : 0;
  }
  EXPECT_GE(within, kRuns * 92 / 100);
  EXPECT_LE(within, kRuns * 99 / 100);
}

}  // namespace
}  // namespace tt::analysis
