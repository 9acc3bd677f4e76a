#include "stats/shift.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

Sorted all_differences(const Sorted& a, const Sorted& b) {
  std::vector<double> all;
  for (const double x : a.values()) {
    for (const double y : b.values()) all.push_back(x - y);
  }
  return Sorted(std::move(all));
}

// Hollander and Wolfe (1973), page 69: permeability of membranes. R's wilcox.test(conf.int = TRUE)
// has 0.305 and -0.15 to 0.76.
TEST(HodgesLehmann, OfTheMembranes) {
  const Sorted a({0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46});
  const Sorted b({1.15, 0.88, 0.90, 0.74, 1.21});
  const auto shift = hodges_lehmann(a, b);
  ASSERT_TRUE(shift && shift->interval);
  EXPECT_NEAR(shift->value, 0.305, 1e-12);
  EXPECT_NEAR(shift->interval->low, -0.15, 1e-12);
  EXPECT_NEAR(shift->interval->high, 0.76, 1e-12);
  EXPECT_GE(shift->interval->confidence, 0.95);
  EXPECT_LT(shift->interval->confidence, 0.97);
}

TEST(HodgesLehmann, IsTheMedianOfAllDifferences) {
  Rng rng(1);
  for (const std::size_t n : {1u, 2u, 7u, 60u, 200u}) {
    for (const std::size_t m : {1u, 3u, 55u, 180u}) {
      for (const bool tied : {false, true}) {
        std::vector<double> a(n);
        std::vector<double> b(m);
        for (double& x : a) x = tied ? static_cast<double>(rng.below(4)) : rng.normal();
        for (double& x : b) x = tied ? static_cast<double>(rng.below(5)) : 1e3 * rng.normal();
        const auto shift = hodges_lehmann(Sorted(a), Sorted(b));
        const Sorted all = all_differences(Sorted(a), Sorted(b));
        EXPECT_EQ(shift->value, *quantile(all, 0.5)) << n << " " << m;
        if (!shift->interval) continue;
        EXPECT_TRUE(std::ranges::binary_search(all.values(), shift->interval->low));
        EXPECT_TRUE(std::ranges::binary_search(all.values(), shift->interval->high));
        EXPECT_TRUE(shift->interval->contains(shift->value));
      }
    }
  }
}

