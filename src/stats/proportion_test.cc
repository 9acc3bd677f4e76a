#include "stats/proportion.h"

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

struct WilsonCase {
  std::uint64_t successes, n;
  double low, high;
};

// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
TEST(Wilson, AsPublished) {
  for (const auto& c : {WilsonCase{81, 263, 0.2553, 0.3662}, WilsonCase{15, 148, 0.0624, 0.1605},
                        WilsonCase{0, 20, 0, 0.1611}, WilsonCase{1, 29, 0.0061, 0.1718}}) {
    const auto interval = wilson_interval(c.successes, c.n);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, c.low, 5e-5) << c.successes;
    EXPECT_NEAR(interval->high, c.high, 5e-5) << c.successes;
  }
}

TEST(Wilson, AtTheBorders) {
  EXPECT_FALSE(wilson_interval(0, 0));
  EXPECT_EQ(wilson_interval(0, 1000)->low, 0);
  EXPECT_EQ(wilson_interval(1000, 1000)->high, 1);
  EXPECT_LT(wilson_interval(1000, 1000)->low, 1);
  EXPECT_NEAR(wilson_interval(1, 1)->low, 0.2065, 5e-5);
}

struct DifferenceCase {
  std::uint64_t a, n, b, m;
  double low, high;
};

// Newcombe 1998, "Interval estimation for the difference between independent proportions", table
// II, method 10.
TEST(ShareDifference, AsPublished) {
  for (const auto& c :
       {DifferenceCase{56, 70, 48, 80, 0.0524, 0.3339},
        DifferenceCase{9, 10, 3, 10, 0.1705, 0.8090}, DifferenceCase{6, 7, 2, 7, 0.0582, 0.8062},
        DifferenceCase{5, 56, 0, 29, -0.0381, 0.1926}}) {
    const auto interval = share_difference_interval(c.a, c.n, c.b, c.m);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, c.low, 5e-5) << c.a;
    EXPECT_NEAR(interval->high, c.high, 5e-5) << c.a;
  }
}

TEST(ShareDifference, MirrorsWhenTheSidesAreExchanged) {
  const auto ab = share_difference_interval(90, 100, 99, 100);
  const auto ba = share_difference_interval(99, 100, 90, 100);
  EXPECT_DOUBLE_EQ(ab->low, -ba->high);
  EXPECT_DOUBLE_EQ(ab->high, -ba->low);
  EXPECT_FALSE(share_difference_interval(0, 0, 1, 2));
  EXPECT_FALSE(share_difference_interval(1, 2, 0, 0));
}

// 15 of 20 against 5 of 20: pooled share 1/2, variance 1/40, z = 0.5 / sqrt(1/40) = sqrt(10).
TEST(ShareDifference, ScoreTestAsByHand) {
  EXPECT_NEAR(*share_difference_p(15, 20, 5, 20), 0.0015654022580025018, 1e-12);
  EXPECT_EQ(*share_difference_p(7, 10, 70, 100), 1);
  EXPECT_EQ(*share_difference_p(10, 10, 30, 30), 1);
  EXPECT_EQ(*share_difference_p(0, 10, 0, 30), 1);
  EXPECT_FALSE(share_difference_p(0, 0, 1, 2));
}

TEST(Proportion, WilsonOfAShareIsThatOfCounts) {
  const auto counted = wilson_interval(7, 10);
  const auto shared = wilson_interval_of_share(0.7, 10);
  EXPECT_DOUBLE_EQ(counted->low, shared->low);
  EXPECT_DOUBLE_EQ(counted->high, shared->high);
  EXPECT_FALSE(wilson_interval_of_share(0.7, 0));
  const auto half = wilson_interval_of_share(0.7, 5.5);
  EXPECT_LT(half->low, shared->low);
  EXPECT_GT(half->high, shared->high);
}

TEST(Wilson, RefusesWhatIsNoConfidence) {
  for (const double confidence : {0.0, 1.0, 95.0}) {
    EXPECT_FALSE(wilson_interval(1, 2, confidence));
    EXPECT_FALSE(share_difference_interval(1, 2, 1, 2, confidence));
  }
}

// Fisher (1935): the lady tasting tea, 3 of 4 right; and the convictions of twins (R's
// fisher.test).
TEST(Fisher, AsPublished) {
  EXPECT_NEAR(*fisher_exact_p(3, 4, 1, 4), 34.0 / 70, 1e-14);
  EXPECT_NEAR(*fisher_exact_p(2, 17, 10, 13), 0.0005367241191434358, 1e-15);
}

TEST(Fisher, OfNothingAllAndNone) {
  EXPECT_FALSE(fisher_exact_p(0, 0, 1, 2));
  EXPECT_FALSE(fisher_exact_p(1, 2, 0, 0));
  EXPECT_EQ(*fisher_exact_p(0, 5, 0, 9), 1);
  EXPECT_EQ(*fisher_exact_p(5, 5, 9, 9), 1);
  EXPECT_EQ(*fisher_exact_p(5, 10, 5, 10), 1);
  EXPECT_NEAR(*fisher_exact_p(1, 1, 0, 1), 1, 1e-15);
}

TEST(Fisher, MirrorsAndTakesLargeCounts) {
  EXPECT_NEAR(*fisher_exact_p(3, 50, 9, 40), *fisher_exact_p(9, 40, 3, 50), 1e-14);
  EXPECT_NEAR(*fisher_exact_p(3, 50, 9, 40), *fisher_exact_p(47, 50, 31, 40), 1e-14);
  // Where the normal law is as good: the same to a few percent.
  const double fisher = *fisher_exact_p(500'300, 1'000'000, 499'000, 1'000'000);
  const double yates =
      chi_square_test(500'300, 1'000'000, 499'000, 1'000'000, Continuity::kYates)->p_value;
  EXPECT_NEAR(fisher / yates, 1, 0.01);
}

TEST(ChiSquare, IsTheScoreTestSquared) {
  const auto test = chi_square_test(30, 100, 45, 110, Continuity::kAsIs);
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->p_value, *share_difference_p(30, 100, 45, 110), 1e-14);
  EXPECT_GT(chi_square_test(30, 100, 45, 110, Continuity::kYates)->p_value, test->p_value);
  // Yates (1934): breast-fed and bottle-fed children with normal teeth, 4 of 20 and 1 of 22.
  EXPECT_NEAR(chi_square_test(4, 20, 1, 22, Continuity::kAsIs)->statistic, 2.386, 5e-4);
  EXPECT_NEAR(chi_square_test(4, 20, 1, 22, Continuity::kYates)->statistic, 1.140, 5e-4);
}

TEST(ChiSquare, OfNothingAllAndNone) {
  for (const auto kind : {Continuity::kAsIs, Continuity::kYates}) {
    EXPECT_FALSE(chi_square_test(0, 0, 1, 2, kind));
    EXPECT_EQ(chi_square_test(0, 5, 0, 9, kind)->p_value, 1);
    EXPECT_EQ(chi_square_test(5, 5, 9, 9, kind)->statistic, 0);
    EXPECT_EQ(chi_square_test(5, 10, 5, 10, kind)->p_value, 1);
  }
}

}  // namespace
}  // namespace tt::stats
