#include "stats/moments.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

TEST(Moments, OfNothingAndOfOne) {
  EXPECT_EQ(sum({}), 0);
  EXPECT_FALSE(mean({}));
  EXPECT_FALSE(variance({}, 0));
  const std::vector<double> one = {7};
  EXPECT_EQ(*mean(one), 7);
  EXPECT_EQ(*variance(one, 0), 0);
  EXPECT_FALSE(variance(one, 1));
  EXPECT_FALSE(standard_deviation(one, 1));
}

TEST(Moments, DegreesOfFreedomAreNamed) {
  const std::vector<double> s = {2, 4, 4, 4, 5, 5, 7, 9};
  EXPECT_DOUBLE_EQ(*mean(s), 5);
  EXPECT_DOUBLE_EQ(*variance(s, 0), 4);
  EXPECT_DOUBLE_EQ(*variance(s, 1), 32.0 / 7);
  EXPECT_DOUBLE_EQ(*standard_deviation(s, 0), 2);
}

// The naive E[x^2] - E[x]^2 gives nonsense here: the squares need 60 bits.
TEST(Moments, SurviveALargeOffset) {
  const std::vector<double> s = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  EXPECT_DOUBLE_EQ(*mean(s), 1e9 + 10);
  EXPECT_DOUBLE_EQ(*variance(s, 1), 30);
}

TEST(Moments, SumKeepsSmallTermsBesideLargeOnes) {
  EXPECT_EQ(sum(std::vector<double>{1, 1e100, 1, -1e100}), 2);
  EXPECT_DOUBLE_EQ(sum(std::vector<double>(10, 0.1)), 1.0);
}

TEST(Moments, OfAConstantHaveNoSpread) {
  EXPECT_EQ(*variance(std::vector<double>(1000, 0.1), 1), 0);
}

TEST(Moments, RefuseWhatIsNotFinite) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> s = {1, 2, bad, 4};
    EXPECT_FALSE(mean(s));
    EXPECT_FALSE(variance(s, 1));
    EXPECT_FALSE(standard_deviation(s, 1));
    EXPECT_FALSE(coefficient_of_variation(s, 1));
    EXPECT_FALSE(median_absolute_deviation(s));
    EXPECT_FALSE(skewness(s, Skewness::kMoment));
    EXPECT_FALSE(Moments().add(bad));
  }
  EXPECT_FALSE(variance(std::vector<double>{-1e200, 1e200}, 1));  // the squares overflow
}

TEST(Moments, VariationNeedsAMeanAboveZero) {
  EXPECT_DOUBLE_EQ(*coefficient_of_variation(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9}, 0), 0.4);
  EXPECT_FALSE(coefficient_of_variation(std::vector<double>{-1, 1}, 0));
  EXPECT_FALSE(coefficient_of_variation(std::vector<double>{-2, -1}, 0));
}

TEST(Moments, MedianAbsoluteDeviationIgnoresAnOutlier) {
  EXPECT_EQ(*median_absolute_deviation(std::vector<double>{1, 1, 2, 2, 4, 6, 9}), 1);
  EXPECT_EQ(*median_absolute_deviation(std::vector<double>{1, 1, 2, 2, 4, 6, 1e9}), 1);
  EXPECT_EQ(*median_absolute_deviation(std::vector<double>{5}), 0);
  EXPECT_FALSE(median_absolute_deviation({}));
}

// m2 = 10 and m3 = 36 by hand; G1 is 1.138420 sqrt(20) / 3, what Excel's SKEW gives.
TEST(Moments, SkewnessByBothNames) {
  const std::vector<double> s = {1, 2, 3, 4, 10};
  EXPECT_NEAR(*skewness(s, Skewness::kMoment), 36.0 / std::pow(10, 1.5), 1e-15);
  EXPECT_NEAR(*skewness(s, Skewness::kAdjusted), 1.6970562748477140, 1e-14);
  EXPECT_NEAR(*skewness(std::vector<double>{-1, 0, 1}, Skewness::kMoment), 0, 1e-15);
  EXPECT_FALSE(skewness(std::vector<double>{1, 2}, Skewness::kAdjusted));
  EXPECT_FALSE(skewness(std::vector<double>(5, 0.1), Skewness::kMoment));
  EXPECT_FALSE(skewness({}, Skewness::kMoment));
}

TEST(StreamedMoments, OfNothingOneAndTwo) {
  Moments m;
  EXPECT_FALSE(m.mean() || m.min() || m.max() || m.variance(0) || m.skewness(Skewness::kMoment));
  EXPECT_TRUE(m.add(7));
  EXPECT_EQ(*m.mean(), 7);
  EXPECT_EQ(*m.variance(0), 0);
  EXPECT_FALSE(m.variance(1));
  EXPECT_TRUE(m.add(9));
  EXPECT_EQ(*m.mean(), 8);
  EXPECT_EQ(*m.variance(1), 2);
  EXPECT_EQ(*m.min(), 7);
  EXPECT_EQ(*m.max(), 9);
}

TEST(StreamedMoments, MergedAreAsStreamedWhole) {
  Rng rng(3);
  std::vector<double> values(1000);
  for (double& x : values) x = 1e9 + rng.exponential();
  Moments whole;
  for (const double x : values) EXPECT_TRUE(whole.add(x));
  for (const std::size_t cut : {0u, 1u, 333u, 999u, 1000u}) {
    Moments left;
    Moments right;
    for (std::size_t i = 0; i < values.size(); ++i) (i < cut ? left : right).add(values[i]);
    left.merge(right);
    EXPECT_EQ(left.count(), 1000u);
    EXPECT_NEAR(*left.mean(), *whole.mean(), 2e-7);  // a unit in the last place
    EXPECT_NEAR(*left.variance(1), *whole.variance(1), 1e-12);
    EXPECT_NEAR(*left.skewness(Skewness::kMoment), *whole.skewness(Skewness::kMoment), 1e-12);
    EXPECT_EQ(left.min(), whole.min());
    EXPECT_EQ(left.max(), whole.max());
  }
  EXPECT_NEAR(*whole.variance(1), *variance(values, 1), 1e-12);
}

TEST(StreamedMoments, OfAConstantHaveNoSpread) {
  Moments a;
  Moments b;
  for (int i = 0; i < 10; ++i) (i < 4 ? a : b).add(0.1);
  a.merge(b);
  EXPECT_EQ(*a.mean(), 0.1);
  EXPECT_EQ(*a.variance(1), 0);
  EXPECT_FALSE(a.skewness(Skewness::kMoment));
}

}  // namespace
}  // namespace tt::stats
