#include "stats/histogram_bins.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

using Counts = std::vector<std::uint64_t>;

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// numpy.histogram_bin_edges(eruptions, "fd") and numpy.histogram(eruptions, "fd") of NumPy 1.24.
TEST(BinEdges, AreThoseOfNumPy) {
  const Sorted sample(std::vector<double>(kEruptions.begin(), kEruptions.end()));
  const auto edges = bin_edges(sample);
  ASSERT_EQ(edges.size(), 6u);
  EXPECT_EQ(edges[0], 1.6);
  EXPECT_EQ(edges[1], 2.3);
  EXPECT_EQ(edges[4], 4.4);
  EXPECT_EQ(edges[5], 5.1);
  EXPECT_EQ(count_in_bins(sample, edges), (Counts{81, 16, 16, 81, 78}));
}

TEST(BinEdges, OfAConstantMakeOneBinAroundIt) {
  EXPECT_EQ(bin_edges(Sorted({3})), (std::vector<double>{2.5, 3.5}));
  EXPECT_EQ(bin_edges(Sorted({3, 3, 3})), (std::vector<double>{2.5, 3.5}));
  const Sorted huge(std::vector<double>(5, 1e20));
  const auto edges = bin_edges(huge);
  ASSERT_EQ(edges.size(), 2u);
  EXPECT_LT(edges[0], 1e20);
  EXPECT_GT(edges[1], 1e20);
  EXPECT_EQ(count_in_bins(huge, edges), Counts{5});
  const auto logs = bin_edges(Sorted({3, 3}), {.log_scale = true});
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_DOUBLE_EQ(logs[0], 3 / std::sqrt(std::numbers::e));
  EXPECT_DOUBLE_EQ(logs[1], 3 * std::sqrt(std::numbers::e));
}

TEST(BinEdges, OfTwoValues) {
  const Sorted sample({1, 2});
  EXPECT_EQ(bin_edges(sample), (std::vector<double>{1, 1.5, 2}));
  EXPECT_EQ(count_in_bins(sample, bin_edges(sample)), (Counts{1, 1}));
}

TEST(BinEdges, OfNothing) {
  EXPECT_TRUE(bin_edges(Sorted()).empty());
  EXPECT_TRUE(bin_edges(Sorted({1, 2}), {.max_bins = 0}).empty());
  EXPECT_TRUE(bin_edges(Sorted({1, std::numeric_limits<double>::infinity()})).empty());
  EXPECT_TRUE(bin_edges(Sorted({0, 1}), {.log_scale = true}).empty());
}

TEST(BinEdges, WithoutMiddleSpreadAreSturges) {
  std::vector<double> values(64, 5);
  values.front() = 4;
  EXPECT_EQ(bin_edges(Sorted(values)).size(), 8u);  // 1 + log2 64 bins
}

TEST(BinEdges, AreCappedWhereATailIsLong) {
  std::vector<double> values = {1e300};
  for (int i = 0; i < 1000; ++i) values.push_back(i);
  const Sorted sample(std::move(values));
  const auto edges = bin_edges(sample);
  EXPECT_EQ(edges.size(), 501u);
  EXPECT_EQ(total(count_in_bins(sample, edges)), 1001u);
  EXPECT_EQ(bin_edges(sample, {.max_bins = 1}).size(), 2u);
}

TEST(BinEdges, NeverRunIntoEachOther) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(1e16 + 2 * (i % 4));
  const Sorted sample(std::move(values));
  const auto edges = bin_edges(sample);
  ASSERT_GE(edges.size(), 2u);
  for (std::size_t i = 1; i < edges.size(); ++i) EXPECT_LT(edges[i - 1], edges[i]);
  EXPECT_EQ(total(count_in_bins(sample, edges)), 1000u);
  const double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(bin_edges(Sorted({0, least, 2 * least, 3 * least})),
            (std::vector<double>{0, 3 * least}));
}

TEST(BinEdges, OnALogScaleHaveOneRatioAndHoldEverything) {
  Rng rng(4);
  std::vector<double> values;
  for (int i = 0; i < 5000; ++i) values.push_back(std::exp(2 * rng.normal()));
  const Sorted sample(std::move(values));
  const auto edges = bin_edges(sample, {.log_scale = true});
  ASSERT_GT(edges.size(), 20u);
  for (std::size_t i = 2; i < edges.size(); ++i) {
    EXPECT_NEAR(edges[i] / edges[i - 1], edges[1] / edges[0], 1e-9);
  }
  EXPECT_EQ(total(count_in_bins(sample, edges)), 5000u);
}

TEST(CountInBins, ClosesOnlyTheLastBinAbove) {
  const Sorted sample({0, 1, 1, 2, 3, 3, 4});
  EXPECT_EQ(count_in_bins(sample, std::vector<double>{1, 2, 3}), (Counts{2, 3}));
  EXPECT_EQ(count_in_bins(sample, std::vector<double>{10, 20}), Counts{0});
  EXPECT_EQ(count_in_bins(Sorted(), std::vector<double>{1, 2}), Counts{0});
  EXPECT_TRUE(count_in_bins(sample, std::vector<double>{1}).empty());
  EXPECT_TRUE(count_in_bins(sample, {}).empty());
}

}  // namespace
}  // namespace tt::stats