// Long enough for the guesses that save passes; the order of 25 million differences is known.
TEST(HodgesLehmann, OfManyIsExactAsWell) {
  constexpr std::size_t kCount = 5000;
  std::vector<double> a(kCount);
  std::vector<double> b(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    a[i] = static_cast<double>(i) * static_cast<double>(kCount) + 0.5;
    b[i] = -static_cast<double>(i);
  }
  // a - b are 0.5, 1.5, ...: each of 25 million once.
  const auto shift = hodges_lehmann(Sorted(a), Sorted(b));
  EXPECT_EQ(shift->value, 12'500'000);
  const double half = 1.959963984540054 * std::sqrt(25e6 * 10'001 / 12) + 0.5;
  EXPECT_EQ(shift->interval->low, std::floor(12.5e6 - half) + 0.5);
  EXPECT_EQ(shift->interval->high, std::ceil(12.5e6 + half) - 0.5);
}

TEST(HodgesLehmann, MirrorsAndFollowsAShift) {
  Rng rng(2);
  std::vector<double> a(70);
  std::vector<double> b(90);
  for (double& x : a) x = rng.exponential();
  for (double& x : b) x = rng.exponential();
  const auto ab = hodges_lehmann(Sorted(a), Sorted(b));
  const auto ba = hodges_lehmann(Sorted(b), Sorted(a));
  EXPECT_EQ(ab->value, -ba->value);
  EXPECT_EQ(ab->interval->low, -ba->interval->high);
  for (double& x : a) x += 8;
  const auto shifted = hodges_lehmann(Sorted(a), Sorted(b));
  EXPECT_NEAR(shifted->value, ab->value + 8, 1e-12);
  EXPECT_NEAR(shifted->interval->low, ab->interval->low + 8, 1e-12);
}

TEST(HodgesLehmann, OfFewConstantsAndInfinities) {
  EXPECT_FALSE(hodges_lehmann(Sorted(), Sorted({1})));
  EXPECT_FALSE(hodges_lehmann(Sorted({1}), Sorted()));
  EXPECT_FALSE(hodges_lehmann(Sorted({1, INFINITY}), Sorted({1})));
  EXPECT_FALSE(hodges_lehmann(Sorted(std::vector<double>(60, 1.0)), Sorted({1}), 1));
  EXPECT_EQ(hodges_lehmann(Sorted({5}), Sorted({3}))->value, 2);
  EXPECT_FALSE(hodges_lehmann(Sorted({5}), Sorted({3}))->interval);
  // 2 / C(6, 3) is more than 5%, 2 / C(8, 4) is not.
  EXPECT_FALSE(hodges_lehmann(Sorted({1, 2, 3}), Sorted({4, 5, 6}))->interval);
  const auto four = hodges_lehmann(Sorted({1, 2, 3, 4}), Sorted({5, 6, 7, 8}));
  EXPECT_EQ(four->interval->low, -7);
  EXPECT_EQ(four->interval->high, -1);
  EXPECT_NEAR(four->interval->confidence, 1 - 2.0 / 70, 1e-14);
  const Sorted constant(std::vector<double>(200, 0.1));
  EXPECT_EQ(hodges_lehmann(constant, constant)->value, 0);
  EXPECT_EQ(hodges_lehmann(constant, constant)->interval->high, 0);
}

TEST(HodgesLehmann, CoversAsPromised) {
  int covered = 0;
  Rng rng(3);
  for (int run = 0; run < 300; ++run) {
    std::vector<double> a(60);
    std::vector<double> b(80);
    for (double& x : a) x = rng.exponential() + 0.5;
    for (double& x : b) x = rng.exponential();
    covered += hodges_lehmann(Sorted(a), Sorted(b))->interval->contains(0.5) ? 1 : 0;
  }
  EXPECT_GE(covered, 274);  // 285 expected, deviation 3.8
  EXPECT_LE(covered, 296);
}

TEST(ShiftFunction, SeesWhereTheLawsDiffer) {
  // The same but for the slowest fifth, which is twice as slow.
  Rng rng(4);
  Blocks a(1);
  Blocks b(1);
  for (int i = 0; i < 3000; ++i) {
    const double u = rng.uniform();
    const double v = rng.uniform();
    a[0].push_back(100 * (u < 0.8 ? u : 0.8 + 2 * (u - 0.8)));
    b[0].push_back(100 * v);
  }
  const auto points = shift_function(a, b);
  ASSERT_EQ(points.size(), std::size(kShiftShares));
  for (const auto& point : points) {
    ASSERT_TRUE(point.difference) << point.share;
    EXPECT_DOUBLE_EQ(point.difference->value, point.a - point.b);
    const double truth = point.share < 0.8 ? 0 : 100 * (point.share - 0.8);
    EXPECT_NEAR(point.difference->value, truth, 5) << point.share;
    if (point.share <= 0.7) {
      EXPECT_GT(point.difference->p_value, 0.001);
    }
    if (point.share >= 0.9) {
      EXPECT_GT(point.difference->interval.low, 0);
    }
  }
}

TEST(ShiftFunction, SaysWhereASideIsTooSmall) {
  Rng rng(5);
  Blocks a = {{}, std::vector<double>(100)};
  for (double& x : a[1]) x = rng.uniform();
  const auto points = shift_function(a, a, std::vector<double>{0.5, 0.95, 0.99});
  EXPECT_TRUE(points[0].difference);
  EXPECT_TRUE(points[1].difference);
  EXPECT_FALSE(points[2].difference);  // a p99 needs 368
  EXPECT_EQ(points[2].a, points[2].b);
  EXPECT_TRUE(points[0].difference->interval.contains(0));
  EXPECT_LT(points[0].difference->interval.low, points[0].difference->interval.high);
}

TEST(ShiftFunction, OfNothingNaNAndConstants) {
  const Blocks constant = {std::vector<double>(400, 0.1)};
  EXPECT_TRUE(shift_function({}, constant).empty());
  EXPECT_TRUE(shift_function(constant, {{}}).empty());
  EXPECT_TRUE(shift_function(constant, {{1, NAN}}).empty());
  for (const auto& point : shift_function(constant, constant)) {
    EXPECT_EQ(point.difference->interval, (Interval{0, 0, kConfidence}));
    EXPECT_EQ(point.difference->p_value, 1);
  }
}

TEST(ShiftFunction, IsAFunctionOfItsSeed) {
  Rng rng(6);
  Blocks a(2, std::vector<double>(150));
  for (auto& block : a) {
    for (double& x : block) x = rng.uniform();
  }
  const auto interval = [&](std::uint64_t seed) {
    return shift_function(a, a, std::vector<double>{0.5}, {.seed = seed, .replicates = 100})[0]
        .difference->interval;
  };
  EXPECT_EQ(interval(1), interval(1));
  EXPECT_NE(interval(1), interval(2));
}

}  // namespace
}  // namespace tt::stats
