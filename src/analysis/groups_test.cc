#include "analysis/groups.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

TEST(Ranges, Doubling) {
  const std::vector<double> values = {1, 5, kNoValue};
  const auto ranges = doubling_ranges(values);
  ASSERT_EQ(ranges.size(), 4u);
  EXPECT_EQ(ranges[0].label(), "1");
  EXPECT_EQ(ranges[2].label(), "3 to 4");
  EXPECT_EQ(ranges[3].label(), "5 to 8");
  EXPECT_EQ(place_in(ranges, values), (std::vector<std::uint32_t>{0, 3, 4}));
  EXPECT_TRUE(doubling_ranges({}).empty());
}

TEST(Ranges, EvenOnesNeverSplitAValue) {
  const std::vector<double> values = {1, 2, 2, 2, 2, 3, 4, 5};
  const auto ranges = even_ranges(values, 3);
  ASSERT_EQ(ranges.size(), 3u);
  EXPECT_EQ(ranges[0].low, 1);
  EXPECT_EQ(ranges[0].high, 2);
  EXPECT_EQ(ranges[1].label(), "3 to 4");
  EXPECT_EQ(ranges[2].label(), "5");
  const std::vector<double> same(10, 256.0);
  ASSERT_EQ(even_ranges(same, 4).size(), 1u);
  EXPECT_EQ(even_ranges(same, 4)[0].label(), "256");
  EXPECT_TRUE(even_ranges({}, 4).empty());
}

TEST(Quantiles, OfFewHaveNoTail) {
  std::vector<double> nine = {9, 8, 7, 6, 5, 4, 3, 2, 1};
  const auto q = quantiles_of(nine);
  EXPECT_EQ(*q.p50, 5);
  EXPECT_FALSE(q.p95);
  std::vector<double> hundred(100, 1.0);
  EXPECT_TRUE(quantiles_of(hundred).p99);
  EXPECT_FALSE(quantiles_of({}).p50);
}

Row of(std::uint32_t input, double ttft, std::string user, std::uint64_t index) {
  Row row = make_row({.planned_ms = 1000.0 * static_cast<double>(index), .ttft_ms = ttft}, index);
  row.input_tokens = input;
  row.user = std::move(user);
  return row;
}

TEST(Groups, ByTurnAndBySessionWithWhatTheCacheServed) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 6; ++i) {
    // Two sessions of three turns; the second one is slower.
    rows.push_back(
        of(100, 100.0 + (i < 3 ? 0.0 : 50.0) + 10.0 * static_cast<double>(i % 3), "", i));
    rows.back().session = i / 3 + 1;
    rows.back().turn = static_cast<std::uint32_t>(i % 3 + 1);
    rows.back().cached_tokens = rows.back().turn == 1 ? 0 : 50;
  }
  rows.push_back(of(100, 5, "", 6));  // of no session
  const Frame frame = make_frame(rows);
  const auto slice = make_slices(frame, 1)[0];
  const auto turns = group_by(slice, GroupBy::kTurn);
  ASSERT_EQ(turns.size(), 3u);
  EXPECT_EQ(turns[2].label, "3");
  EXPECT_EQ(turns[2].requests, 2u);
  EXPECT_DOUBLE_EQ(*turns[2].ttft.p50, 145);
  EXPECT_FALSE(turns[0].cached_share());
  EXPECT_DOUBLE_EQ(*turns[1].cached_share(), 0.5);
  const auto sessions = group_by(slice, GroupBy::kSession);
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0].label, "2");
  EXPECT_DOUBLE_EQ(*sessions[0].ttft.p50, 160);
  EXPECT_EQ(sessions[0].cached_tokens, 100u);
}

