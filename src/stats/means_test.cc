#include "stats/means.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

// Student's own data (1908), additional sleep with two drugs, as in R's example of t.test.
const std::vector<double> kFirstDrug = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> kSecondDrug = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

TEST(TTest, OfStudentsSleep) {
  const auto welch = t_test(kFirstDrug, kSecondDrug, Variances::kUnequal);
  ASSERT_TRUE(welch);
  EXPECT_NEAR(welch->t, -1.8608, 5e-5);
  EXPECT_NEAR(welch->freedom, 17.776, 5e-4);
  EXPECT_NEAR(welch->p_value, 0.07939, 5e-6);
  EXPECT_NEAR(welch->interval.low, -3.3654832, 5e-8);
  EXPECT_NEAR(welch->interval.high, 0.2054832, 5e-8);
  EXPECT_NEAR(welch->difference, -1.58, 1e-12);
  const auto student = t_test(kFirstDrug, kSecondDrug, Variances::kEqual);
  EXPECT_NEAR(student->p_value, 0.07919, 5e-6);
  EXPECT_EQ(student->freedom, 18);
}

TEST(TTest, OfConstants) {
  const std::vector<double> ones(4, 0.1);
  const std::vector<double> twos(3, 0.2);
  for (const auto kind : {Variances::kEqual, Variances::kUnequal}) {
    EXPECT_EQ(t_test(ones, ones, kind)->p_value, 1);
    EXPECT_EQ(t_test(ones, ones, kind)->interval, (Interval{0, 0}));
    EXPECT_EQ(t_test(ones, twos, kind)->p_value, 0);
    EXPECT_EQ(t_test(ones, twos, kind)->t, -INFINITY);
  }
}

TEST(TTest, RefusesTooFewAndNaN) {
  const std::vector<double> good = {1, 2, 3};
  for (const std::vector<double>& bad : {std::vector<double>{}, {1}, {1, NAN}, {INFINITY, 1}}) {
    EXPECT_FALSE(t_test(good, bad, Variances::kUnequal));
    EXPECT_FALSE(t_test(bad, good, Variances::kEqual));
    EXPECT_FALSE(mean_interval(bad));
    EXPECT_FALSE(effect_size(good, bad));
  }
  EXPECT_TRUE(t_test(good, std::vector<double>{1, 2}, Variances::kUnequal));
}

TEST(TTest, KeepsItsDigitsBesideAnOffset) {
  std::vector<double> a = {0.25, 0.5, 1.75, 1.25};  // exact in binary, so that the offset is too
  std::vector<double> b = {1.5, 2.25, 2.5};
  const auto bare = t_test(a, b, Variances::kUnequal);
  for (double& x : a) x += 1e12;
  for (double& x : b) x += 1e12;
  const auto offset = t_test(a, b, Variances::kUnequal);
  EXPECT_NEAR(offset->t, bare->t, 1e-12);
  EXPECT_NEAR(offset->interval.low, bare->interval.low, 1e-12);
}

TEST(MeanInterval, RefusesWhatIsNoConfidence) {
  for (const double confidence : {0.0, 1.0, 95.0, std::nan("")}) {
    EXPECT_FALSE(mean_interval(kFirstDrug, confidence));
    EXPECT_FALSE(t_test(kFirstDrug, kSecondDrug, Variances::kEqual, confidence));
  }
}

TEST(MeanInterval, OfTwoIsWide) {
  // Student with one degree of freedom is Cauchy: tan(0.475 pi) = 12.7062.
  const auto interval = mean_interval(std::vector<double>{1, 3});
  EXPECT_NEAR(interval->high, 2 + 12.706204736174707, 1e-9);
  EXPECT_NEAR(interval->low, 2 - 12.706204736174707, 1e-9);
}

TEST(EffectSize, AsByHand) {
  // Means 4 and 2, both variances 2.5: d = 2 / sqrt(2.5). With 8 degrees of freedom the factor is
  // Gamma(4) / (2 Gamma(3.5)) = 6 / (2 * 3.3233509704478426).
  const auto effect =
      effect_size(std::vector<double>{2, 3, 4, 5, 6}, std::vector<double>{0, 1, 2, 3, 4});
  ASSERT_TRUE(effect);
  EXPECT_NEAR(effect->cohens_d, 2 / std::sqrt(2.5), 1e-14);
  EXPECT_NEAR(effect->hedges_g, 2 / std::sqrt(2.5) * 3 / 3.3233509704478426, 1e-14);
  const std::vector<double> ones(4, 1.0);
  EXPECT_EQ(effect_size(ones, ones)->cohens_d, 0);
  EXPECT_FALSE(effect_size(ones, std::vector<double>(3, 2.0)));
}

}  // namespace
}  // namespace tt::stats
