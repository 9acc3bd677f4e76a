#include "stats/rank.h"

#include <vector>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

// The example of scipy.stats.mannwhitneyu, method="asymptotic".
TEST(MannWhitney, AsPublished) {
  const auto test = mann_whitney(Sorted({19, 22, 16, 29, 24}), Sorted({20, 11, 17, 12}));
  ASSERT_TRUE(test);
  EXPECT_EQ(test->u, 17);
  EXPECT_NEAR(test->p_value, 0.11134688653314041, 1e-12);
  EXPECT_DOUBLE_EQ(test->cliffs_delta, 0.7);  // 17 of 20 pairs above, 3 below
}

// By hand: each 2 ties with the 2; the 3 beats it and ties with the 3: U = 0.5 + 0.5 + 1.5. Groups
// of three 2s and two 3s: ties = 24 + 6, variance = 9 / 12 * (7 - 30 / 30) = 4.5, z = (|2.5 - 4.5|
// - 0.5) / sqrt(4.5) = 1 / sqrt(2), p = erfc(1 / 2).
TEST(MannWhitney, CorrectsForTies) {
  const auto test = mann_whitney(Sorted({2, 2, 3}), Sorted({2, 3, 4}));
  ASSERT_TRUE(test);
  EXPECT_EQ(test->u, 2.5);
  EXPECT_NEAR(test->p_value, 0.4795001221869535, 1e-12);
}

TEST(MannWhitney, OfIdenticalAndOfConstantSamples) {
  const Sorted s({1, 2, 3, 4});
  EXPECT_EQ(mann_whitney(s, s)->p_value, 1);
  EXPECT_EQ(mann_whitney(s, s)->cliffs_delta, 0);
  const Sorted fives(std::vector<double>(9, 5.0));
  EXPECT_EQ(mann_whitney(fives, fives)->p_value, 1);
  EXPECT_EQ(mann_whitney(Sorted({5}), Sorted({5}))->p_value, 1);
}

TEST(MannWhitney, MirrorsWhenTheSidesAreExchanged) {
  const Sorted a({1, 2, 2, 5, 9});
  const Sorted b({2, 3, 3});
  const auto ab = mann_whitney(a, b);
  const auto ba = mann_whitney(b, a);
  EXPECT_DOUBLE_EQ(ab->cliffs_delta, -ba->cliffs_delta);
  EXPECT_DOUBLE_EQ(ab->p_value, ba->p_value);
  EXPECT_DOUBLE_EQ(ab->u + ba->u, 15);
}

TEST(MannWhitney, SeparatesWholly) {
  EXPECT_EQ(mann_whitney(Sorted({4, 5, 6}), Sorted({1, 2, 3}))->cliffs_delta, 1);
  EXPECT_EQ(mann_whitney(Sorted({1, 2, 3}), Sorted({4, 5, 6}))->cliffs_delta, -1);
  EXPECT_FALSE(mann_whitney(Sorted(), Sorted({1})));
  EXPECT_FALSE(mann_whitney(Sorted({1}), Sorted()));
}

TEST(Holm, StepsDown) {
  EXPECT_EQ(holm_adjust(std::vector<double>{0.01, 0.04, 0.03, 0.005}),
            (std::vector<double>{0.03, 0.06, 0.06, 0.02}));
  EXPECT_EQ(holm_adjust(std::vector<double>{0.6, 0.9}), (std::vector<double>{1, 1}));
  EXPECT_EQ(holm_adjust(std::vector<double>{0.2}), std::vector<double>{0.2});
  EXPECT_TRUE(holm_adjust({}).empty());
}

}  // namespace
}  // namespace tt::stats
