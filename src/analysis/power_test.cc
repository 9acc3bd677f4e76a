// The test of the tests: how often pairs without a difference are called apart, and pairs with one
// are found, also where requests depend on their neighbours. Seeded, so the counts are always the
// same. docs/methods.md has the larger tables.
#include <cmath>

#include <gtest/gtest.h>

#include "analysis/compare.h"
#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

constexpr int kRepetitions = 200;
constexpr std::uint32_t kBlocks = 5;
constexpr std::uint32_t kInBlock = 200;
constexpr double kScatter = 0.15;

// TTFTs whose logarithms are an AR(1) series of this correlation within each block.
std::vector<record::Row> rows_of(double level_ms, double correlation, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<record::Row> rows;
  const double fresh = std::sqrt(1 - correlation * correlation);
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    double state = rng.normal();
    for (std::uint32_t i = 0; i < kInBlock; ++i) {
      state = correlation * state + fresh * rng.normal();
      rows.push_back(make_row({.block = block,
                               .planned_ms = 1e3 * (block * kInBlock + i),
                               .ttft_ms = level_ms * std::exp(kScatter * state),
                               .tokens = 2},
                              rows.size()));
    }
  }
  return rows;
}

struct Tally {
  int apart = 0;  // better or worse
  int better = 0;
  int by_rank = 0;  // Mann-Whitney's p at or below 0.05
};

Tally play(double effect, double correlation) {
  Tally tally;
  for (int i = 0; i < kRepetitions; ++i) {
    const auto seed = static_cast<std::uint64_t>(2 * i + 1);
    const auto a = rows_of(100 / (1 + effect), correlation, seed);
    const auto b = rows_of(100, correlation, seed + 1);
    const auto grouped_a = group_rows(a, 1);
    const auto grouped_b = group_rows(b, 1);
    const Figure figure{MetricId::kTtft, 0.5};
    const Comparison c = compare(estimate(grouped_a[0], figure, {}, 1),
                                 estimate(grouped_b[0], figure, {}, 2), stats::Sections::kUnpaired);
    tally.better += c.verdict == Verdict::kBetter ? 1 : 0;
    tally.apart += c.verdict == Verdict::kBetter || c.verdict == Verdict::kWorse ? 1 : 0;
    tally.by_rank += c.by_rank->p_value <= 0.05 ? 1 : 0;
  }
  testing::Test::RecordProperty("apart", tally.apart);
  testing::Test::RecordProperty("better", tally.better);
  testing::Test::RecordProperty("by_rank", tally.by_rank);
  return tally;
}

TEST(Power, NoDifferenceIsSameOrCannotTell) { EXPECT_LE(play(0, 0).apart, kRepetitions * 5 / 100); }

TEST(Power, EightPercentAreFound) { EXPECT_GE(play(0.08, 0).better, kRepetitions * 95 / 100); }

TEST(Power, HoldsForRequestsThatDependOnEachOtherWhereTestsOfRequestsDoNot) {
  const Tally tally = play(0, 0.6);
  EXPECT_LE(tally.apart, kRepetitions * 5 / 100);
  EXPECT_GE(tally.by_rank, kRepetitions * 20 / 100);
}

TEST(Power, HoldsForStrongDependence) {
  const Tally tally = play(0, 0.9);
  EXPECT_LE(tally.apart, kRepetitions * 5 / 100);
  EXPECT_GE(tally.by_rank, kRepetitions * 50 / 100);
}

TEST(Power, EightPercentAreFoundUnderDependence) {
  EXPECT_GE(play(0.08, 0.6).better, kRepetitions * 50 / 100);
}

}  // namespace
}  // namespace tt::analysis
