#include "stats/kde.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class Values>
Sorted sorted(const Values& values) {
  return Sorted(std::vector<double>(values.begin(), values.end()));
}

Sorted normal_sample(std::size_t n, double mean = 0, double deviation = 1) {
  Rng rng(n);
  std::vector<double> values(n);
  for (double& v : values) v = mean + deviation * rng.normal();
  return Sorted(std::move(values));
}

double brute_force(const Sorted& sample, double h, double x) {
  double sum = 0;
  for (const double v : sample.values()) sum += std::exp(-(x - v) * (x - v) / (2 * h * h));
  return sum / (static_cast<double>(sample.size()) * h * std::sqrt(2 * std::numbers::pi));
}

// By the trapezoidal rule.
double area(const std::vector<double>& x, const std::vector<double>& y) {
  double sum = 0;
  for (std::size_t i = 1; i < x.size(); ++i) sum += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
  return sum;
}

// bw.nrd0 of R 4.2.
TEST(SilvermanBandwidth, IsThatOfR) {
  EXPECT_NEAR(*silverman_bandwidth(sorted(kPrecip)), 3.84789224258969, 1e-13);
  EXPECT_NEAR(*silverman_bandwidth(sorted(kEruptions)), 0.334777034463943, 1e-14);
}

// bw.SJ of R 4.2 with nb = 1e7 and tol = 1e-13. With its defaults, 1000 bins and a tolerance of 1%,
// it is published as 3.93 and 0.14.
TEST(SheatherJonesBandwidth, IsThatOfR) {
  EXPECT_NEAR(*sheather_jones_bandwidth(sorted(kPrecip)), 3.94201229291623, 1e-6);
  EXPECT_NEAR(*sheather_jones_bandwidth(sorted(kEruptions)), 0.139683102844883, 1e-7);
}

// The same equation over all pairs, solved by Brent's method in Python.
TEST(SheatherJonesBandwidth, SolvesTheEquationOfAllPairs) {
  EXPECT_NEAR(*sheather_jones_bandwidth(sorted(kPrecip)), 3.942012389430291, 1e-10);
  EXPECT_NEAR(*sheather_jones_bandwidth(sorted(kEruptions)), 0.13968310464509123, 1e-11);
}

TEST(SheatherJonesBandwidth, DoesNotDependOnTheUnitOrTheOffset) {
  std::vector<double> values(kPrecip.begin(), kPrecip.end());
  for (double& v : values) v = 1e6 + 1000 * v;
  EXPECT_NEAR(*sheather_jones_bandwidth(Sorted(values)), 3942.012389430291, 1e-6);
}

// A thousand quantiles of each of two logistic distributions: more than kExactPairs values.
Sorted two_peaks(double distance, double second_scale) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) {
    const double u = (i + 0.5) / 1000;
    values.push_back(std::log(u / (1 - u)));
    values.push_back(distance + second_scale * std::log(u / (1 - u)));
  }
  return Sorted(std::move(values));
}

// The figures are the equation over all pairs, solved by Brent's method in Python. The second lies
// far below the first decade that is searched, as the peaks are narrow for their distance.
TEST(SheatherJonesBandwidth, OfBinsIsThatOfPairs) {
  const auto near = [](double of_pairs) { return 1e-3 * of_pairs; };
  EXPECT_NEAR(*sheather_jones_bandwidth(two_peaks(12, 0.5)), 0.2906187602176102, near(0.29));
  EXPECT_NEAR(*sheather_jones_bandwidth(two_peaks(1000, 1)), 1.99962065808531, near(2));
}

TEST(SheatherJonesBandwidth, HasNoAnswerForCoarselyRoundedValues) {
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) values.push_back(i % 3);
  const Sorted sample(std::move(values));
  EXPECT_FALSE(sheather_jones_bandwidth(sample));
  const auto density = kde(sample);
  ASSERT_TRUE(density);
  EXPECT_EQ(density->rule, BandwidthRule::kSilverman);
  EXPECT_EQ(density->bandwidth, *silverman_bandwidth(sample));
}

