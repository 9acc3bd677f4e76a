#include "stats/select.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

std::vector<double> scattered(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(std::exp(2 * rng.normal()));
  return values;
}

TEST(Select, FindsWhatSortingFinds) {
  for (const std::size_t n : {1u, 2u, 3u, 10u, 1000u, 20'000u}) {
    auto values = scattered(n, n);
    values.front() = -values.front();  // negative ones count, too
    const Sorted sorted(values);
    const std::vector<double> ps = {0, 0.001, 0.5, 0.9, 0.99, 0.999, 1};
    const auto found = select_quantiles(values, ps);
    ASSERT_EQ(found.size(), ps.size());
    for (std::size_t i = 0; i < ps.size(); ++i) EXPECT_EQ(found[i], *quantile(sorted, ps[i]));
  }
}

// Each value so many times: large samples are not sorted.
constexpr std::array<std::size_t, 2> kTimes = {1, 5000};

std::vector<double> times(const std::vector<double>& values, std::size_t count) {
  std::vector<double> all;
  for (std::size_t i = 0; i < count; ++i) all.insert(all.end(), values.begin(), values.end());
  return all;
}

TEST(Select, PartsCountAsOneSample) {
  for (const std::size_t count : kTimes) {
    const auto a = times({5, 1}, count);
    const std::vector<double> empty;
    const auto b = times({3, 2, 4}, count);
    const std::vector<std::span<const double>> parts = {a, empty, b};
    // In any order, repeated.
    const std::vector<std::size_t> ranks = {4 * count, 0, 2 * count, 2 * count};
    EXPECT_EQ(values_at_ranks(parts, ranks), (std::vector<double>{5, 1, 3, 3}));
  }
}

TEST(Select, TiesZeroesAndTheEndsOfTheRange) {
  const double huge = std::numeric_limits<double>::max();
  const double tiny = std::numeric_limits<double>::denorm_min();
  for (const std::size_t count : kTimes) {
    const auto values = times({0, huge, -huge, tiny, 0, 0, -tiny}, count);
    const std::vector<std::span<const double>> parts = {values};
    std::vector<std::size_t> ranks;
    for (std::size_t r = 0; r < 7; ++r) ranks.push_back(r * count);
    EXPECT_EQ(values_at_ranks(parts, ranks),
              (std::vector<double>{-huge, -tiny, 0, 0, 0, tiny, huge}));
  }
}

TEST(Select, MoreRanksThanATableOfBytesNames) {
  for (const std::size_t n : {5000u, 12'000u}) {
    const auto values = scattered(n, 7);
    const Sorted sorted(values);
    const std::vector<std::span<const double>> parts = {values};
    std::vector<std::size_t> ranks;
    for (std::size_t r = 0; r < values.size(); r += 3) ranks.push_back(r);
    const auto found = values_at_ranks(parts, ranks);
    for (std::size_t i = 0; i < ranks.size(); ++i) ASSERT_EQ(found[i], sorted[ranks[i]]);
  }
}

TEST(Select, NothingGivesNothing) {
  EXPECT_TRUE(select_quantiles(std::span<const double>(), std::vector{0.5}).empty());
}

TEST(Select, RanksAreThoseOfTheInterval) {
  for (const std::size_t n : {5u, 6u, 100u, 367u, 368u, 4000u}) {
    for (const double p : {0.5, 0.9, 0.99, 0.999}) {
      const Sorted sorted(scattered(n, 3));
      const auto interval = quantile_interval(sorted, p);
      const auto ranks = quantile_ranks(n, p);
      ASSERT_EQ(interval.has_value(), ranks.has_value()) << n << " " << p;
      if (!ranks) continue;
      EXPECT_EQ(sorted[ranks->low], interval->low);
      EXPECT_EQ(sorted[ranks->high], interval->high);
      EXPECT_EQ(ranks->confidence, interval->confidence);
    }
  }
}

}  // namespace
}  // namespace tt::stats
