#include "stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/moments.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::stats {
namespace {

// Lognormal samples whose logs follow an AR(1) process with the given correlation and deviation
// 0.3.
std::vector<double> dependent(std::uint64_t seed, std::size_t n, double correlation,
                              double median = 100) {
  Rng rng = Rng::stream(seed, "dependent");
  std::vector<double> series(n);
  double state = rng.normal();
  for (auto& x : series) {
    x = median * std::exp(0.3 * state);
    state = correlation * state + std::sqrt(1 - correlation * correlation) * rng.normal();
  }
  return series;
}

TEST(BlockLength, GrowsWithDependence) {
  EXPECT_LE(automatic_block_length(dependent(1, 4096, 0.0)), 8u);
  // An AR(1) series with correlation 1/2 wants (8/3)^(1/3) n^(1/3) = 22.
  std::vector<double> logs = dependent(2, 4096, 0.5);
  for (auto& x : logs) x = std::log(x);
  EXPECT_GE(automatic_block_length(logs), 14u);
  EXPECT_LE(automatic_block_length(logs), 32u);
  EXPECT_GT(automatic_block_length(dependent(3, 4096, 0.95)), 60u);
}

TEST(BlockLength, OfShortAndConstantSeriesIsOne) {
  EXPECT_EQ(automatic_block_length({}), 1u);
  EXPECT_EQ(automatic_block_length(std::vector<double>{1, 2, 3}), 1u);
  EXPECT_EQ(automatic_block_length(std::vector<double>(500, 2.0)), 1u);
  std::vector<double> trend(12);
  for (std::size_t i = 0; i < trend.size(); ++i) trend[i] = static_cast<double>(i);
  EXPECT_LE(automatic_block_length(trend), 4u);  // a third of it
}

TEST(Bootstrap, IsAFunctionOfItsSeed) {
  const Blocks blocks = {dependent(4, 300, 0.5)};
  const auto once = bootstrap_quantile(blocks, 0.5, {.seed = 7, .replicates = 50});
  const auto again = bootstrap_quantile(blocks, 0.5, {.seed = 7, .replicates = 50});
  const auto other = bootstrap_quantile(blocks, 0.5, {.seed = 8, .replicates = 50});
  EXPECT_EQ(once->replicates, again->replicates);
  EXPECT_NE(once->replicates, other->replicates);
  // More replicates continue the same sequence.
  const auto more = bootstrap_quantile(blocks, 0.5, {.seed = 7, .replicates = 60});
  EXPECT_TRUE(
      std::equal(once->replicates.begin(), once->replicates.end(), more->replicates.begin()));
}

TEST(Bootstrap, NeverMixesBlocks) {
  // Half of all values are 1, half 3, in blocks of their own: every replicate has both halves
  // whole, so the median never leaves 2.
  const Blocks blocks = {std::vector<double>(10, 1.0), std::vector<double>(10, 3.0)};
  const auto result = bootstrap_quantile(blocks, 0.5);
  ASSERT_TRUE(result);
  for (const double r : result->replicates) EXPECT_EQ(r, 2);
}

TEST(Bootstrap, WidensWithDependence) {
  const auto width = [](double correlation) {
    double total = 0;
    for (std::uint64_t seed = 10; seed < 16; ++seed) {
      const auto a = bootstrap_quantile({dependent(seed, 1000, correlation)}, 0.5,
                                        {.seed = 1, .replicates = 400});
      const auto b = bootstrap_quantile({dependent(seed + 50, 1000, correlation)}, 0.5,
                                        {.seed = 2, .replicates = 400});
      const auto ratio = bootstrap_ratio(*a, *b);
      total += ratio->interval.high - ratio->interval.low;
    }
    return total;
  };
  EXPECT_GT(width(0.9), 2 * width(0.0));
}

TEST(Bootstrap, CoversTheTruthUnderDependence) {
  int covered = 0;
  constexpr int kRuns = 100;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    const auto a = bootstrap_quantile({dependent(2 * run, 600, 0.6, 110)}, 0.5,
                                      {.seed = 1, .replicates = 300});
    const auto b = bootstrap_quantile({dependent(2 * run + 1, 600, 0.6, 100)}, 0.5,
                                      {.seed = 2, .replicates = 300});
    covered += bootstrap_ratio(*a, *b)->interval.contains(1.1) ? 1 : 0;
  }
  EXPECT_GE(covered, 88);  // of 100 at 95%: the block bootstrap is a little short, never far
}

