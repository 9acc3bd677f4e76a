#include "analysis/ranking.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

// Ten requests one after the other.
struct Target {
  std::vector<record::Row> rows;
  std::vector<TargetRows> grouped;

  Target(double ttft_ms, double gap_ms, std::size_t failed = 0) {
    double now = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      const RowShape shape{.planned_ms = now, .ttft_ms = ttft_ms, .gap_ms = gap_ms};
      rows.push_back(i < failed ? make_failed(shape, Status::kOverloaded, i) : make_row(shape, i));
      now += ttft_ms + 10 * gap_ms + 1;
    }
    grouped = group_rows(rows, 1);
  }
  const TargetRows* get() const { return &grouped[0]; }
};

Scores scores_of(const Target& a, const Target& b, const Weights& weights = {}) {
  const TargetRows* sides[] = {a.get(), b.get()};
  return score_sides(sides, weights);
}

TEST(Scores, TheBestHasAHundredAndHalfAsGoodHasFifty) {
  const Scores s = scores_of(Target(100, 10), Target(200, 20));
  EXPECT_DOUBLE_EQ(*s.sides[0].latency, 100);
  EXPECT_NEAR(*s.sides[1].latency, 50, 1e-9);
  EXPECT_DOUBLE_EQ(*s.sides[0].throughput, 100);
  EXPECT_NEAR(*s.sides[1].throughput, 50, 1);
  EXPECT_DOUBLE_EQ(*s.sides[1].reliability, 100);
  EXPECT_NEAR(*s.sides[1].total, 0.4 * 50 + 0.3 * *s.sides[1].throughput + 30, 1e-9);
}

TEST(Scores, WeightsDecide) {
  const Target quick(100, 10, 5);
  const Target sound(200, 20);
  EXPECT_GT(*scores_of(quick, sound, {1, 0, 0}).sides[0].total, 99);
  const Scores by_reliability = scores_of(quick, sound, {0, 0, 2});
  EXPECT_DOUBLE_EQ(*by_reliability.sides[0].total, 50);
  EXPECT_DOUBLE_EQ(*by_reliability.sides[1].total, 100);
}

TEST(Scores, WhatASideLacksIsUnknownAndCountsForNobody) {
  const Target whole(100, 10);
  Target failed(100, 10, 10);
  const Scores s = scores_of(whole, failed);
  EXPECT_FALSE(s.sides[0].latency);
  EXPECT_DOUBLE_EQ(*s.sides[0].total, 100);
  EXPECT_DOUBLE_EQ(*s.sides[1].total, 0);
  EXPECT_NE(s.formula.find("not every side has it: latency"), std::string::npos) << s.formula;
}

TEST(Radar, HasFiveAndEightAxesAndUnknownStaysUnknown) {
  const Scores s = scores_of(Target(100, 10), Target(200, 10));
  ASSERT_EQ(s.five.size(), 5u);
  ASSERT_EQ(s.eight.size(), 8u);
  EXPECT_NEAR(*s.five[0].values[1], 50, 1e-9);
  EXPECT_NEAR(*s.five[1].values[1], 100, 1e-9);
  for (const RadarAxis& axis : s.eight) {
    EXPECT_FALSE(axis.scale.empty());
    ASSERT_EQ(axis.values.size(), 2u);
    if (axis.name == "GPU" || axis.name == "memory") {
      EXPECT_FALSE(axis.values[0]);
    }
  }
}

TEST(Weights, AreReadAndRefused) {
  const auto read = parse_weights("0.5/0.25/ 1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->throughput, 0.25);
  EXPECT_EQ(read->reliability, 1);
  for (const auto* bad :
       {"", "1", "1/2", "1/2/3/4", "1/2/x", "-1/1/1", "0/0/0", "nan/1/1", "1//1"}) {
    EXPECT_FALSE(parse_weights(bad)) << bad;
  }
}

}  // namespace
}  // namespace tt::analysis
