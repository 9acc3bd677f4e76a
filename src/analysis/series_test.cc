#include "analysis/series.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tt::analysis {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

record::SeriesPoints points(std::vector<std::pair<double, double>> at_and_value) {
  record::SeriesPoints p;
  for (const auto& [at, value] : at_and_value) {
    p.at.push_back(from_seconds(at));
    p.value.push_back(value);
  }
  return p;
}
TimeWindow window(double from, double to) { return {from_seconds(from), from_seconds(to)}; }

TEST(Increase, GoesFromTheReadingBeforeToTheOneAfter) {
  const auto p = points({{0, 10}, {1, 10}, {2, 15}, {3, 40}, {4, 50}, {5, 50}});
  const TimeWindow one[] = {window(1.5, 3.5)};
  EXPECT_EQ(increase(p, one), 40.0);
  const TimeWindow all[] = {window(-5, 50)};
  EXPECT_EQ(increase(p, all), 40.0) << "as far as there are readings";
}

TEST(Increase, SaysWhatItCovers) {
  const auto p = points({{2, 0}, {4, 40}, {12, 120}, {14, 140}});
  double covered = -1;
  const TimeWindow whole[] = {window(3, 5)};
  EXPECT_EQ(increase(p, whole, &covered), 120.0);
  EXPECT_DOUBLE_EQ(covered, 2) << "readings lie on both sides";
  const TimeWindow ends[] = {window(0, 5), window(13, 20)};
  EXPECT_EQ(increase(p, ends, &covered), 140.0);
  EXPECT_DOUBLE_EQ(covered, 3 + 1) << "before the first reading and after the last is nothing";
  const TimeWindow past[] = {window(15, 20)};
  EXPECT_FALSE(increase(p, past, &covered));
  EXPECT_DOUBLE_EQ(covered, 0);
}

TEST(Increase, CountsNothingTwice) {
  const auto p = points({{0, 0}, {10, 100}, {20, 200}});
  const TimeWindow near[] = {window(1, 2), window(3, 4), window(11, 12)};
  EXPECT_EQ(increase(p, near), 200.0) << "the first reading after one window is not shared";
}

TEST(Increase, AFallIsARestartFromZero) {
  const auto p = points({{0, 100}, {1, 130}, {2, 5}, {3, 25}});
  const TimeWindow all[] = {window(0, 3)};
  EXPECT_EQ(increase(p, all), 30.0 + 5 + 20);
}

TEST(Increase, NeedsTwoReadings) {
  const TimeWindow all[] = {window(0, 3)};
  EXPECT_FALSE(increase(points({}), all));
  EXPECT_FALSE(increase(points({{1, 5}}), all));
}

TEST(Flow, IsCutAtTheEdges) {
  const auto p = points({{0, 0}, {2, 20}, {4, 20}, {6, 80}});
  const TimeWindow some[] = {window(1, 3), window(5, 9)};
  double covered = 0;
  EXPECT_DOUBLE_EQ(*flow(p, some, &covered), 10 + 0 + 30);
  EXPECT_DOUBLE_EQ(covered, 2 + 1);
  EXPECT_FALSE(flow(p, {}));
}

TEST(Gauge, OnlyReadingsWithinTheWindowsCount) {
  const auto p = points({{0, 1}, {1, 2}, {2, 4}, {3, 100}});
  const TimeWindow some[] = {window(1, 2)};
  const auto facts = gauge_facts(p, some);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->n, 2u);
  EXPECT_EQ(facts->mean, 3);
  EXPECT_EQ(facts->max, 4);
  const TimeWindow none[] = {window(1.1, 1.9)};
  EXPECT_FALSE(gauge_facts(p, none)) << "not read is not 0";
}

TEST(RateLine, IsGrowthASecondBetweenNeighbours) {
  const auto p = points({{0, 0}, {1, 10}, {3, 50}, {4, 5}});
  const TimeWindow all[] = {window(0, 9)};
  const SeriesLine line = rate_line(p, all);
  EXPECT_EQ(line.at_s, (std::vector{1.0, 3.0, 4.0}));
  EXPECT_EQ(line.value, (std::vector{10.0, 20.0, 5.0}));
}

TEST(Combine, AddsOnlyWhatIsWhole) {
  const SeriesLine lines[] = {{{1, 2}, {10, 20}}, {{1}, {5}}};
  EXPECT_EQ(combine(lines, false).value, (std::vector{15.0}));
  EXPECT_EQ(combine(lines, true).value, (std::vector{7.5, 20.0}));
}

// Worked by Prometheus' definition of histogram_quantile.
TEST(BucketQuantile, IsThatOfPrometheus) {
  const std::vector<Bucket> b = {{0.1, 10}, {0.5, 30}, {1, 40}, {kInf, 40}};
  EXPECT_DOUBLE_EQ(bucket_quantile(0.5, b)->value, 0.1 + 0.4 * (20.0 - 10) / 20);
  EXPECT_DOUBLE_EQ(bucket_quantile(0.25, b)->value, 0.1);
  EXPECT_DOUBLE_EQ(bucket_quantile(0.1, b)->value, 0.04) << "from 0 in the first bucket";
  EXPECT_DOUBLE_EQ(bucket_quantile(1, b)->value, 1);
  EXPECT_DOUBLE_EQ(bucket_quantile(0, b)->value, 0);
  EXPECT_EQ(bucket_quantile(0.5, b)->low, 0.1);
  EXPECT_EQ(bucket_quantile(0.5, b)->high, 0.5);
}

TEST(BucketQuantile, BeyondTheLastEdgeItIsALowerBound) {
  const std::vector<Bucket> b = {{0.1, 10}, {0.5, 30}, {kInf, 40}};
  const auto q = bucket_quantile(0.9, b);
  ASSERT_TRUE(q);
  EXPECT_TRUE(q->lower_bound);
  EXPECT_EQ(q->value, 0.5);
  EXPECT_EQ(q->high, kInf);
}

TEST(BucketQuantile, ToleratesWhatServersDo) {
  EXPECT_DOUBLE_EQ(bucket_quantile(0.5, std::vector<Bucket>{{-1, 5}, {1, 10}, {kInf, 10}})->value,
                   -1);
  // A bucket read before its neighbour: it never holds fewer than the ones below.
  const auto torn = bucket_quantile(0.9, std::vector<Bucket>{{1, 10}, {2, 9}, {3, 20}, {kInf, 20}});
  ASSERT_TRUE(torn);
  EXPECT_GT(torn->value, 2);
  EXPECT_FALSE(bucket_quantile(0.5, {}));
  EXPECT_FALSE(bucket_quantile(0.5, std::vector<Bucket>{{1, 10}})) << "no infinite edge";
  EXPECT_FALSE(bucket_quantile(0.5, std::vector<Bucket>{{1, 0}, {kInf, 0}}));
  EXPECT_FALSE(bucket_quantile(0.5, std::vector<Bucket>{{kInf, 3}}));
  EXPECT_FALSE(bucket_quantile(1.5, std::vector<Bucket>{{1, 1}, {kInf, 1}}));
}

}  // namespace
}  // namespace tt::analysis
