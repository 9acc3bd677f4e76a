#include "analysis/until.h"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::analysis {
namespace {

constexpr Figure kTtft99{.metric = MetricId::kTtft, .quantile = 0.99};
constexpr Figure kTtft50{.metric = MetricId::kTtft, .quantile = 0.5};

// Log-normal latencies (median 100 ms, sigma 0.3) whose logarithms remember: an AR(1) series with
// this lag-1 correlation.
class Latencies {
 public:
  Latencies(double memory, std::uint64_t seed) : memory_(memory), rng_(seed), x_(rng_.normal()) {}
  double next() {
    x_ = memory_ * x_ + std::sqrt(1 - memory_ * memory_) * rng_.normal();
    return 100 * std::exp(0.3 * x_);
  }

 private:
  double memory_;
  Rng rng_;
  double x_;
};

record::Row row_of(std::uint64_t index, double ttft_ms, Nanos sent) {
  record::Row row;
  row.index = index;
  row.sent = sent;
  row.first_token = sent + from_seconds(ttft_ms / 1e3);
  row.last_token = row.end = row.first_token + kSecond;
  row.output_tokens = 50;
  row.status = Status::kOk;
  return row;
}

struct Trial {
  PrecisionLook end;
  bool covered = false;
};

Trial run_until(const Figure& figure, double truth, double half_width, double memory,
                std::uint64_t seed) {
  PrecisionRule rule(figure, half_width);
  Latencies latencies(memory, seed);
  for (std::uint64_t i = 0; i < 400'000; ++i) {
    rule.add(row_of(i, latencies.next(), static_cast<Nanos>(i) * kMillisecond));
    if (i % 50 == 0 && rule.look()) break;
  }
  Trial run;
  if (!rule.last()) return run;
  run.end = *rule.last();
  run.covered = run.end.interval && run.end.interval->contains(truth);
  return run;
}

TEST(PrecisionRule, TheChancesOfErrorOfAllLooksAddUpToFivePercent) {
  double sum = 0;
  for (unsigned k = 1; k <= 100'000; ++k) sum += 1 - PrecisionRule::confidence_of(k);
  EXPECT_LT(sum, 0.05);
  EXPECT_GT(sum, 0.0499);
  EXPECT_DOUBLE_EQ(PrecisionRule::confidence_of(1), 0.975);
}

TEST(PrecisionRule, AConstantIsKnownAtTheFirstLookThatCanBoundIt) {
  PrecisionRule rule(kTtft99, 0.05);
  for (std::uint64_t i = 0; i < 590; ++i) rule.add(row_of(i, 100, 0));
  EXPECT_FALSE(rule.look()) << "too few to bound a p99 at 97.5%";
  EXPECT_FALSE(rule.last());
  for (std::uint64_t i = 590; i < 700; ++i) rule.add(row_of(i, 100, 0));
  EXPECT_TRUE(rule.look());
  EXPECT_EQ(rule.last()->half_width, 0);
  EXPECT_EQ(rule.last()->number, 1u);
}

TEST(PrecisionRule, LooksAreTakenOnlyWhereTheSampleHasGrownByHalf) {
  PrecisionRule rule(kTtft50, 0.001);
  Latencies latencies(0, 1);
  std::vector<std::uint64_t> looks;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    rule.add(row_of(i, latencies.next(), static_cast<Nanos>(i)));
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
    record::Row row = row_of(i, 100, 0);
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
    rule.add(row_of(i, 100,
                    static_cast<Nanos>(i / 10) * 1100 * kMillisecond +
                        static_cast<Nanos>(i % 10) * 110 * kMillisecond));
  }
  EXPECT_TRUE(rule.look());
  EXPECT_NEAR(rule.last()->value, 10 * 50 / 1.1, 2);
  EXPECT_LT(rule.last()->half_width, 0.02);
}

// How often the interval at which a run stops holds the truth.
TEST(PrecisionRule, IntervalsHoldAlthoughTheRunStopsWhenTheyAreNarrow) {
  struct Case {
    Figure figure;
    double truth;
    double half_width;
    double memory;
  };
  const double p99 = 100 * std::exp(0.3 * 2.326347874);
  const bool survey = std::getenv("TT_SURVEY") != nullptr;
  const std::uint64_t runs = survey ? 500 : 60;
  for (const Case& c : {Case{kTtft50, 100, 0.05, 0}, Case{kTtft50, 100, 0.05, 0.9},
                        Case{kTtft99, p99, 0.05, 0}, Case{kTtft99, p99, 0.05, 0.9}}) {
    double covered = 0;
    double n = 0;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
      const Trial run = run_until(c.figure, c.truth, c.half_width, c.memory, 500 + seed);
      EXPECT_TRUE(run.end.reached);
      covered += run.covered ? 1 : 0;
      n += static_cast<double>(run.end.n) / static_cast<double>(runs);
    }
    const double share = covered / static_cast<double>(runs);
    EXPECT_GE(share, 0.90) << figure_name(c.figure) << " memory " << c.memory;
    if (survey) {
      fmt::print("{} memory {}: covered {:.1f}%, {:.0f} requests\n", figure_name(c.figure),
                 c.memory, share * 100, n);
    }
  }
}

}  // namespace
}  // namespace tt::analysis
