#include "stats/quantile.h"

#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

// 1, 2, ..., n: each value is its own rank.
Sorted ranks(std::size_t n) {
  std::vector<double> values(n);
  std::iota(values.begin(), values.end(), 1.0);
  return Sorted(std::move(values));
}

TEST(Quantile, InterpolatesAsType7) {
  const Sorted s({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(*quantile(s, 0.0), 1);
  EXPECT_DOUBLE_EQ(*quantile(s, 0.4), 2.2);  // numpy.percentile([1, 2, 3, 4], 40)
  EXPECT_DOUBLE_EQ(*quantile(s, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(*quantile(s, 0.99), 3.97);
  EXPECT_DOUBLE_EQ(*quantile(s, 1.0), 4);
}

TEST(Quantile, OfFewValues) {
  EXPECT_FALSE(quantile(Sorted(), 0.5));
  EXPECT_EQ(*quantile(Sorted({7}), 0.99), 7);
  EXPECT_DOUBLE_EQ(*quantile(Sorted({1, 2}), 0.75), 1.75);
}

TEST(Quantile, OfAConstantIsThatConstant) {
  const Sorted s(std::vector<double>(11, 0.1));
  for (double p = 0; p <= 1; p += 0.01) EXPECT_EQ(*quantile(s, p), 0.1);
}

TEST(Quantile, InPlaceAgreesWithSorted) {
  std::mt19937 random(5);
  for (std::size_t n = 1; n < 60; ++n) {
    std::vector<double> values(n);
    for (auto& v : values) v = static_cast<double>(random() % 17);
    const Sorted sorted(values);
    for (const double p : {0.0, 0.01, 0.37, 0.5, 0.9, 0.99, 1.0}) {
      std::vector<double> scratch = values;
      EXPECT_EQ(quantile_in_place(scratch, p), quantile(sorted, p)) << n << " " << p;
    }
  }
  EXPECT_FALSE(quantile_in_place({}, 0.5));
}

TEST(QuantileInterval, OfTheMedianOfSixSpansTheSample) {
  const auto interval = quantile_interval(ranks(6), 0.5);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 1);
  EXPECT_EQ(interval->high, 6);
  EXPECT_NEAR(interval->confidence, 1 - 2.0 / 64, 1e-12);  // 2^-6 in either tail
}

// B(100, 1/2): P(Y <= 39) = 0.0176, P(Y <= 40) = 0.0284.
TEST(QuantileInterval, OfTheMedianOfAHundred) {
  const auto interval = quantile_interval(ranks(100), 0.5);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 40);
  EXPECT_EQ(interval->high, 61);
  EXPECT_NEAR(interval->confidence, 1 - 2 * 0.017600100108852407, 1e-12);
}

TEST(QuantileInterval, SaysWhenTheSampleIsTooSmall) {
  EXPECT_FALSE(quantile_interval(Sorted(), 0.5));
  EXPECT_FALSE(quantile_interval(ranks(5), 0.5));
  EXPECT_FALSE(quantile_interval(ranks(367), 0.99));
  const auto enough = quantile_interval(ranks(368), 0.99);
  ASSERT_TRUE(enough);
  EXPECT_EQ(enough->high, 368);
  EXPECT_FALSE(quantile_interval(ranks(100), 0.0));
  EXPECT_FALSE(quantile_interval(ranks(100), 1.0));
}

TEST(QuantileInterval, SamplesNeededIsTheBorder) {
  EXPECT_EQ(samples_needed(0.5), 6u);
  EXPECT_EQ(samples_needed(0.9), 36u);
  EXPECT_EQ(samples_needed(0.95), 72u);
  EXPECT_EQ(samples_needed(0.99), 368u);
  EXPECT_EQ(samples_needed(0.999), 3688u);
  for (const double p : {0.01, 0.1, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
    for (const double confidence : {0.8, 0.9, 0.95, 0.99}) {
      const std::size_t n = samples_needed(p, confidence);
      EXPECT_TRUE(quantile_interval(ranks(n), p, confidence)) << p << " " << confidence;
      EXPECT_FALSE(quantile_interval(ranks(n - 1), p, confidence)) << p << " " << confidence;
    }
  }
}

TEST(QuantileInterval, CoversAtLeastWhatWasAsked) {
  for (std::size_t n = 36; n < 400; n += 7) {
    const auto interval = quantile_interval(ranks(n), 0.9);
    ASSERT_TRUE(interval) << n;
    EXPECT_GE(interval->confidence, 0.95) << n;
    EXPECT_TRUE(interval->contains(*quantile(ranks(n), 0.9))) << n;
  }
}

TEST(QuantileInterval, OfAConstantIsAPoint) {
  const auto interval = quantile_interval(Sorted(std::vector<double>(50, 3.5)), 0.5);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 3.5);
  EXPECT_EQ(interval->high, 3.5);
}

// Hyndman and Fan's definitions at positions where each differs.
TEST(QuantileRules, EachAsDefined) {
  const Sorted s({1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(*quantile(s, 0.3, QuantileRule::kLinear), 1.9);
  EXPECT_DOUBLE_EQ(*quantile(s, 0.3, QuantileRule::kExclusive), 1.5);  // statistics.quantiles
  EXPECT_EQ(*quantile(s, 0.3, QuantileRule::kInverseCdf), 2);
  EXPECT_EQ(*quantile(s, 0.3, QuantileRule::kLower), 1);
  for (const auto rule : {QuantileRule::kLinear, QuantileRule::kExclusive,
                          QuantileRule::kInverseCdf, QuantileRule::kLower}) {
    EXPECT_EQ(*quantile(s, 0, rule), 1);
    EXPECT_EQ(*quantile(s, 1, rule), 4);
    EXPECT_EQ(*quantile(Sorted({7}), 0.99, rule), 7);
    EXPECT_FALSE(quantile(Sorted(), 0.5, rule));
  }
  EXPECT_EQ(*quantile(s, 0.999, QuantileRule::kExclusive), 4);  // kept within the sample
}

TEST(QuantileRules, WeightsCountAsOften) {
  const auto s = WeightedSample::of(std::vector<double>{3, 1, 2}, std::vector<double>{1, 7, 2});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->quantile(0), 1);
  EXPECT_EQ(s->quantile(0.7), 1);
  EXPECT_EQ(s->quantile(0.71), 2);
  EXPECT_EQ(s->quantile(0.9), 2);
  EXPECT_EQ(s->quantile(0.91), 3);
  EXPECT_EQ(s->quantile(1), 3);
  // What weighs nothing is never the answer.
  const auto light = WeightedSample::of(std::vector<double>{0, 5, 9}, std::vector<double>{0, 1, 0});
  EXPECT_EQ(light->quantile(0), 5);
  EXPECT_EQ(light->quantile(1), 5);
}

TEST(Quantile, OfNoShare) {
  std::vector<double> scratch = {1, 2};
  EXPECT_FALSE(quantile(Sorted({1, 2}), NAN));
  EXPECT_FALSE(quantile(Sorted({1, 2}), NAN, QuantileRule::kExclusive));
  EXPECT_FALSE(quantile_in_place(scratch, NAN));
}

TEST(Sorted, RefusesWhatHasNoRank) {
  EXPECT_FALSE(Sorted::of({1, NAN}));
  EXPECT_FALSE(Sorted::of({1, -INFINITY}));
  EXPECT_EQ(Sorted::of({2, 1})->min(), 1);
  EXPECT_TRUE(Sorted::of({})->empty());
}

}  // namespace
}  // namespace tt::stats
