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

}  // namespace
}  // namespace tt::stats
