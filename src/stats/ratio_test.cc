#include "stats/ratio.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/rng.h"

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

TEST(Sectioning, PairedAsByHand) {
  // Log ratios around log(1/2): 0, log(12/11), log(22/25). Student with 2 degrees of freedom.
  const std::vector<double> a = {10, 12, 11};
  const std::vector<double> b = {20, 22, 25};
  const auto ratio = sectioned_ratio(11, a, 22, b, Sections::kPaired);
  ASSERT_TRUE(ratio);
  EXPECT_DOUBLE_EQ(ratio->value, 0.5);
  EXPECT_NEAR(ratio->interval.low, 0.3810695127094075, 1e-12);
  EXPECT_NEAR(ratio->interval.high, 0.6560482842683947, 1e-12);
  EXPECT_NEAR(ratio->p_value, 0.008193265013108797, 1e-12);
}

TEST(Sectioning, PairingCancelsDriftThatBothSidesShare) {
  const std::vector<double> a = {10, 20, 40, 80};
  const std::vector<double> b = {20, 40, 80, 160};
  const auto paired = sectioned_ratio(30, a, 60, b, Sections::kPaired);
  const auto unpaired = sectioned_ratio(30, a, 60, b, Sections::kUnpaired);
  EXPECT_NEAR(paired->interval.low, 0.5, 1e-12);
  EXPECT_NEAR(paired->interval.high, 0.5, 1e-12);
  EXPECT_GT(unpaired->interval.high, 1);
}

TEST(Sectioning, MirrorsWhenTheSidesAreExchanged) {
  const std::vector<double> a = {10, 12, 11, 9};
  const std::vector<double> b = {11, 13, 10, 12};
  for (const auto kind : {Sections::kPaired, Sections::kUnpaired}) {
    const auto ab = sectioned_ratio(10.5, a, 11.5, b, kind);
    const auto ba = sectioned_ratio(11.5, b, 10.5, a, kind);
    EXPECT_NEAR(ab->interval.low, 1 / ba->interval.high, 1e-12);
    EXPECT_NEAR(ab->interval.high, 1 / ba->interval.low, 1e-12);
    EXPECT_NEAR(ab->p_value, ba->p_value, 1e-12);
  }
}

TEST(Sectioning, UnpairedSidesMayDifferInNumber) {
  const auto ratio = sectioned_ratio(10, std::vector<double>{9, 10, 11}, 10,
                                     std::vector<double>{9, 10, 10, 11}, Sections::kUnpaired);
  ASSERT_TRUE(ratio);
  EXPECT_TRUE(ratio->interval.contains(1));
  EXPECT_EQ(ratio->p_value, 1);
  EXPECT_FALSE(sectioned_ratio(10, std::vector<double>{9, 10, 11}, 10,
                               std::vector<double>{9, 10, 10, 11}, Sections::kPaired));
}

TEST(Sectioning, RefusesWhatHasNoLogOrTooFewSections) {
  const std::vector<double> good = {1, 2, 3};
  EXPECT_FALSE(sectioned_ratio(0, good, 1, good, Sections::kPaired));
  EXPECT_FALSE(sectioned_ratio(1, good, NAN, good, Sections::kPaired));
  EXPECT_FALSE(sectioned_ratio(1, std::vector<double>{1, 0, 3}, 1, good, Sections::kPaired));
  EXPECT_FALSE(sectioned_ratio(1, std::vector<double>{1, 2}, 1, std::vector<double>{1, 2},
                               Sections::kPaired));
  EXPECT_FALSE(sectioned_ratio(1, {}, 1, {}, Sections::kPaired));
}

TEST(Sectioning, OfConstantsIsAPoint) {
  const std::vector<double> fives(5, 5.0);
  for (const auto kind : {Sections::kPaired, Sections::kUnpaired}) {
    const auto ratio = sectioned_ratio(5, fives, 5, fives, kind);
    ASSERT_TRUE(ratio);
    EXPECT_EQ(ratio->interval.low, 1);
    EXPECT_EQ(ratio->interval.high, 1);
    EXPECT_EQ(ratio->p_value, 1);
  }
  EXPECT_EQ(sectioned_ratio(4, std::vector<double>(3, 4.0), 5, fives, Sections::kUnpaired)->p_value,
            0);
}

TEST(Sectioning, OfOneFigure) {
  const auto interval = sectioned_interval(10, std::vector<double>{9, 10, 11});
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low * interval->high, 100, 1e-9);  // symmetric on the log scale
  EXPECT_LT(interval->low, 9.5);
  EXPECT_FALSE(sectioned_interval(10, std::vector<double>{9, 11}));
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

TEST(Bootstrap, ThinsLongSamplesButKeepsTheirValue) {
  std::vector<double> rising(1000);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<double>(i + 1);
  const auto result = bootstrap_quantile({rising}, 0.5, {.replicates = 200, .max_samples = 100});
  EXPECT_EQ(result->value, 500.5);
  const double mean =
      std::accumulate(result->replicates.begin(), result->replicates.end(), 0.0) / 200;
  EXPECT_NEAR(mean, 500.5, 50);
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

}  // namespace
}  // namespace tt::stats