TEST(Bootstrap, OfFewAndConstantValues) {
  EXPECT_FALSE(bootstrap_quantile({}, 0.5));
  EXPECT_FALSE(bootstrap_quantile({{}, {}}, 0.5));
  const auto one = bootstrap_quantile({{5.0}}, 0.5, {.seed = 1, .replicates = 10});
  const auto constant =
      bootstrap_quantile({std::vector<double>(40, 5.0), {}}, 0.5, {.seed = 2, .replicates = 10});
  ASSERT_TRUE(one && constant);
  const auto ratio = bootstrap_ratio(*one, *constant);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->interval.low, 1);
  EXPECT_EQ(ratio->interval.high, 1);
  EXPECT_EQ(ratio->p_value, 1);
  const auto zero = bootstrap_quantile({{0.0, 0.0}}, 0.5, {.seed = 1, .replicates = 10});
  EXPECT_FALSE(bootstrap_ratio(*zero, *constant));
}

TEST(Bootstrap, MirrorsWhenTheSidesAreExchanged) {
  const auto a = bootstrap_quantile({dependent(20, 200, 0.3)}, 0.5, {.seed = 1, .replicates = 99});
  const auto b = bootstrap_quantile({dependent(21, 200, 0.3)}, 0.5, {.seed = 2, .replicates = 99});
  const auto ab = bootstrap_ratio(*a, *b);
  const auto ba = bootstrap_ratio(*b, *a);
  EXPECT_NEAR(ab->interval.low * ba->interval.high, 1, 1e-12);
  EXPECT_NEAR(ab->interval.high * ba->interval.low, 1, 1e-12);
  EXPECT_EQ(ab->p_value, ba->p_value);
}

// What the counting of bootstrap_quantile is a short cut for.
std::vector<double> by_hand(const Blocks& blocks, const BootstrapOptions& options, bool of_mean,
                            double p) {
  Rng seeds = Rng::stream(options.seed, "bootstrap");
  std::vector<double> figures;
  while (figures.size() < options.replicates) {
    Rng rng(seeds.next());
    std::vector<double> drawn;
    for (const auto& block : blocks) {
      for (std::size_t left = block.size(); left > 0;) {
        const std::size_t from = rng.below(block.size());
        const std::size_t count = std::min({left, options.block_length, block.size()});
        for (std::size_t i = 0; i < count; ++i) drawn.push_back(block[(from + i) % block.size()]);
        left -= count;
      }
    }
    figures.push_back(of_mean ? *mean(drawn) : *quantile(Sorted(drawn), p));
  }
  return figures;
}

TEST(Bootstrap, CountsAsIfEachReplicateWereWrittenOut) {
  Rng rng(11);
  std::vector<double> tied(400);
  for (double& x : tied) x = static_cast<double>(rng.below(7));
  const std::vector<double> smooth = dependent(30, 700, 0.8);
  for (const Blocks& blocks : {Blocks{smooth}, Blocks{tied}, Blocks{smooth, {}, tied, {3.0}},
                               Blocks{{1, 2}}, Blocks{std::vector<double>(50, 4.0)}}) {
    for (const std::size_t length : {1u, 7u, 60u, 1000u}) {
      const BootstrapOptions options{.seed = 3, .replicates = 60, .block_length = length};
      for (const double p : {0.0, 0.01, 0.5, 0.9, 0.999, 1.0}) {
        EXPECT_EQ(bootstrap_quantile(blocks, p, options)->replicates,
                  by_hand(blocks, options, false, p))
            << length << " " << p;
      }
      const auto expected = by_hand(blocks, options, true, 0);
      const auto got = bootstrap_mean(blocks, options)->replicates;
      for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-10);
    }
  }
}

