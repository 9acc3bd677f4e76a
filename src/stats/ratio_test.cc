#include "stats/ratio.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace tt::stats {
namespace {

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

TEST(Sectioning, RefusesWhatIsNoConfidence) {
  const std::vector<double> good = {1, 2, 3};
  for (const double confidence : {0.0, 1.0, -1.0, 95.0, std::nan("")}) {
    EXPECT_FALSE(sectioned_ratio(1, good, 1, good, Sections::kPaired, confidence));
    EXPECT_FALSE(sectioned_difference(1, good, 1, good, Sections::kPaired, confidence));
    EXPECT_FALSE(sectioned_interval(1, good, confidence));
  }
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

TEST(Sectioning, OfDifferencesAsByHand) {
  // Differences -10, -10, -14 around -11.
  const std::vector<double> a = {10, 12, 11};
  const std::vector<double> b = {20, 22, 25};
  const auto d = sectioned_difference(11, a, 22, b, Sections::kPaired);
  ASSERT_TRUE(d);
  EXPECT_EQ(d->value, -11);
  const double student = 0.95 * std::sqrt(2 / (1 - 0.95 * 0.95));  // with 2 degrees of freedom
  const double half = student * std::sqrt((1.0 + 1 + 9) / 2 / 3);
  EXPECT_NEAR(d->interval.low, -11 - half, 1e-12);
  EXPECT_NEAR(d->interval.high, -11 + half, 1e-12);
  EXPECT_GT(d->p_value, 0.01);
  EXPECT_LT(d->p_value, 0.02);
}

TEST(Sectioning, DifferencesMayHaveAnySign) {
  const std::vector<double> a = {-1, 0, 1, 0};
  const std::vector<double> b = {0, 1, -1};
  const auto ab = sectioned_difference(0, a, 0, b, Sections::kUnpaired);
  const auto ba = sectioned_difference(0, b, 0, a, Sections::kUnpaired);
  ASSERT_TRUE(ab && ba);
  EXPECT_EQ(ab->interval.low, -ba->interval.high);
  EXPECT_EQ(ab->p_value, 1);
  EXPECT_FALSE(sectioned_difference(0, a, 0, b, Sections::kPaired));
  EXPECT_FALSE(sectioned_difference(NAN, a, 0, b, Sections::kUnpaired));
  EXPECT_FALSE(sectioned_difference(0, std::vector<double>{1, 2}, 0, b, Sections::kUnpaired));
  EXPECT_FALSE(sectioned_difference(0, std::vector<double>{1, NAN, 2}, 0, b, Sections::kUnpaired));
}

}  // namespace
}  // namespace tt::stats
