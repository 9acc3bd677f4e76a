#include "analysis/samples.h"

#include <numeric>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;

std::vector<double> all(const std::vector<Row>& rows, MetricId metric) {
  return pooled(samples(group_rows(rows, 1)[0], metric));
}

TEST(Samples, OfOneRequestByHand) {
  // Planned at 0, sent at 5, tokens at 105, 115, 125, stream ends at 130.
  Row row = make_row({.waited_ms = 5, .ttft_ms = 100, .gap_ms = 10, .tokens = 3});
  row.end = at_ms(130);
  const std::vector<Row> rows = {row};
  using Values = std::vector<double>;
  EXPECT_EQ(all(rows, MetricId::kTtft), Values{100});
  EXPECT_EQ(all(rows, MetricId::kTtftPlan), Values{105});
  EXPECT_EQ(all(rows, MetricId::kTpot), Values{10});  // to the last token, not to the end
  EXPECT_EQ(all(rows, MetricId::kItl), (Values{10, 10}));
  EXPECT_EQ(all(rows, MetricId::kIcl), (Values{10, 10}));
  EXPECT_EQ(all(rows, MetricId::kE2e), Values{125});
  EXPECT_EQ(all(rows, MetricId::kE2ePlan), Values{130});
  EXPECT_EQ(all(rows, MetricId::kScheduleLag), Values{5});
  EXPECT_EQ(all(rows, MetricId::kClientLag), Values{0.01});
  EXPECT_TRUE(all(rows, MetricId::kOutputRate).empty());
}

TEST(Samples, AChunkOfSeveralTokensIsSeveralGaps) {
  Row row = make_row({.gap_ms = 30, .tokens = 3});
  row.chunk_tokens = {4, 3, 1};  // the first chunk ends no gap
  row.output_tokens = 8;
  EXPECT_EQ(all({row}, MetricId::kItl), (std::vector<double>{10, 10, 10, 30}));
  EXPECT_EQ(all({row}, MetricId::kIcl), (std::vector<double>{30, 30}));
  EXPECT_DOUBLE_EQ(all({row}, MetricId::kTpot)[0], 60.0 / 7);
}

TEST(Samples, AWrongTokenCountDoesNotFillTheMemory) {
  Row row = make_row({.tokens = 2});
  row.chunk_tokens = {1, 4'000'000'000};
  EXPECT_EQ(all({row}, MetricId::kItl).size(), 1000u);
  row.chunk_tokens = {1, 0};
  EXPECT_EQ(all({row}, MetricId::kItl).size(), 1u);
}

TEST(Samples, TpotNeedsTwoTokensAndTwoInstants) {
  EXPECT_TRUE(all({make_row({.tokens = 1})}, MetricId::kTpot).empty());
  Row row = make_row({.tokens = 1});
  row.output_tokens = 100;  // a whole answer in one chunk
  EXPECT_TRUE(all({row}, MetricId::kTpot).empty());
}

TEST(Samples, LeaveOutWarmupFailuresAndWhatNeverHappened) {
  std::vector<Row> rows = {make_row({}, 0), make_failed({}, Status::kTruncated, 1), make_row({}, 2),
                           make_row({}, 3)};
  rows[2].warmup = true;
  rows[3].planned = kNever;
  EXPECT_EQ(all(rows, MetricId::kTtft).size(), 2u);
  EXPECT_EQ(all(rows, MetricId::kTtftPlan).size(), 1u);
  EXPECT_EQ(all(rows, MetricId::kScheduleLag).size(), 2u);  // also of the failed one
}

TEST(GroupRows, SortsIntoTargetsAndBlocksBySending) {
  std::vector<Row> rows;
  rows.push_back(make_row({.block = 2, .planned_ms = 900}, 5));
  rows.push_back(make_row({.target = 1, .planned_ms = 1}, 1));
  rows.push_back(make_row({.block = 0, .planned_ms = 50}, 4));
  rows.push_back(make_row({.block = 0, .planned_ms = 20}, 3));
  rows.push_back(make_row({.target = 9}, 7));  // no such target
  rows.push_back(Row{.index = 8, .status = Status::kDropped});
  // Refused before a byte left: failed, not dropped.
  Row refused{
      .index = 9, .planned = at_ms(30), .end = at_ms(31), .status = Status::kConnectRefused};
  rows.push_back(refused);
  const auto targets = group_rows(rows, 2);
  ASSERT_EQ(targets[0].blocks.size(), 2u);
  ASSERT_EQ(targets[0].blocks[0].size(), 3u);
  EXPECT_EQ(targets[0].blocks[0][0]->index, 3u);
  EXPECT_EQ(targets[0].blocks[0][1]->index, 9u);
  EXPECT_EQ(targets[0].blocks[0][2]->index, 4u);
  EXPECT_EQ(targets[0].blocks[1][0]->index, 5u);
  EXPECT_EQ(targets[0].dropped, 1u);
  EXPECT_EQ(targets[1].blocks.size(), 1u);
  EXPECT_TRUE(group_rows(rows, 0).empty());
}

TEST(MeetsAll, TheHighestQuantileBindsARequest) {
  const Row row = make_row({.ttft_ms = 300});
  const Slo median = *make_slo("ttft", 0.5, 200e6, "ttft_p50=200ms");
  const Slo tail = *make_slo("ttft", 0.99, 500e6, "ttft_p99=500ms");
  EXPECT_TRUE(meets_all(row, {}));
  EXPECT_FALSE(meets_all(row, std::vector{median}));
  EXPECT_TRUE(meets_all(row, std::vector{median, tail}));
  EXPECT_FALSE(meets_all(row, std::vector{tail, *make_slo("e2e", 0.5, 399e6, "")}));
  EXPECT_TRUE(meets_all(row, std::vector{tail, *make_slo("success_rate", 0, 1, "")}));
  EXPECT_FALSE(meets_all(make_failed({}, Status::kMalformed), std::vector{tail}));
}

TEST(MeetsAll, GapsAreJudgedByTheRequestsOwn) {
  Row row = make_row({.gap_ms = 10, .tokens = 4});
  row.chunk_at[3] = row.chunk_at[2] + at_ms(90);  // gaps 10, 10, 90
  EXPECT_TRUE(meets_all(row, std::vector{*make_slo("itl", 0.5, 20e6, "")}));
  EXPECT_FALSE(meets_all(row, std::vector{*make_slo("itl", 0.99, 20e6, "")}));
}

}  // namespace
}  // namespace tt::analysis
