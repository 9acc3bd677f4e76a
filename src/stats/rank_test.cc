#include "stats/rank.h"

#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

// The example of scipy.stats.mannwhitneyu, with both its methods.
TEST(MannWhitney, AsPublished) {
  const Sorted a({19, 22, 16, 29, 24});
  const Sorted b({20, 11, 17, 12});
  const auto test = mann_whitney(a, b);
  ASSERT_TRUE(test);
  EXPECT_EQ(test->u, 17);
  EXPECT_TRUE(test->exact);
  EXPECT_NEAR(test->p_value, 1.0 / 9, 1e-15);
  EXPECT_DOUBLE_EQ(test->cliffs_delta, 0.7);  // 17 of 20 pairs above, 3 below
  const auto approximate = mann_whitney(a, b, PValue::kApproximate);
  EXPECT_FALSE(approximate->exact);
  EXPECT_NEAR(approximate->p_value, 0.11134688653314041, 1e-12);
}

// Hollander and Wolfe (1973), page 69, as in R's wilcox.test: permeability of membranes, W = 35 and
// a one-sided p of 0.1272.
TEST(MannWhitney, OfTheMembranes) {
  const auto test =
      mann_whitney(Sorted({0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}),
                   Sorted({1.15, 0.88, 0.90, 0.74, 1.21}));
  EXPECT_EQ(test->u, 35);
  EXPECT_NEAR(test->p_value, 0.2544122544122544, 1e-14);
}

TEST(MannWhitney, IsExactOnlyForFewWithoutTies) {
  std::vector<double> many(kExactMannWhitney);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<double>(i);
  EXPECT_FALSE(mann_whitney(Sorted(many), Sorted({0.5}))->exact);
  EXPECT_FALSE(mann_whitney(Sorted(many), Sorted({0.5}), PValue::kExact));
  many.pop_back();
  EXPECT_TRUE(mann_whitney(Sorted(many), Sorted({0.5}))->exact);
  EXPECT_FALSE(mann_whitney(Sorted(many), Sorted({3}))->exact);
  EXPECT_FALSE(mann_whitney(Sorted(many), Sorted({3}), PValue::kExact));
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

// Hollander and Wolfe (1973), page 29, as in R's wilcox.test: depression before and after, V = 40
// and a one-sided p of 0.01953 = 10 / 512.
TEST(SignedRank, OfTheDepressionScales) {
  const std::vector<double> before = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const std::vector<double> after = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  std::vector<double> differences;
  for (std::size_t i = 0; i < before.size(); ++i) differences.push_back(before[i] - after[i]);
  const auto test = signed_rank_test(differences, ZeroDifferences::kDrop);
  ASSERT_TRUE(test);
  EXPECT_EQ(test->w_plus, 40);
  EXPECT_EQ(test->n, 9u);
  EXPECT_TRUE(test->exact);
  EXPECT_NEAR(test->p_value, 20.0 / 512, 1e-15);
}

TEST(SignedRank, TreatsZerosAsNamed) {
  const std::vector<double> differences = {0, 0, 1, 2, -3};
  const auto drop = signed_rank_test(differences, ZeroDifferences::kDrop);
  const auto pratt = signed_rank_test(differences, ZeroDifferences::kPratt);
  EXPECT_EQ(drop->w_plus, 3);   // ranks 1 and 2
  EXPECT_EQ(pratt->w_plus, 7);  // ranks 3 and 4, after the zeros' 1 and 2
  EXPECT_EQ(drop->n, 3u);
  EXPECT_EQ(pratt->n, 3u);
  EXPECT_FALSE(drop->exact);  // a law with zeros is another
}

TEST(SignedRank, OfNothingZerosAndNaN) {
  for (const auto zeros : {ZeroDifferences::kDrop, ZeroDifferences::kPratt}) {
    EXPECT_FALSE(signed_rank_test({}, zeros));
    EXPECT_FALSE(signed_rank_test(std::vector<double>{1, NAN}, zeros));
    EXPECT_EQ(signed_rank_test(std::vector<double>(5, 0.0), zeros)->p_value, 1);
    EXPECT_EQ(signed_rank_test(std::vector<double>{2}, zeros)->p_value, 1);
    EXPECT_EQ(signed_rank_test(std::vector<double>{2, 3}, zeros)->p_value, 0.5);
  }
}

TEST(SignedRank, MirrorsWithTheSign) {
  const std::vector<double> up = {1, 2, -3, 4, 4, 0};
  std::vector<double> down;
  for (const double x : up) down.push_back(-x);
  const auto a = signed_rank_test(up, ZeroDifferences::kDrop);
  const auto b = signed_rank_test(down, ZeroDifferences::kDrop);
  EXPECT_EQ(a->p_value, b->p_value);
  EXPECT_EQ(a->w_plus + b->w_plus, 15);
}

// The laws sum to 1, mirror themselves, and have the known counts.
TEST(RankLaws, AreLaws) {
  for (const auto& [n, m] : {std::pair{1, 1}, {3, 5}, {49, 49}, {2, 30}}) {
    const auto law = mann_whitney_law(static_cast<std::size_t>(n), static_cast<std::size_t>(m));
    EXPECT_NEAR(at_most(law, n * m), 1, 1e-12);
    for (std::size_t u = 0; u < law.size(); ++u) EXPECT_EQ(law[u], law[law.size() - 1 - u]);
  }
  // C(8, 3) = 56 orders; U of 0 to 3 in 1, 1, 2 and 3 of them.
  EXPECT_NEAR(at_most(mann_whitney_law(3, 5), 3), 7.0 / 56, 1e-15);
  EXPECT_EQ(at_most(mann_whitney_law(3, 5), -1), 0);
  EXPECT_EQ(signed_rank_law(3), (std::vector<double>{.125, .125, .125, .25, .125, .125, .125}));
  EXPECT_EQ(at_most(signed_rank_law(50), 1275), 1);
}

}  // namespace
}  // namespace tt::stats
