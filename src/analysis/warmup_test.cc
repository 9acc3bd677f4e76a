#include "analysis/warmup.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

// A request a second whose TTFT scatters around `level(i)`.
template <class Level>
record::Frame run_of(std::size_t n, double sigma, std::uint64_t seed, Level level) {
  Rng rng(seed);
  std::vector<record::Row> rows;
  for (std::size_t i = 0; i < n; ++i) {
    rows.push_back(make_row({.planned_ms = 1000.0 * static_cast<double>(i),
                             .ttft_ms = level(i) * std::exp(sigma * rng.normal())},
                            i));
  }
  return record::make_frame(rows);
}

Warmup warmup_of(const record::Frame& frame) {
  return find_warmup(make_slices(frame, 1)[0], MetricId::kTtft);
}

TEST(Warmup, FindsASlowBeginning) {
  const auto frame = run_of(500, 0.1, 1, [](auto i) { return i < 60 ? 300.0 : 100.0; });
  const Warmup w = warmup_of(frame);
  EXPECT_EQ(w.outcome, WarmupOutcome::kFound);
  EXPECT_NEAR(static_cast<double>(w.part.count), 60, 10);
  EXPECT_NEAR(*w.part.excess, 2.0, 0.2);
  EXPECT_EQ(*w.part.steady_s, static_cast<double>(w.part.count));
  EXPECT_NEAR(*w.part.rest.p50, 100, 3);
}

TEST(Warmup, FindsABeginningThatFadesOut) {
  const auto frame = run_of(
      1000, 0.15, 2, [](auto i) { return 100 * (1 + 4 * std::exp(-static_cast<double>(i) / 20)); });
  const Warmup w = warmup_of(frame);
  EXPECT_EQ(w.outcome, WarmupOutcome::kFound);
  EXPECT_GT(w.part.count, 30u);
  EXPECT_LT(w.part.count, 150u);
}

TEST(Warmup, NoiseAloneIsHardlyEverAWarmup) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto frame = run_of(300, 0.4, seed, [](auto) { return 100.0; });
    found += warmup_of(frame).outcome != WarmupOutcome::kNone ? 1 : 0;
  }
  EXPECT_LE(found, 6);
}

TEST(Warmup, ARunThatChangesHalfWayIsNeverSteady) {
  const auto frame = run_of(400, 0.1, 3, [](auto i) { return i < 250 ? 300.0 : 100.0; });
  EXPECT_EQ(warmup_of(frame).outcome, WarmupOutcome::kNeverSteady);
}

TEST(Warmup, TooFewAndNothing) {
  EXPECT_EQ(warmup_of(run_of(49, 0.1, 1, [](auto) { return 1.0; })).outcome,
            WarmupOutcome::kTooFew);
  EXPECT_EQ(warmup_of(record::make_frame({})).outcome, WarmupOutcome::kTooFew);
  EXPECT_EQ(warmup_of(run_of(100, 0, 1, [](auto) { return 50.0; })).outcome, WarmupOutcome::kNone);
}

TEST(Warmup, AGivenNumber) {
  const auto frame = run_of(100, 0, 1, [](auto i) { return i < 20 ? 150.0 : 100.0; });
  const Slice slice = make_slices(frame, 1)[0];
  const auto part = first_against_rest(slice, MetricId::kTtft, 20);
  EXPECT_EQ(part.first.n, 20u);
  EXPECT_EQ(part.rest.n, 80u);
  EXPECT_DOUBLE_EQ(*part.excess, 0.5);
  EXPECT_DOUBLE_EQ(*part.steady_s, 20);
  const auto all = first_against_rest(slice, MetricId::kTtft, 1000);
  EXPECT_EQ(all.count, 100u);
  EXPECT_FALSE(all.excess);
  EXPECT_FALSE(all.steady_s);
  EXPECT_FALSE(first_against_rest(slice, MetricId::kTtft, 0).excess);
}

}  // namespace
}  // namespace tt::analysis
