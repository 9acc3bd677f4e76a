#include "analysis/figures.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;

TargetSummary summarise_one(const std::vector<Row>& rows, const std::vector<Slo>& slos = {}) {
  return summarise_target({"vllm", "vllm", "m"}, group_rows(rows, 1)[0], slos);
}

TEST(Figures, CountEveryRowOnce) {
  std::vector<Row> rows = {make_row({}, 0), make_row({}, 1),
                           make_failed({}, Status::kOverloaded, 2),
                           make_failed({}, Status::kCancelled, 3), make_row({}, 4)};
  rows[4].warmup = true;
  rows.push_back(Row{.index = 5, .status = Status::kDropped});
  const Counts c = summarise_one(rows).counts;
  EXPECT_EQ(c.planned, 5u);
  EXPECT_EQ(c.ok, 2u);
  EXPECT_EQ(c.failed, 1u);
  EXPECT_EQ(c.cancelled, 1u);
  EXPECT_EQ(c.dropped, 1u);
  EXPECT_EQ(c.warmup, 1u);
  EXPECT_EQ(c.by_status[static_cast<std::size_t>(Status::kOverloaded)], 1u);
  EXPECT_EQ(c.by_status[static_cast<std::size_t>(Status::kDropped)], 1u);
}

TEST(Figures, KeepTheFirstWordsOfEachFailure) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 4; ++i) rows.push_back(make_failed({}, Status::kOverloaded, i));
  rows[0].error = "";
  rows[1].error = "queue is full";
  rows[2].error = "still full";
  rows[3].status = Status::kHttpClientError;
  rows[3].error = "no such model";
  const Counts c = summarise_one(rows).counts;
  EXPECT_EQ(c.first_error[static_cast<std::size_t>(Status::kOverloaded)], "queue is full");
  EXPECT_EQ(c.first_error[static_cast<std::size_t>(Status::kHttpClientError)], "no such model");
  EXPECT_EQ(c.first_error[static_cast<std::size_t>(Status::kTruncated)], "");
}

TEST(Figures, SuccessRateIsOfAnsweredRequests) {
  const auto t = summarise_one({make_row({}, 0), make_row({}, 1), make_row({}, 2),
                                make_failed({}, Status::kHttpServerError, 3),
                                make_failed({}, Status::kCancelled, 4)});
  EXPECT_DOUBLE_EQ(*t.rate(MetricId::kSuccessRate)->value, 0.75);
  ASSERT_TRUE(t.rate(MetricId::kSuccessRate)->interval);
  EXPECT_LT(t.rate(MetricId::kSuccessRate)->interval->low, 0.5);
}