TEST(Bandwidth, OfASampleWithoutSpread) {
  for (const auto& values : {std::vector<double>{}, {7}, {7, 7}, std::vector<double>(5000, 0.1)}) {
    EXPECT_FALSE(silverman_bandwidth(Sorted(values)));
    EXPECT_FALSE(sheather_jones_bandwidth(Sorted(values)));
    EXPECT_FALSE(kde(Sorted(values)));
  }
}

TEST(Bandwidth, WithoutMiddleSpreadIsFromTheDeviation) {
  std::vector<double> values(100, 5);
  values.front() = 4;
  const double deviation = 0.1;  // of one value in a hundred
  EXPECT_NEAR(*silverman_bandwidth(Sorted(values)), 0.9 * deviation * std::pow(100, -0.2), 1e-12);
}

TEST(Bandwidth, OfExtremeValuesIsRefusedOrPositive) {
  EXPECT_FALSE(kde(Sorted({-1e308, 1e308})));
  for (const double unit : {5e-324, 1e-200, 1e-60, 1e60, 1e150, 1e300}) {
    std::vector<double> values;
    for (int i = 0; i < 1000; ++i) values.push_back(unit * (i % 37));
    const auto h = sheather_jones_bandwidth(Sorted(values));
    if (h) {
      EXPECT_GT(*h, 0) << unit;
    }
    const auto density = kde(Sorted(values), {.points = 16});
    if (!density) continue;
    for (const double y : density->density) EXPECT_GE(y, 0) << unit;
  }
}

TEST(Bandwidth, OfTwoValues) {
  const Sorted sample({1, 3});
  EXPECT_NEAR(*silverman_bandwidth(sample), 0.9 / 1.34 * std::pow(2, -0.2), 1e-15);
  ASSERT_TRUE(kde(sample));
}

TEST(Kde, SumsEveryKernel) {
  const Sorted sample = sorted(kPrecip);
  const auto density = kde(sample);
  ASSERT_TRUE(density);
  EXPECT_EQ(density->rule, BandwidthRule::kSheatherJones);
  ASSERT_EQ(density->x.size(), 512u);
  EXPECT_DOUBLE_EQ(density->x.front(), 7 - 3 * density->bandwidth);
  EXPECT_DOUBLE_EQ(density->x.back(), 67 + 3 * density->bandwidth);
  for (std::size_t i = 0; i < density->x.size(); ++i) {
    const double exact = brute_force(sample, density->bandwidth, density->x[i]);
    EXPECT_NEAR(density->density[i], exact, 1e-13 * exact);
  }
  EXPECT_NEAR(area(density->x, density->density), 1, 1e-3);
}

TEST(Kde, OfBinsStaysWithinAHundredthOfAPercentOfTheHeight) {
  const Sorted sample = normal_sample(kExactKernels + 3000, 100, 15);
  for (const double h : {0.5, 3.0, 20.0}) {
    const auto density = kde(sample, {.bandwidth = h, .points = 200});
    ASSERT_TRUE(density);
    EXPECT_FALSE(density->rule);
    const double height = std::ranges::max(density->density);
    for (std::size_t i = 0; i < density->x.size(); ++i) {
      EXPECT_NEAR(density->density[i], brute_force(sample, h, density->x[i]), 1e-4 * height);
    }
  }
}

TEST(Kde, OfBinsBearsAnOutlierFarAway) {
  std::vector<double> values = {1e12};
  const Sorted core = normal_sample(5000, 10, 1);
  values.insert(values.end(), core.values().begin(), core.values().end());
  const auto density = kde(Sorted(values), {.points = 100, .from = 5.0, .to = 15.0});
  ASSERT_TRUE(density);
  EXPECT_LT(density->bandwidth, 1);
  EXPECT_NEAR(area(density->x, density->density), 5000.0 / 5001, 1e-3);
}

