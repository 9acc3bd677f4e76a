#include "analysis/until.h"

#include <gtest/gtest.h>

#include "analysis/test_until.h"

namespace tt::analysis {
namespace {

constexpr Figure kTtft99{.metric = MetricId::kTtft, .quantile = 0.99};
constexpr Figure kTtft50{.metric = MetricId::kTtft, .quantile = 0.5};

TEST(PrecisionRule, TheChancesOfErrorOfAllLooksAddUpToFivePercent) {
  double sum = 0;
  for (unsigned k = 1; k <= 100'000; ++k) sum += 1 - PrecisionRule::confidence_of(k);
  EXPECT_LT(sum, 0.05);
  EXPECT_GT(sum, 0.0499);
  EXPECT_DOUBLE_EQ(PrecisionRule::confidence_of(1), 0.975);
}

TEST(PrecisionRule, AConstantIsKnownAtTheFirstLookThatCanBoundIt) {
  PrecisionRule rule(kTtft99, 0.05);
  for (std::uint64_t i = 0; i < 590; ++i) rule.add(until_row(i, 100, 0));
  EXPECT_FALSE(rule.look()) << "too few to bound a p99 at 97.5%";
  EXPECT_FALSE(rule.last());
  for (std::uint64_t i = 590; i < 700; ++i) rule.add(until_row(i, 100, 0));
  EXPECT_TRUE(rule.look());
  EXPECT_EQ(rule.last()->half_width, 0);
  EXPECT_EQ(rule.last()->number, 1u);
}

TEST(PrecisionRule, LooksAreTakenOnlyWhereTheSampleHasGrownByHalf) {
  PrecisionRule rule(kTtft50, 0.001);
  UntilLatencies latencies({}, 1);
  std::vector<std::uint64_t> looks;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    rule.add(until_row(i, latencies.next_ms(), static_cast<Nanos>(i)));
    rule.look();
    if (rule.last() && (looks.empty() || looks.back() != rule.last()->n)) {
      looks.push_back(rule.last()->n);
    }
  }
  EXPECT_EQ(looks, (std::vector<std::uint64_t>{100, 150, 225, 337, 505, 757}));
}

TEST(PrecisionRule, WarmUpAndFailuresDoNotCount) {
  PrecisionRule rule(kTtft50, 0.05);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    record::Row row = until_row(i, 100, 0);
    row.warmup = i % 2 == 0;
    if (!row.warmup) row.status = Status::kTotalTimeout;
    rule.add(row);
  }
  EXPECT_FALSE(rule.look());
  EXPECT_FALSE(rule.last());
}

TEST(PrecisionRule, ARateIsReadFromStretchesAtFullLoad) {
  PrecisionRule rule({.metric = MetricId::kOutputRate}, 0.05);
  // Ten at once, each for 1.1 s, one after another without a gap: 50 tokens each.
  for (std::uint64_t i = 0; i < 1000; ++i) {
    rule.add(until_row(i, 100,
                       static_cast<Nanos>(i / 10) * 1100 * kMillisecond +
                           static_cast<Nanos>(i % 10) * 110 * kMillisecond));
  }
  EXPECT_TRUE(rule.look());
  EXPECT_NEAR(rule.last()->value, 10 * 50 / 1.1, 2);
  EXPECT_LT(rule.last()->half_width, 0.02);
}

// `bench_power` prints more of these; docs/methods.md has its table.
TEST(PrecisionRule, IntervalsHoldAlthoughTheRunStopsWhenTheyAreNarrow) {
  constexpr int kRuns = 60;
  for (const double quantile : {0.5, 0.99}) {
    for (const double correlation : {0.0, 0.9}) {
      const auto tally = play_until({.quantile = quantile, .correlation = correlation}, kRuns);
      EXPECT_EQ(tally.reached, kRuns);
      EXPECT_GE(tally.covered, kRuns * 9 / 10) << quantile << " " << correlation;
    }
  }
}

}  // namespace
}  // namespace tt::analysis
