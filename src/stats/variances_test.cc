#include "stats/variances.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

TEST(FTest, AsByHand) {
  // Variances 1 and 4 with 2 degrees of freedom each: P(F < x) = x / (1 + x), so p = 2 * 0.2.
  const auto test = f_test(std::vector<double>{1, 2, 3}, std::vector<double>{2, 4, 6});
  ASSERT_TRUE(test);
  EXPECT_DOUBLE_EQ(test->statistic, 0.25);
  EXPECT_NEAR(test->p_value, 0.4, 1e-14);
  const auto mirrored = f_test(std::vector<double>{2, 4, 6}, std::vector<double>{1, 2, 3});
  EXPECT_NEAR(mirrored->p_value, 0.4, 1e-14);
}

TEST(FTest, OfConstants) {
  const std::vector<double> constant(5, 0.1);
  const std::vector<double> varied = {1, 2};
  EXPECT_EQ(f_test(constant, constant)->p_value, 1);
  EXPECT_EQ(f_test(constant, varied)->p_value, 0);
  EXPECT_EQ(f_test(constant, varied)->statistic, 0);
  EXPECT_EQ(f_test(varied, constant)->statistic, INFINITY);
  EXPECT_FALSE(f_test(std::vector<double>{1}, varied));
  EXPECT_FALSE(f_test(std::vector<double>{1, NAN}, varied));
}

TEST(Levene, AsByHand) {
  // Deviations 1 0 1 and 2 0 2 from either centre: means 2/3 and 4/3, within (2/3 + 8/3) / 4 = 5/6,
  // between (2/3)^2 * 9 / 6 = 2/3; so W = 0.8. With 1 and 4 degrees of freedom, t = sqrt(0.8).
  const std::vector<double> a = {1, 2, 3};
  const std::vector<double> b = {2, 4, 6};
  const double t = std::sqrt(0.8);
  const double cdf = 0.5 + 3.0 / 8 * t / std::sqrt(1.2) * (1 - 0.8 / 1.2 / 12);  // Student, 4
  for (const auto centre : {Centre::kMean, Centre::kMedian}) {
    const auto test = levene_test(a, b, centre);
    ASSERT_TRUE(test);
    EXPECT_NEAR(test->statistic, 0.8, 1e-14);
    EXPECT_NEAR(test->p_value, 2 * (1 - cdf), 1e-14);
  }
}

TEST(Levene, OfConstants) {
  const std::vector<double> constant(5, 0.1);
  EXPECT_EQ(levene_test(constant, constant, Centre::kMean)->p_value, 1);
  EXPECT_EQ(levene_test(constant, std::vector<double>{1, 3}, Centre::kMedian)->p_value, 0);
  EXPECT_FALSE(levene_test(constant, std::vector<double>{1}, Centre::kMedian));
  EXPECT_FALSE(levene_test(constant, std::vector<double>{1, NAN}, Centre::kMedian));
}

TEST(Levene, IsNotTakenInBySkewness) {
  // Around the mean, a long tail looks like spread; around the median much less so.
  const std::vector<double> a = {1, 1, 1, 1, 1, 2, 2, 3, 9};
  const std::vector<double> b = {5, 5, 6, 6, 7, 7, 8, 8, 9};
  EXPECT_LT(levene_test(a, b, Centre::kMedian)->statistic,
            levene_test(a, b, Centre::kMean)->statistic);
}

}  // namespace
}  // namespace tt::stats
