#include "analysis/slice.h"

#include <gtest/gtest.h>

#include "analysis/selection.h"
#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

// Sent at `at` ms, ended `e2e` ms later; the first token half-way.
Row request(double at, double e2e, std::uint64_t index, std::uint32_t block = 0) {
  Row row = make_row({.block = block, .planned_ms = at, .ttft_ms = e2e / 2, .gap_ms = e2e / 20});
  row.index = index;
  return row;
}

TEST(Slice, OrdersByBlockThenSendAndCountsWhatNobodySent) {
  std::vector<Row> rows = {request(50, 10, 0, 1), request(20, 10, 1, 0), request(10, 10, 2, 0),
                           request(0, 10, 3, 0)};
  rows[3].warmup = true;
  rows.push_back(Row{});  // dropped
  rows.push_back(Row{});
  rows.back().status = Status::kClientLimit;
  rows.push_back(request(0, 1, 9));
  rows.back().target = 7;  // of no target
  const Frame frame = make_frame(rows);
  const auto slices = make_slices(frame, 1);
  ASSERT_EQ(slices.size(), 1u);
  EXPECT_EQ(slices[0].rows, (std::vector<std::uint32_t>{2, 1, 0}));
  EXPECT_EQ(slices[0].dropped, 1u);
  EXPECT_EQ(slices[0].client_limited, 1u);
  ASSERT_EQ(slices[0].stretches.size(), 2u);
  EXPECT_DOUBLE_EQ(slices[0].seconds(), 0.020 + 0.010);
  EXPECT_EQ(make_slices(frame, 1, Phase::kWarmup)[0].rows, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(make_slices(frame, 1, Phase::kAll)[0].rows.size(), 4u);
}

TEST(Slice, APartHasTheTimesOfItsRows) {
  std::vector<Row> rows = {request(0, 10, 0), request(50, 20, 1), request(40, 5, 2),
                           request(90, 10, 3, 1)};
  rows.push_back(Row{});  // dropped
  rows.back().index = 4;
  const Frame frame = make_frame(rows);
  const Slice whole = make_slices(frame, 1)[0];
  const Slice part = only(whole, [](std::uint32_t row) { return row == 1 || row == 2; });
  EXPECT_EQ(part.rows, (std::vector<std::uint32_t>{2, 1})) << "in the order of the whole";
  EXPECT_EQ(part.dropped, 0u);
  ASSERT_EQ(part.stretches.size(), 1u);
  EXPECT_DOUBLE_EQ(part.seconds(), 0.030);
  EXPECT_EQ(values(part, MetricId::kE2e).size(), 2u) << "not those of the whole";
  EXPECT_EQ(only(whole, [](std::uint32_t row) { return row == 4; }).dropped, 1u);
}

TEST(Slice, CancelledRequestsDoNotStretchTheTime) {
  std::vector<Row> rows = {request(0, 10, 0), request(5, 500, 1)};
  rows[1].status = Status::kCancelled;
  const Frame frame = make_frame(rows);
  EXPECT_DOUBLE_EQ(make_slices(frame, 1)[0].seconds(), 0.010);
}

TEST(Slice, NothingGivesNothing) {
  const Frame frame = make_frame({});
  const auto slices = make_slices(frame, 2);
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_FALSE(slices[0].has_times());
  EXPECT_TRUE(values(slices[0], MetricId::kTtft).empty());
  EXPECT_TRUE(concurrency_at_send(slices[0]).empty());
}

TEST(Slice, CountsRequestsInFlightAtEachSend) {
  // |0----100|  |20--60|  |60-80|  |200-210|
  std::vector<Row> rows = {request(0, 100, 0), request(20, 40, 1), request(60, 20, 2),
                           request(200, 10, 3)};
  rows[0].warmup = true;  // it loads the target all the same
  Row other = request(0, 1000, 4);
  other.target = 1;
  rows.push_back(other);
  const Frame frame = make_frame(rows);
  const auto slices = make_slices(frame, 2);
  // The second ends as the third is sent, and has made room.
  EXPECT_EQ(concurrency_at_send(slices[0]), (std::vector<std::uint32_t>{2, 2, 1}));
  EXPECT_EQ(concurrency_at_send(slices[1]), (std::vector<std::uint32_t>{1}));
}

TEST(Slice, RequestsOfNoLengthCountThemselves) {
  const Frame frame = make_frame(std::vector{request(5, 0, 0), request(5, 0, 1)});
  EXPECT_EQ(concurrency_at_send(make_slices(frame, 1)[0]), (std::vector<std::uint32_t>{1, 1}));
}

TEST(Slice, ValuesStayBesideTheirRows) {
  std::vector<Row> rows = {request(0, 100, 0), make_failed({.planned_ms = 1}, Status::kTls, 1),
                           request(2, 200, 2)};
  const Frame frame = make_frame(rows);
  const auto slice = make_slices(frame, 1)[0];
  const auto ttft = values(slice, MetricId::kTtft);
  EXPECT_DOUBLE_EQ(ttft[0], 50);
  EXPECT_TRUE(std::isnan(ttft[1]));
  EXPECT_DOUBLE_EQ(ttft[2], 100);
  EXPECT_EQ(present(ttft).size(), 2u);
  // 11 tokens in 100 ms, and 10 gaps of 5 ms.
  EXPECT_DOUBLE_EQ(values(slice, Quantity::kRequestRate)[0], 110);
  EXPECT_DOUBLE_EQ(values(slice, Quantity::kDecodeRate)[0], 200);
  EXPECT_DOUBLE_EQ(values(slice, Quantity::kSentAt)[2], 0.002);
  EXPECT_DOUBLE_EQ(values(slice, Quantity::kInputTokens)[1], 50);
  EXPECT_TRUE(std::isnan(values(slice, Quantity::kOutputTokens)[1]));
}

TEST(Slice, WhatAnotherToolReportsStandsInForInstants) {
  Row row;
  row.status = Status::kOk;
  row.reported = {.ttft = 5 * kMillisecond, .tpot = 2 * kMillisecond, .e2e = 50 * kMillisecond};
  const Frame frame = make_frame(std::vector{row});
  const auto slice = make_slices(frame, 1)[0];
  EXPECT_DOUBLE_EQ(values(slice, MetricId::kTtft)[0], 5);
  EXPECT_DOUBLE_EQ(values(slice, MetricId::kTpot)[0], 2);
  EXPECT_DOUBLE_EQ(values(slice, MetricId::kE2e)[0], 50);
  EXPECT_TRUE(std::isnan(values(slice, MetricId::kE2ePlan)[0]));
  EXPECT_FALSE(slice.has_times());
  EXPECT_EQ(concurrency_at_send(slice), (std::vector<std::uint32_t>{0}));
}

TEST(Slice, WithoutTheFirst) {
  const Frame frame = make_frame(std::vector{request(0, 10, 0), request(10, 10, 1)});
  const auto slice = make_slices(frame, 1)[0];
  EXPECT_EQ(without_first(slice, 1).rows, (std::vector<std::uint32_t>{1}));
  EXPECT_DOUBLE_EQ(without_first(slice, 1).seconds(), 0.010);
  EXPECT_TRUE(without_first(slice, 9).rows.empty());
}

TEST(Slice, ThinsEvenly) {
  EXPECT_EQ(thin(3, 5), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(thin(10, 4), (std::vector<std::size_t>{0, 2, 5, 7}));
  EXPECT_TRUE(thin(0, 4).empty());
}

TEST(Slice, GapsOfAChunkOfSeveralTokens) {
  const std::vector<Nanos> at = {0, 10 * kMillisecond, 30 * kMillisecond};
  const std::vector<std::uint32_t> tokens = {1, 1, 4};
  double sum = 0;
  std::uint32_t count = 0;
  for_each_gap(at, tokens, true, [&](double gap, std::uint32_t times) {
    sum += gap * times;
    count += times;
  });
  EXPECT_DOUBLE_EQ(sum, 30);
  EXPECT_EQ(count, 5u);
}

}  // namespace
}  // namespace tt::analysis