TEST(Kde, FoldsBackWhatReachesPastABound) {
  Rng rng(1);
  std::vector<double> values(1500);
  for (double& v : values) v = rng.exponential();
  const Sorted sample(std::move(values));
  const auto open = kde(sample, {.bandwidth = 0.2, .from = 0.0, .to = 12.0});
  const auto bound = kde(sample, {.bandwidth = 0.2, .to = 12.0, .lower = 0});
  ASSERT_TRUE(open && bound);
  EXPECT_EQ(bound->x.front(), 0);
  EXPECT_LT(area(open->x, open->density), 0.95);  // a part lies below 0
  EXPECT_NEAR(area(bound->x, bound->density), 1, 2e-3);
  EXPECT_NEAR(bound->density.front(), 2 * open->density.front(), 1e-12);
  EXPECT_NEAR(bound->density.back(), open->density.back(), 1e-12);
}

TEST(Kde, BetweenTwoBoundsHasAllItsAreaThere) {
  Rng rng(2);
  std::vector<double> values(3000);
  for (double& v : values) v = rng.uniform();
  const auto density = kde(Sorted(values), {.bandwidth = 0.1, .lower = 0, .upper = 1});
  ASSERT_TRUE(density);
  EXPECT_EQ(density->x.front(), 0);
  EXPECT_EQ(density->x.back(), 1);
  EXPECT_NEAR(area(density->x, density->density), 1, 1e-3);
  for (const double y : density->density) EXPECT_NEAR(y, 1, 0.15);
}

TEST(Kde, IsZeroPastABound) {
  const auto density = kde(Sorted({1, 2, 3}), {.points = 5, .from = -2.0, .to = 2.0, .lower = 0});
  ASSERT_TRUE(density);
  EXPECT_EQ(density->density[0], 0);
  EXPECT_EQ(density->density[1], 0);
  EXPECT_GT(density->density[2], 0);
}

TEST(Kde, OnALogScaleIsThatOfTheLogs) {
  std::vector<double> logs;
  for (const double v : kEruptions) logs.push_back(std::log(v));
  const Sorted sample(logs);
  const auto density = kde(sorted(kEruptions), {.log_scale = true});
  ASSERT_TRUE(density);
  EXPECT_NEAR(density->bandwidth, 0.04154030855195436, 1e-11);  // all pairs, Brent's method
  for (std::size_t i = 0; i < density->x.size(); i += 37) {
    const double exact = brute_force(sample, density->bandwidth, std::log(density->x[i]));
    EXPECT_NEAR(density->density[i], exact, 1e-10 * exact);
  }
}

TEST(Kde, OnALogScaleABoundAtZeroSaysNothing) {
  const auto bound = kde(Sorted({1, 2, 4, 9}), {.log_scale = true, .lower = 0});
  const auto open = kde(Sorted({1, 2, 4, 9}), {.log_scale = true});
  ASSERT_TRUE(bound && open);
  EXPECT_EQ(bound->x, open->x);
  EXPECT_EQ(bound->density, open->density);
}

TEST(Kde, RefusesWhatHasNoAnswer) {
  const Sorted sample({1, 2, 3});
  EXPECT_FALSE(kde(Sorted(), {.bandwidth = 1}));
  EXPECT_FALSE(kde(Sorted({1, kInfinity}), {.bandwidth = 1}));
  EXPECT_FALSE(kde(sample, {.bandwidth = -1}));
  EXPECT_FALSE(kde(sample, {.bandwidth = std::nan("")}));
  EXPECT_FALSE(kde(sample, {.points = 1}));
  EXPECT_FALSE(kde(sample, {.from = 3.0, .to = 3.0}));
  EXPECT_FALSE(kde(sample, {.lower = 2}));
  EXPECT_FALSE(kde(sample, {.upper = 2}));
  EXPECT_FALSE(kde(Sorted({0, 1, 2}), {.log_scale = true}));
  EXPECT_FALSE(kde(sample, {.from = 0.0, .log_scale = true}));
}

TEST(Kde, OfOneValueNeedsABandwidth) {
  const auto density = kde(Sorted({5}), {.bandwidth = 2, .points = 3});
  ASSERT_TRUE(density);
  EXPECT_EQ(density->x, (std::vector<double>{-1, 5, 11}));
  EXPECT_DOUBLE_EQ(density->density[1], 1 / (2 * std::sqrt(2 * std::numbers::pi)));
}

}  // namespace
}  // namespace tt::stats
