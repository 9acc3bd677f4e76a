#include "stats/distributions.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

std::vector<double> normal_values(std::uint64_t seed, std::size_t n, double shift) {
  Rng rng(seed);
  std::vector<double> values(n);
  for (double& x : values) x = shift + rng.normal();
  return values;
}

TEST(KolmogorovSmirnov, CountsPathsAsByHand) {
  // 2 of the C(4, 2) = 6 orders of two and two keep them apart; of three and three, 2 of 20.
  EXPECT_NEAR(kolmogorov_smirnov(Sorted({1, 2}), Sorted({3, 4}))->p_value, 2.0 / 6, 1e-15);
  const auto apart = kolmogorov_smirnov(Sorted({1, 2, 3}), Sorted({4, 5, 6}));
  EXPECT_EQ(apart->statistic, 1);
  EXPECT_NEAR(apart->p_value, 0.1, 1e-15);
  EXPECT_NEAR(kolmogorov_smirnov(Sorted({1, 3}), Sorted({2, 4}))->statistic, 0.5, 1e-15);
}

TEST(KolmogorovSmirnov, OfNothingAndOfTheSame) {
  const Sorted s({1, 2, 2, 5});
  EXPECT_FALSE(kolmogorov_smirnov(Sorted(), s));
  EXPECT_FALSE(kolmogorov_smirnov(s, Sorted()));
  EXPECT_EQ(kolmogorov_smirnov(s, s)->statistic, 0);
  EXPECT_EQ(kolmogorov_smirnov(s, s)->p_value, 1);
  EXPECT_EQ(kolmogorov_smirnov(Sorted({7}), Sorted({8}))->p_value, 1);
}

TEST(KolmogorovSmirnov, BothWaysAgreeForLargeSamples) {
  const Sorted a(normal_values(1, 2000, 0));
  const Sorted b(normal_values(2, 1500, 0.06));
  const auto exact = kolmogorov_smirnov(a, b, PValue::kExact);
  const auto approximate = kolmogorov_smirnov(a, b, PValue::kApproximate);
  EXPECT_NEAR(approximate->p_value / exact->p_value, 1, 0.05);
  EXPECT_NE(approximate->p_value, exact->p_value);
  EXPECT_EQ(kolmogorov_smirnov(a, b)->p_value, approximate->p_value);  // over the limit
}

// Smirnov (1948), the table of his limit law: 1 - 0.05, 0.01 and 0.27.
TEST(KolmogorovSmirnov, LimitLawAsPublished) {
  EXPECT_NEAR(kolmogorov_tail(1.36), 1 - 0.950514, 1e-5);
  EXPECT_NEAR(kolmogorov_tail(1.63), 1 - 0.990154, 1e-5);
  EXPECT_NEAR(kolmogorov_tail(1.0), 1 - 0.730000, 1e-5);
  EXPECT_NEAR(kolmogorov_tail(std::nextafter(1, 0)), kolmogorov_tail(1), 1e-14);  // series meet
  EXPECT_EQ(kolmogorov_tail(0), 1);
  EXPECT_EQ(kolmogorov_tail(0.01), 1);
}

// Anderson and Darling (1954): 1.933, 2.492 and 3.857 for 10, 5 and 1%; the last is 3.878 since
// Lewis (1961).
TEST(AndersonDarling, LimitLawAsPublished) {
  EXPECT_NEAR(anderson_darling_tail(1.933), 0.10, 3e-5);
  EXPECT_NEAR(anderson_darling_tail(2.492), 0.05, 3e-5);
  EXPECT_NEAR(anderson_darling_tail(3.878), 0.01, 3e-6);
  // Where nearly all of it is the first chi-square: sqrt(3) erfc(sqrt(x)).
  EXPECT_NEAR(anderson_darling_tail(30) / (std::sqrt(3) * std::erfc(std::sqrt(30))), 1, 0.03);
  EXPECT_EQ(anderson_darling_tail(0), 1);
  double before = 1;
  for (double x = 0.02; x < 60; x *= 1.02) {
    const double tail = anderson_darling_tail(x);
    EXPECT_LE(tail, before + 1e-12) << x;
    EXPECT_GT(tail, 0);
    before = tail;
  }
}

// Scholz and Stephens (1987), table 1, k - 1 = 1: the standardised statistic.
TEST(AndersonDarling, CriticalValuesAsPublished) {
  const double deviation = std::sqrt(2 * M_PI * M_PI / 3 - 6);
  EXPECT_NEAR(anderson_darling_tail(1 + 0.325 * deviation), 0.25, 2e-3);
  EXPECT_NEAR(anderson_darling_tail(1 + 1.226 * deviation), 0.10, 1e-3);
  EXPECT_NEAR(anderson_darling_tail(1 + 1.960 * deviation), 0.05, 1e-3);
  EXPECT_NEAR(anderson_darling_tail(1 + 3.752 * deviation), 0.01, 3e-4);
}

TEST(AndersonDarling, OfNothingFewAndTheSame) {
  const Sorted s({1, 2, 2, 5});
  EXPECT_FALSE(anderson_darling(Sorted(), s));
  EXPECT_FALSE(anderson_darling(Sorted({1}), Sorted({1, 2})));
  EXPECT_LT(anderson_darling(s, s)->statistic, 0);
  EXPECT_GT(anderson_darling(s, s)->p_value, 0.9);
  EXPECT_EQ(anderson_darling(Sorted({3, 3}), Sorted({3, 3}))->p_value, 1);
  EXPECT_TRUE(anderson_darling(Sorted({3, 3, 4}), Sorted({3})));
}

TEST(AndersonDarling, MirrorsAndSeesTails) {
  const Sorted a(normal_values(3, 300, 0));
  std::vector<double> wide = normal_values(4, 300, 0);
  for (double& x : wide) x *= 1.5;
  const Sorted b(wide);
  EXPECT_NEAR(anderson_darling(a, b)->statistic, anderson_darling(b, a)->statistic, 1e-10);
  EXPECT_LT(anderson_darling(a, b)->p_value, kolmogorov_smirnov(a, b)->p_value);
}

TEST(AndersonDarling, HoldsItsLevel) {
  int rejected = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Sorted a(normal_values(2 * seed + 100, 20, 0));
    const Sorted b(normal_values(2 * seed + 101, 25, 0));
    rejected += anderson_darling(a, b)->p_value <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(rejected, 8);  // 20 expected
  EXPECT_LE(rejected, 34);
}

}  // namespace
}  // namespace tt::stats
