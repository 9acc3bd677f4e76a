#include "stats/normality.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

// Shapiro and Wilk (1965), table 3: weights of 11 men, for whom they give W = 0.79. The digits are
// those of SciPy 1.17, whose AS R94 is in double precision, with normal scores good to 1e-9.
TEST(ShapiroWilk, OfElevenMen) {
  const auto test = shapiro_wilk(Sorted({148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236}));
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->statistic, 0.7888146948631716, 1e-9);
  EXPECT_NEAR(test->p_value, 0.006703814061898823, 1e-10);
}

TEST(ShapiroWilk, OfFew) {
  EXPECT_FALSE(shapiro_wilk(Sorted()));
  EXPECT_FALSE(shapiro_wilk(Sorted({1, 2})));
  const auto three = shapiro_wilk(Sorted({2, 3, 7}));
  EXPECT_NEAR(three->statistic, 0.8928571428571429, 1e-14);
  EXPECT_NEAR(three->p_value, 0.36311315497103014, 1e-12);
  EXPECT_NEAR(shapiro_wilk(Sorted({1, 2, 4, 8}))->p_value, 0.5380837777759025, 2e-9);
  EXPECT_NEAR(shapiro_wilk(Sorted({1, 2, 3}))->p_value, 1, 1e-7);   // W = 1
  EXPECT_NEAR(shapiro_wilk(Sorted({1, 1, 2}))->p_value, 0, 1e-12);  // the least W there is, 3/4
}

TEST(ShapiroWilk, OfManyAndTooMany) {
  Rng rng(1);
  std::vector<double> values(5000);
  for (double& x : values) x = rng.normal();
  EXPECT_GT(shapiro_wilk(Sorted(values))->p_value, 0.01);
  for (double& x : values) x = std::exp(x);
  EXPECT_LT(shapiro_wilk(Sorted(values))->p_value, 1e-20);
  values.push_back(1);
  EXPECT_FALSE(shapiro_wilk(Sorted(values)));
}

TEST(ShapiroWilk, OfAConstantAndBesideAnOffset) {
  EXPECT_FALSE(shapiro_wilk(Sorted(std::vector<double>(9, 0.1))));
  std::vector<double> values = {0.25, 0.5, 1.75, 1.25, 9, 3};
  const auto bare = shapiro_wilk(Sorted(values));
  for (double& x : values) x += 1e12;
  EXPECT_NEAR(shapiro_wilk(Sorted(values))->statistic, bare->statistic, 1e-12);
}

}  // namespace
}  // namespace tt::stats