TEST(Groups, ByUserMostRequestsFirst) {
  std::vector<Row> rows = {of(10, 100, "al", 0), of(10, 200, "bea", 1), of(10, 300, "bea", 2)};
  rows.push_back(make_failed({.planned_ms = 5000}, Status::kOverloaded, 3));
  rows.back().user = "bea";
  const Frame frame = make_frame(rows);
  const auto groups = group_by(make_slices(frame, 1)[0], GroupBy::kUser);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].label, "bea");
  EXPECT_EQ(groups[0].requests, 3u);
  EXPECT_EQ(groups[0].failed, 1u);
  EXPECT_DOUBLE_EQ(*groups[0].ttft.p50, 250);
  EXPECT_DOUBLE_EQ(*groups[0].error_rate(), 1.0 / 3);
  EXPECT_EQ(groups[0].output_tokens, 22u);
  EXPECT_EQ(groups[1].label, "al");
  EXPECT_TRUE(
      group_by(make_slices(make_frame(std::vector{make_row({})}), 1)[0], GroupBy::kBlock).empty() ==
      false);
}

TEST(Groups, NoUsersNoGroups) {
  const Frame frame = make_frame(std::vector{make_row({})});
  EXPECT_TRUE(group_by(make_slices(frame, 1)[0], GroupBy::kUser).empty());
}

TEST(Groups, ByInputTokens) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 60; ++i) {
    const std::uint64_t ten = i / 10;
    rows.push_back(of(100 + i, 10.0 * ten, "", i));
  }
  rows.push_back(of(0, 1, "", 60));  // nobody counted
  const Frame frame = make_frame(rows);
  const auto groups = group_by(make_slices(frame, 1)[0], GroupBy::kInputTokens);
  ASSERT_EQ(groups.size(), 6u);
  EXPECT_EQ(groups[0].label, "100 to 109");
  EXPECT_EQ(groups[5].requests, 10u);
  EXPECT_DOUBLE_EQ(*groups[5].ttft.p50, 50);
  EXPECT_EQ(*groups[5].high, 159);
}

TEST(Groups, ByConcurrencyAndBlock) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 4; ++i) rows.push_back(of(10, 100, "", i));  // one at a time
  for (std::uint64_t i = 4; i < 8; ++i) {
    rows.push_back(make_row({.block = 1, .planned_ms = 9000, .ttft_ms = 100}, i));
  }
  const Frame frame = make_frame(rows);
  const Slice slice = make_slices(frame, 1)[0];
  const auto load = group_by(slice, GroupBy::kConcurrency);
  ASSERT_EQ(load.size(), 2u);
  EXPECT_EQ(load[0].label, "1");
  EXPECT_EQ(load[0].requests, 4u);
  EXPECT_EQ(load[1].label, "3 to 4");
  const auto blocks = group_by(slice, GroupBy::kBlock);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1].label, "2");
  const Group all = whole_group(slice, "all");
  EXPECT_EQ(all.requests, 8u);
  EXPECT_EQ(all.output_tokens, 88u);
}

TEST(Groups, ByStageOfTheLoad) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 6; ++i) {  // planned 500, 600 ... 1,000 ms
    const double planned = 500 + 100 * static_cast<double>(i);
    rows.push_back(make_row({.planned_ms = planned, .ttft_ms = i < 3 ? 50.0 : 80.0}, i));
  }
  rows[0].warmup = true;  // counts for where the load began
  rows.push_back(make_row({.target = 1, .planned_ms = 0}, 6));
  const Frame frame = make_frame(rows);
  const auto slices = make_slices(frame, 2);
  const std::vector<LoadStage> stages = {
      {"calm", at_ms(300)}, {"nobody", at_ms(300)}, {"peak", at_ms(500)}};
  const auto groups = group_by_stage(slices[0], stages);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].label, "calm");
  EXPECT_EQ(groups[0].requests, 2u);
  EXPECT_EQ(groups[0].ttft.p50, 50);
  EXPECT_EQ(groups[1].label, "peak");
  EXPECT_EQ(groups[1].requests, 2u);  // that of 1,000 ms comes after the last stage
  EXPECT_EQ(groups[1].ttft.p50, 80);
}

}  // namespace
}  // namespace tt::analysis
