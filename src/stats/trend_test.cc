#include "stats/trend.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

using Values = std::vector<double>;

Values counting(std::size_t n, double from = 0) {
  Values x(n);
  std::iota(x.begin(), x.end(), from);
  return x;
}

// scipy.stats.theilslopes of SciPy 1.10.
TEST(TheilSen, OfTheNileIsThatOfSciPy) {
  const auto line = theil_sen(counting(100, 1871), kNile);
  ASSERT_TRUE(line);
  EXPECT_DOUBLE_EQ(line->slope, -2.6);
  EXPECT_DOUBLE_EQ(line->intercept, 5886.8);
  EXPECT_DOUBLE_EQ(line->interval->low, -3.627906976744186);
  EXPECT_DOUBLE_EQ(line->interval->high, -1.4285714285714286);
  EXPECT_EQ(line->pairs, 4950u);
  EXPECT_FALSE(line->sampled);
}

// Worked by hand in Sen (1968), section 6: the interval at 93%.
TEST(TheilSen, OfSensExample) {
  const Values x = {1, 2, 3, 4, 10, 12, 18};
  const Values y = {9, 15, 19, 20, 45, 55, 78};
  const auto line = theil_sen(x, y, {.confidence = 0.93});
  ASSERT_TRUE(line);
  EXPECT_DOUBLE_EQ(line->slope, 4);
  EXPECT_DOUBLE_EQ(line->intercept, 4);  // median(y) - 4 median(x)
  EXPECT_NEAR(line->interval->low, 26.0 / 7, 1e-12);
  EXPECT_NEAR(line->interval->high, 35.0 / 8, 1e-12);
}

TEST(TheilSen, BearsAQuarterOfOutliers) {
  Values y = counting(101);
  for (std::size_t i = 0; i < 101; i += 4) y[i] = -1e6;
  EXPECT_DOUBLE_EQ(theil_sen(counting(101), y)->slope, 1);
}

TEST(TheilSen, DrawsPairsOfALongSeries) {
  Rng rng(5);
  const Values x = counting(50'000);
  Values y;
  for (const double v : x) y.push_back(100 + 0.001 * v + rng.normal());
  const auto line = theil_sen(x, y);
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->sampled);
  EXPECT_EQ(line->pairs, kSampledPairs);
  EXPECT_NEAR(line->slope, 0.001, 2e-6);
  ASSERT_TRUE(line->interval);
  EXPECT_TRUE(line->interval->contains(0.001));
  EXPECT_LT(line->interval->high - line->interval->low, 5e-6);

  const auto again = theil_sen(x, y);
  EXPECT_EQ(again->slope, line->slope);
  EXPECT_EQ(again->interval, line->interval);
  EXPECT_NE(theil_sen(x, y, {.seed = 2})->slope, line->slope);
}

// The interval of drawn pairs is wider than that of all, but not by much where they are many.
TEST(TheilSen, OfDrawnPairsIsNearThatOfAll) {
  Rng rng(6);
  const Values x = counting(kExactTheilSen + 1);
  Values y;
  for (const double v : x) y.push_back(0.01 * v + rng.normal());
  const std::span<const double> all_x(x);
  const std::span<const double> all_y(y);
  const auto drawn = theil_sen(all_x, all_y);
  const auto exact = theil_sen(all_x.first(kExactTheilSen), all_y.first(kExactTheilSen));
  ASSERT_TRUE(drawn->sampled);
  ASSERT_FALSE(exact->sampled);
  const double width = exact->interval->high - exact->interval->low;
  EXPECT_NEAR(drawn->slope, exact->slope, width / 5);
  const double ratio = (drawn->interval->high - drawn->interval->low) / width;
  EXPECT_GT(ratio, 0.99);
  EXPECT_LT(ratio, 1.05);
}

TEST(TheilSen, OfDependentValuesIsWider) {
  const auto plain = theil_sen(counting(100), kNile);
  const auto inflated = theil_sen(counting(100), kNile, {.variance_inflation = 4});
  EXPECT_EQ(plain->slope, inflated->slope);
  EXPECT_GT(inflated->interval->high - inflated->interval->low,
            1.8 * (plain->interval->high - plain->interval->low));
}

TEST(TheilSen, OfFewOrEqualPoints) {
  EXPECT_FALSE(theil_sen({}, {}));
  EXPECT_FALSE(theil_sen(Values{1}, Values{2}));
  EXPECT_FALSE(theil_sen(Values{1, 1}, Values{2, 3}));
  EXPECT_FALSE(theil_sen(Values(3000, 1), counting(3000)));
  const auto two = theil_sen(Values{1, 3}, Values{2, 6});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->slope, 2);
  EXPECT_EQ(two->intercept, 0);
  EXPECT_FALSE(two->interval);
  const auto flat = theil_sen(counting(20), Values(20, 0.1));
  EXPECT_EQ(flat->slope, 0);
  EXPECT_EQ(flat->intercept, 0.1);
  EXPECT_EQ(flat->interval, Interval(0, 0));
}

TEST(TheilSen, RefusesWhatHasNoAnswer) {
  const Values x = {1, 2, 3};
  EXPECT_FALSE(theil_sen(x, Values{1, 2}));
  EXPECT_FALSE(theil_sen(x, Values{1, NAN, 3}));
  EXPECT_FALSE(theil_sen(Values{1, 2, INFINITY}, x));
  EXPECT_FALSE(theil_sen(Values{0, 1e-10, 2e-10}, Values{0, 1e300, 2e300}));
  EXPECT_FALSE(theil_sen(x, x, {.confidence = 1}));
  EXPECT_FALSE(theil_sen(x, x, {.variance_inflation = 0.5}));
}

// S and the p-value by counting every pair in Python, tau by scipy.stats.kendalltau.
TEST(MannKendall, OfTheNile) {
  const auto test = mann_kendall(kNile);
  ASSERT_TRUE(test);
  EXPECT_EQ(test->s, -1387);
  EXPECT_NEAR(test->tau, -0.2807413347246131, 1e-15);
  EXPECT_NEAR(test->p_value, 3.658262921664327e-05, 1e-17);
  EXPECT_GT(mann_kendall(kNile, {.variance_inflation = 3})->p_value, 0.01);
}

TEST(MannKendall, CountsEveryPair) {
  Rng rng(7);
  for (std::size_t n = 2; n < 40; ++n) {
    Values series(n);
    for (double& v : series) v = static_cast<double>(rng.below(12));
    double s = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        s += (series[i] > series[j]) - (series[i] < series[j]);
      }
    }
    EXPECT_EQ(mann_kendall(series)->s, s) << n;
  }
}

TEST(MannKendall, OfFewOrEqualValues) {
  EXPECT_FALSE(mann_kendall({}));
  EXPECT_FALSE(mann_kendall(Values{1}));
  EXPECT_FALSE(mann_kendall(Values{1, NAN}));
  EXPECT_EQ(mann_kendall(Values{1, 2})->s, 1);
  EXPECT_EQ(mann_kendall(Values{1, 2})->tau, 1);
  EXPECT_EQ(mann_kendall(Values{1, 2})->p_value, 1);
  const auto constant = mann_kendall(Values(50, 0.1));
  EXPECT_EQ(constant->s, 0);
  EXPECT_EQ(constant->tau, 0);
  EXPECT_EQ(constant->p_value, 1);
  EXPECT_LT(mann_kendall(counting(50))->p_value, 1e-20);
}

}  // namespace
}  // namespace tt::stats