TEST(Bootstrap, OfIndependentValuesIsAsWideAsTheoryHasIt) {
  // Exponential: the median's deviation is 1 / sqrt(n), the mean's as well.
  constexpr std::size_t kCount = 40'000;
  Rng rng(12);
  std::vector<double> values(kCount);
  for (double& x : values) x = rng.exponential();
  for (const auto& figure : {bootstrap_quantile({values}, 0.5), bootstrap_mean({values})}) {
    ASSERT_TRUE(figure);
    EXPECT_NEAR(*standard_deviation(figure->replicates, 1) * std::sqrt(kCount), 1, 0.07);
    const auto interval = bootstrap_interval(*figure);
    EXPECT_TRUE(interval->contains(figure->value));
    EXPECT_NEAR((interval->high - interval->low) * std::sqrt(kCount), 2 * 1.96, 0.35);
  }
}

TEST(Bootstrap, LongSamplesAreDrawnInLongerStretches) {
  Rng rng(13);
  std::vector<double> values(50'000);
  for (double& x : values) x = rng.uniform();
  const BootstrapOptions few{.replicates = 2};
  EXPECT_EQ(bootstrap_quantile({values}, 0.5, few)->block_length, 13u);  // 50,000 / 4,096
  EXPECT_EQ(bootstrap_quantile({values}, 0.5, {.replicates = 2, .block_length = 3})->block_length,
            3u);
  // Never so long that a block could only be turned around.
  const Blocks many(500, std::vector<double>(values.begin(), values.begin() + 100));
  EXPECT_LE(bootstrap_mean(many, few)->block_length, 10u);
}

TEST(Bootstrap, OfTheMeanKeepsItsDigitsBesideAnOffset) {
  std::vector<double> values = dependent(40, 500, 0.5);
  const auto bare = bootstrap_mean({values}, {.replicates = 20, .block_length = 4});
  for (double& x : values) x += 1e9;
  const auto offset = bootstrap_mean({values}, {.replicates = 20, .block_length = 4});
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(offset->replicates[i] - 1e9, bare->replicates[i], 3e-7);
  }
}

TEST(Bootstrap, RefusesWhatIsNotFinite) {
  EXPECT_FALSE(bootstrap_quantile({{1, NAN}}, 0.5));
  EXPECT_FALSE(bootstrap_mean({{1}, {INFINITY}}));
  EXPECT_FALSE(bootstrap_mean({{}}));
  EXPECT_FALSE(bootstrap_interval({}));
  EXPECT_FALSE(bootstrap_quantile({{1, 2}}, NAN));
  EXPECT_FALSE(bootstrap_interval(*bootstrap_mean({{1, 2}}), 1));
}

TEST(Bootstrap, DifferencesMirrorAndMayBeNegative) {
  const auto a = bootstrap_mean({dependent(50, 300, 0.3, 90)}, {.seed = 1});
  const auto b = bootstrap_mean({dependent(51, 300, 0.3, 110)}, {.seed = 2});
  const auto ab = bootstrap_difference(*a, *b);
  const auto ba = bootstrap_difference(*b, *a);
  EXPECT_LT(ab->interval.high, 0);
  EXPECT_NEAR(ab->interval.low, -ba->interval.high, 1e-9);
  EXPECT_EQ(ab->p_value, ba->p_value);
  EXPECT_DOUBLE_EQ(ab->value, a->value - b->value);
  EXPECT_NEAR(ab->p_value, 2.0 / 2001, 1e-12);  // no replicate on the other side
  EXPECT_FALSE(bootstrap_difference(*a, BootstrapFigure{}));
}

}  // namespace
}  // namespace tt::stats
