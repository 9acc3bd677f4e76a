#include "stats/correlation.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

using enum CorrelationKind;
using Values = std::vector<double>;

// Anscombe (1973): four figures of the same r.
const Values kX = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
const Values kY1 = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
const Values kY2 = {9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74};

TEST(Correlation, OfAnscombesFiguresIsThePublishedOne) {
  EXPECT_NEAR(correlate(kX, kY1, kPearson)->r, 0.816, 5e-4);
  EXPECT_NEAR(correlate(kX, kY2, kPearson)->r, 0.816, 5e-4);
}

// scipy.stats.pearsonr, its confidence_interval(), and spearmanr of SciPy 1.10.
TEST(Correlation, IsThatOfSciPy) {
  const auto pearson = correlate(kX, kY1, kPearson);
  EXPECT_NEAR(pearson->r, 0.81642051634484, 1e-15);
  EXPECT_NEAR(pearson->p_value, 0.002169628873078783, 1e-15);
  EXPECT_NEAR(pearson->interval.low, 0.4243912133932165, 1e-14);
  EXPECT_NEAR(pearson->interval.high, 0.9506932537865606, 1e-14);
  const auto spearman = correlate(kX, kY2, kSpearman);
  EXPECT_NEAR(spearman->r, 0.690909090909091, 1e-15);
  EXPECT_NEAR(spearman->p_value, 0.018565033381595004, 1e-15);
}

TEST(Correlation, OfALineIsOne) {
  const Values x = {1, 2, 4, 8, 9};
  const Values down = {-1, -2, -4, -8, -9};
  const auto same = correlate(x, x, kPearson);
  EXPECT_DOUBLE_EQ(same->r, 1);
  EXPECT_NEAR(same->p_value, 0, 1e-20);
  EXPECT_NEAR(same->interval.low, 1, 1e-6);
  EXPECT_DOUBLE_EQ(correlate(x, down, kPearson)->r, -1);
  EXPECT_DOUBLE_EQ(correlate(x, down, kSpearman)->r, -1);
}

TEST(Correlation, OfACurveThatOnlyRisesIsOneByRank) {
  const Values x = {1, 2, 3, 4, 5, 6};
  const Values y = {1, 10, 100, 1e3, 1e4, 1e9};
  EXPECT_DOUBLE_EQ(correlate(x, y, kSpearman)->r, 1);
  EXPECT_LT(correlate(x, y, kPearson)->r, 0.8);
}

TEST(Correlation, OfFewPairs) {
  for (const auto kind : {kPearson, kSpearman}) {
    EXPECT_FALSE(correlate({}, {}, kind));
    EXPECT_FALSE(correlate(Values{1}, Values{2}, kind));
    const auto two = correlate(Values{1, 2}, Values{5, 3}, kind);
    ASSERT_TRUE(two);
    EXPECT_DOUBLE_EQ(two->r, -1);
    EXPECT_EQ(two->p_value, 1);
    EXPECT_EQ(two->interval, Interval(-1, 1));
    const auto three = correlate(Values{1, 2, 3}, Values{1, 3, 2}, kind);
    EXPECT_DOUBLE_EQ(three->r, 0.5);
    EXPECT_NEAR(three->p_value, 2.0 / 3, 1e-15);
    EXPECT_EQ(three->interval, Interval(-1, 1));
  }
}

TEST(Correlation, RefusesWhatHasNone) {
  const Values x = {1, 2, 3, 4};
  for (const auto kind : {kPearson, kSpearman}) {
    EXPECT_FALSE(correlate(x, Values(4, 0.1), kind));
    EXPECT_FALSE(correlate(Values(4, 0.1), x, kind));
    EXPECT_FALSE(correlate(x, Values{1, 2, 3}, kind));
    EXPECT_FALSE(correlate(x, Values{1, NAN, 3, 4}, kind));
    EXPECT_FALSE(correlate(Values{1, 2, INFINITY, 4}, x, kind));
  }
}

TEST(Correlation, SurvivesAnOffsetAndAnyUnit) {
  Values x;
  Values y;
  Rng rng(1);
  for (int i = 0; i < 200; ++i) {
    x.push_back(std::round(rng.normal() * 1024));
    y.push_back(x.back() + std::round(rng.normal() * 1024));
  }
  const double r = correlate(x, y, kPearson)->r;
  EXPECT_GT(r, 0.5);
  Values moved = x;
  for (double& v : moved) v += 1099511627776;  // 2^40: exact
  EXPECT_NEAR(correlate(moved, y, kPearson)->r, r, 1e-12);
  for (const double unit : {1e-300, 1e300}) {
    Values scaled = x;
    for (double& v : scaled) v *= unit;
    EXPECT_NEAR(correlate(scaled, y, kPearson)->r, r, 1e-12);
  }
}

TEST(CorrelationMatrix, HasEveryPairAndLeavesOutOnlyWhatHasNoAnswer) {
  const Values bad = {1, 2, 3, NAN, 5, 6, 7, 8, 9, 10, 11};
  const Values constant(11, 4);
  const std::vector<std::span<const double>> columns = {kX, kY1, bad, constant, kY2};
  for (const auto kind : {kPearson, kSpearman}) {
    const CorrelationMatrix matrix(columns, kind);
    ASSERT_EQ(matrix.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        const auto pair = correlate(columns[i], columns[j], kind);
        ASSERT_EQ(matrix.at(i, j).has_value(), pair.has_value());
        if (!pair) continue;
        EXPECT_DOUBLE_EQ(matrix.at(i, j)->r, pair->r);
        EXPECT_EQ(matrix.at(i, j)->r, matrix.at(j, i)->r);
      }
    }
    EXPECT_FALSE(matrix.at(2, 2));
    EXPECT_FALSE(matrix.at(3, 3));
    EXPECT_TRUE(matrix.at(0, 4));
  }
  EXPECT_EQ(CorrelationMatrix({}, kPearson).size(), 0u);
}

TEST(Midranks, ShareTheMeanOfTiedRanks) {
  EXPECT_EQ(midranks(Values{3, 1, 3, 2, 3}), (Values{4, 1, 4, 2, 4}));
  EXPECT_EQ(midranks(Values{5, 5}), (Values{1.5, 1.5}));
  EXPECT_EQ(midranks({}), Values{});
}

}  // namespace
}  // namespace tt::stats