// Ten requests a second for 20 s, on one connection that answers in 10 ms but stands still from 5 s
// to 15 s. The request planned at 5 s ends at 15.01 s; the k-th after it, planned 100 k ms later,
// waits for its turn and ends 10 k ms later: from plan it took 10,010 - 90 k ms, until the line is
// worked off at k = 112. From sent, one request alone was slow. Of 200 sorted values p99 lies at
// 0.99 * 199 = 197.01: from plan 9,830 + 0.01 * 90 ms, from sent 10 ms.
TEST(Figures, CoordinatedOmissionShowsFromPlan) {
  std::vector<Row> rows;
  double free_at = 0;
  for (int i = 0; i < 200; ++i) {
    const double planned = 100.0 * i;
    const double sent = std::max(planned, free_at);
    const bool stalled = sent >= 5000 && sent < 15'000;
    const double end = (stalled ? 15'000 : sent) + 10;
    rows.push_back(make_row({.planned_ms = planned,
                             .waited_ms = sent - planned,
                             .ttft_ms = end - sent,
                             .gap_ms = 0,
                             .tokens = 1},
                            static_cast<std::uint64_t>(i)));
    free_at = end;
  }
  const auto t = summarise_one(rows);
  EXPECT_NEAR(t.distribution(MetricId::kE2ePlan)->at(0.99)->value, 9830.9, 1e-6);
  EXPECT_NEAR(t.distribution(MetricId::kTtftPlan)->at(0.99)->value, 9830.9, 1e-6);
  EXPECT_NEAR(t.distribution(MetricId::kE2e)->at(0.99)->value, 10, 1e-6);
  EXPECT_NEAR(t.distribution(MetricId::kE2e)->max, 10'010, 1e-6);
  EXPECT_NEAR(t.distribution(MetricId::kScheduleLag)->max, 9910, 1e-6);
}

TEST(Figures, DistributionByHand) {
  std::vector<Row> rows;
  for (int i = 1; i <= 100; ++i) rows.push_back(make_row({.ttft_ms = 10.0 * i}));
  const auto t = summarise_one(rows);
  const Distribution* d = t.distribution(MetricId::kTtft);
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(d->n, 100u);
  EXPECT_DOUBLE_EQ(d->mean, 505);
  EXPECT_NEAR(*d->stddev, 290.1149197588202, 1e-9);  // 10 * sqrt(100 * 101 / 12)
  EXPECT_EQ(d->min, 10);
  EXPECT_EQ(d->max, 1000);
  EXPECT_DOUBLE_EQ(d->at(0.5)->value, 505);
  EXPECT_EQ(d->at(0.5)->interval->low, 400);  // the 40th and the 61st
  EXPECT_EQ(d->at(0.5)->interval->high, 610);
  EXPECT_TRUE(d->at(0.95)->interval);
  EXPECT_FALSE(d->at(0.99)->interval);  // needs 368
  EXPECT_EQ(d->at(0.123), nullptr);
}

TEST(Figures, GapsOfOneRequestAreNotManyOpinions) {
  // Three requests with 1,000 gaps each at three paces: independent gaps would give a false, narrow
  // interval around the middle pace.
  std::vector<Row> rows;
  for (std::uint32_t b = 0; b < 3; ++b) {
    rows.push_back(make_row({.block = b, .gap_ms = 10.0 + 5 * b, .tokens = 1001}));
  }
  const auto t = summarise_one(rows);
  const auto interval = t.distribution(MetricId::kItl)->at(0.5)->interval;
  ASSERT_TRUE(interval);
  EXPECT_LT(interval->low, 10);
  EXPECT_GT(interval->high, 20);
}

TEST(Figures, OfNothing) {
  const auto t = summarise_one({});
  EXPECT_EQ(t.counts.planned, 0u);
  EXPECT_EQ(t.seconds, 0);
  for (const auto& d : t.distributions) {
    EXPECT_EQ(d.n, 0u);
    EXPECT_TRUE(d.quantiles.empty());
    EXPECT_FALSE(d.stddev);
  }
  for (const auto& rate : t.rates) {
    EXPECT_FALSE(rate.value);
    EXPECT_FALSE(rate.interval);
  }
  EXPECT_EQ(t.rate(MetricId::kGoodput), nullptr);
}

TEST(Figures, OfOneRequest) {
  const auto t = summarise_one({make_row({})});
  const Distribution* d = t.distribution(MetricId::kTtft);
  EXPECT_EQ(d->at(0.99)->value, 100);
  EXPECT_FALSE(d->at(0.5)->interval);
  EXPECT_FALSE(d->stddev);
  EXPECT_DOUBLE_EQ(*t.rate(MetricId::kOutputRate)->value, 55);
  EXPECT_FALSE(t.rate(MetricId::kOutputRate)->interval);
}

TEST(Figures, TokenCountsAndTheirSources) {
  std::vector<Row> rows = {make_row({.tokens = 10}), make_row({.tokens = 20})};
  rows[1].output_source = TokenSource::kChunks;
  rows[1].planned_output_tokens = 40;
  const Tokens tokens = summarise_one(rows).tokens;
  EXPECT_EQ(tokens.input, 100u);
  EXPECT_EQ(tokens.output, 30u);
  EXPECT_EQ(tokens.mean_output, 15);
  EXPECT_EQ(tokens.mean_planned_output, 25);
  EXPECT_EQ(tokens.mean_length_miss, 0.25);  // none and a half
  EXPECT_EQ(tokens.output_sources[static_cast<std::size_t>(TokenSource::kChunks)], 1u);
}

TEST(Figures, SlosSayWhetherTheyAreMetAndHowCertainly) {
  std::vector<Row> rows;
  // In no order: what rises all the time is worth few independent requests.
  for (int i = 1; i <= 100; ++i) rows.push_back(make_row({.ttft_ms = 10.0 * (i * 37 % 101)}));
  const std::vector<Slo> slos = {*make_slo("ttft", 0.5, 2000e6, "ttft_p50=2s"),
                                 *make_slo("ttft", 0.5, 520e6, "ttft_p50=520ms"),
                                 *make_slo("ttft", 0.5, 100e6, "ttft_p50=100ms"),
                                 *make_slo("ttft", 0.99, 5000e6, "ttft_p99=5s"),
                                 *make_slo("success_rate", 0, 0.9, "success_rate=90%")};
  const auto t = summarise_one(rows, slos);
  ASSERT_EQ(t.slos.size(), 5u);
  EXPECT_TRUE(t.slos[0].met && t.slos[0].certain);
  EXPECT_TRUE(t.slos[1].met && !t.slos[1].certain);  // the interval goes to 610 ms
  EXPECT_TRUE(!t.slos[2].met && t.slos[2].certain);
  EXPECT_TRUE(t.slos[3].met && !t.slos[3].certain);  // too few for an interval of p99
  EXPECT_TRUE(t.slos[4].met && t.slos[4].certain);
}

TEST(Figures, AnSloWithoutValuesIsNotMet) {
  const auto t = summarise_one({}, {*make_slo("ttft", 0.5, 1e9, "ttft_p50=1s"),
                                    *make_slo("requests_per_s", 0, 1, "requests_per_s=1")});
  EXPECT_FALSE(t.slos[0].met);
  EXPECT_FALSE(t.slos[1].met);
  EXPECT_FALSE(t.slos[0].certain);
}

TEST(Figures, GoodputCountsRequestsThatMeetEverySlo) {
  const std::vector<Row> rows = {make_row({.planned_ms = 0, .ttft_ms = 100}),
                                 make_row({.planned_ms = 0, .ttft_ms = 900})};
  const auto t = summarise_one(rows, {*make_slo("ttft", 0.99, 500e6, "ttft_p99=500ms")});
  EXPECT_DOUBLE_EQ(*t.rate(MetricId::kGoodput)->value, 1);  // one in a second
  EXPECT_DOUBLE_EQ(*t.rate(MetricId::kRequestRate)->value, 2);
}

TEST(Figures, WaitingForAConnectionIsNotTheClientsLag) {
  Row row = make_row({.waited_ms = 50});
  row.dns = at_ms(5);
  row.connect = at_ms(40);
  const auto t = summarise_one({row});
  EXPECT_DOUBLE_EQ(*t.client.send_lag_p99_ms, 5);
  EXPECT_DOUBLE_EQ(t.distribution(MetricId::kScheduleLag)->max, 50);
}

}  // namespace
}  // namespace tt::analysis
