#include "stats/moments.h"

#include <vector>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tt::stats
