// The test of the tests: how often pairs without a difference are called apart, and pairs with one
// are found, also where requests depend on their neighbours. power_bench.cc prints the larger
// tables of docs/methods.md.
#include <gtest/gtest.h>

#include "analysis/test_power.h"

namespace tt::analysis {
namespace {

constexpr int kFewPercent = kPowerRepetitions * 5 / 100;

TEST(Power, NoDifferenceIsSameOrCannotTell) { EXPECT_LE(play_pairs({}).apart, kFewPercent); }

TEST(Power, EightPercentAreFound) {
  EXPECT_GE(play_pairs({.effect = 0.08}).better, kPowerRepetitions * 95 / 100);
}

TEST(Power, HoldsForRequestsThatDependOnEachOtherWhereTestsOfRequestsDoNot) {
  const PowerTally tally = play_pairs({.correlation = 0.6});
  EXPECT_LE(tally.apart, kFewPercent);
  EXPECT_GE(tally.by_rank, kPowerRepetitions * 20 / 100);
}

TEST(Power, HoldsForStrongDependence) {
  const PowerTally tally = play_pairs({.correlation = 0.9});
  EXPECT_LE(tally.apart, kFewPercent);
  EXPECT_GE(tally.by_rank, kPowerRepetitions * 50 / 100);
}

TEST(Power, EightPercentAreFoundUnderDependence) {
  EXPECT_GE(play_pairs({.effect = 0.08, .correlation = 0.6}).better, kPowerRepetitions * 50 / 100);
}

TEST(Power, AGateOverAllFiguresSeldomFailsWithoutAChangeAndFindsOne) {
  constexpr int kGates = 40;
  EXPECT_LE(play_gate({}, kGates), 2);
  EXPECT_LE(play_gate({.correlation = 0.6}, kGates), 2);
  EXPECT_GE(play_gate({.effect = 0.15}, kGates), kGates * 95 / 100);
}

}  // namespace
}  // namespace tt::analysis
