#include "analysis/attainment.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

using record::Row;

Slo ttft(double quantile, double limit_ms) {
  return *make_slo("ttft", quantile, limit_ms * 1e6, "ttft");
}

std::vector<Row> rows_of(const std::vector<double>& ttfts_ms) {
  std::vector<Row> rows;
  for (const double ms : ttfts_ms) {
    rows.push_back(make_row({.planned_ms = 1000.0 * rows.size(), .ttft_ms = ms}, rows.size()));
  }
  return rows;
}

// 10, 20, ... 10 n in an order without pattern; n + 1 prime.
std::vector<double> scattered(int n) {
  std::vector<double> values;
  for (int i = 1; i <= n; ++i) values.push_back(10.0 * (i * 37 % (n + 1)));
  return values;
}

SloResult judge_rows(const Slo& slo, const std::vector<Row>& rows) {
  return judge(slo, group_rows(rows, 1)[0], std::vector{slo});
}

// Nobody has seen a p99 in 20 requests: that all of 20 kept the limit has a chance of 0.99^20 where
// the p99 is above it.
TEST(Judge, AllOfTwentyProveLittleOfAP99) {
  const auto result = judge_rows(ttft(0.99, 1000), rows_of(std::vector(20, 100.0)));
  EXPECT_TRUE(result.met);
  EXPECT_FALSE(result.interval);
  EXPECT_FALSE(result.certain);
  EXPECT_EQ(result.effective, 20);
  EXPECT_NEAR(*result.confidence, 1 - std::pow(0.99, 20), 1e-12);
  EXPECT_DOUBLE_EQ(*result.margin, 0.9);
  EXPECT_EQ(result.method, SloMethod::kOrderStatistics);
}

// Of 10 draws 8 lie within the limit: if the median were above, 8 or more would by
// (45 + 10 + 1) / 1024.
TEST(Judge, TheMedianOfTenByHand) {
  const std::vector<double> ms = {10, 90, 20, 30, 95, 25, 15, 35, 22, 12};
  auto result = judge_rows(ttft(0.5, 50), rows_of(ms));
  const double worth = result.effective;
  ASSERT_GE(worth, 9.999);
  EXPECT_TRUE(result.met);
  EXPECT_NEAR(*result.confidence, 1 - 56.0 / 1024, 1e-12);
  // Turned round: 3 of 10 within, the median above; 3 or fewer by 176 / 1024 if it were below.
  result = judge_rows(ttft(0.5, 16), rows_of(ms));
  EXPECT_FALSE(result.met);
  EXPECT_NEAR(*result.confidence, 1 - 176.0 / 1024, 1e-12);
  EXPECT_LT(*result.margin, 0);
}

TEST(Judge, TheIntervalIsThatOfOrderStatisticsWhereRequestsAreIndependent) {
  const auto values = scattered(400);
  const auto result = judge_rows(ttft(0.9, 5000), rows_of(values));
  const auto expected = stats::quantile_interval(stats::Sorted(values), 0.9);
  ASSERT_TRUE(result.interval && expected);
  EXPECT_NEAR(result.effective, 400, 40);
  EXPECT_NEAR(result.interval->low, expected->low, 20);
  EXPECT_NEAR(result.interval->high, expected->high, 20);
  EXPECT_TRUE(result.certain);
}

// Where the interval ends at a limit, the confidence is that of its side.
TEST(Judge, IntervalAndConfidenceAgree) {
  const auto rows = rows_of(scattered(400));
  const auto wide = judge_rows(ttft(0.9, 5000), rows);
  const auto at_high = judge_rows(ttft(0.9, wide.interval->high), rows);
  EXPECT_GE(*at_high.confidence, 0.975);
  EXPECT_TRUE(at_high.certain);
  const auto below = judge_rows(ttft(0.9, wide.interval->high - 10.5), rows);
  EXPECT_LT(*below.confidence, 0.975);
  EXPECT_FALSE(below.certain);
}

TEST(Judge, ASuccessRateByItsScore) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 100; ++i) {
    rows.push_back(i == 50 ? make_failed({}, Status::kOverloaded, i) : make_row({}, i));
  }
  const Slo slo = *make_slo("success_rate", 0, 0.9, "success_rate=90%");
  const auto result = judge_rows(slo, rows);
  EXPECT_EQ(*result.value, 0.99);
  EXPECT_EQ(result.effective, 100);
  EXPECT_NEAR(*result.confidence, 0.5 * std::erfc(-3.0 / std::sqrt(2)), 1e-9);  // z = 0.09 / 0.03
  EXPECT_NEAR(*result.margin, 0.1, 1e-12);
  // No number of successes proves that nothing ever fails, and one failure proves that something
  // does.
  const Slo all = *make_slo("success_rate", 0, 1, "success_rate=100%");
  EXPECT_EQ(judge_rows(all, rows).confidence, 1);
  EXPECT_EQ(judge_rows(all, {make_row({})}).confidence, std::nullopt);
}

TEST(Judge, ARateByItsScatterOverBlocks) {
  std::vector<Row> rows;
  add_blocks(rows, {.gap_ms = 5, .tokens = 20}, 1, 6, 40, 7);
  const auto grouped = group_rows(rows, 1)[0];
  const Slo easy = *make_slo("output_tokens_per_s", 0, 1, "x");
  const auto met = judge(easy, grouped, std::vector{easy});
  ASSERT_TRUE(met.value && met.confidence && met.interval);
  EXPECT_GT(*met.confidence, 0.99);
  EXPECT_EQ(met.method, SloMethod::kSections);
  const Slo edge = *make_slo("output_tokens_per_s", 0, met.interval->low, "x");
  EXPECT_NEAR(*judge(edge, grouped, std::vector{edge}).confidence, 0.975, 1e-9);
  const Slo exact = *make_slo("output_tokens_per_s", 0, *met.value, "x");
  EXPECT_NEAR(*judge(exact, grouped, std::vector{exact}).confidence, 0.5, 1e-9);
}

TEST(Judge, NothingIsNotMet) {
  const auto none = judge_rows(ttft(0.5, 100), {});
  EXPECT_FALSE(none.met || none.certain || none.confidence || none.margin);
  const auto failed = judge_rows(ttft(0.5, 100), {make_failed({}, Status::kHttpServerError)});
  EXPECT_FALSE(failed.met);
}

// Latencies that remember (AR 1, 0.9), a limit at their true p90: "met with 95% confidence" may be
// said in few runs only. Taken for independent it would be said in more than a quarter of them.
TEST(Judge, ConfidenceHoldsForRequestsThatDependOnEachOther) {
  constexpr int kRuns = 300;
  constexpr double kMemory = 0.9;
  constexpr double kP90 = 1.2815515655446004;
  int claimed = 0;
  int naive = 0;
  for (int run = 0; run < kRuns; ++run) {
    Rng rng = Rng::stream(static_cast<std::uint64_t>(run), "slo");
    std::vector<double> ms;
    double x = rng.normal();
    int within = 0;
    for (int i = 0; i < 500; ++i) {
      x = kMemory * x + std::sqrt(1 - kMemory * kMemory) * rng.normal();
      ms.push_back(100 * std::exp(0.2 * x));
      within += x <= kP90 ? 1 : 0;
    }
    const auto result = judge_rows(ttft(0.9, 100 * std::exp(0.2 * kP90)), rows_of(ms));
    claimed += result.met && *result.confidence >= 0.95 ? 1 : 0;
    naive += within >= 462 ? 1 : 0;  // the smallest count with binomial confidence of 95%
  }
  EXPECT_LE(claimed, 0.09 * kRuns);
  EXPECT_GE(naive, 0.20 * kRuns);  // or the test above shows nothing
}

TEST(Attainment, CountsWhoKeepsEveryLimitAndWilsonsInterval) {
  std::vector<Row> rows = rows_of(scattered(10));  // 10 to 100 ms
  rows.push_back(make_failed({.planned_ms = 1e5}, Status::kOverloaded, 10));
  rows.push_back(make_failed({.planned_ms = 2e5}, Status::kCancelled, 11));
  const std::vector<Slo> slos = {ttft(0.99, 80), *make_slo("e2e", 0.5, 180e6, "e2e_p50=180ms")};
  const Attainment all = attainment(group_rows(rows, 1)[0], slos, 0.5);
  EXPECT_EQ(all.answered, 11u);
  EXPECT_EQ(all.good, 8u);  // E2E is TTFT and 100 ms
  EXPECT_DOUBLE_EQ(*all.share, 8.0 / 11);
  EXPECT_TRUE(all.met);
  ASSERT_TRUE(all.interval);
  EXPECT_LT(all.interval->low, 8.0 / 11);
  EXPECT_GT(*all.confidence, 0.8);
  EXPECT_FALSE(attainment(group_rows(rows, 1)[0], slos, 0.9).met);
}

TEST(Attainment, OfNothingIsNotMetWhereItIsAskedFor) {
  EXPECT_FALSE(attainment({}, {}, 0.9).met);
  EXPECT_TRUE(attainment({}, {}).met);
  EXPECT_FALSE(attainment({}, {}).share);
}

TEST(JudgeRun, PassesByTargetAndByTheConfidenceThatIsAskedFor) {
  std::vector<Row> rows = rows_of(std::vector(20, 100.0));
  for (std::uint64_t i = 0; i < 20; ++i) {
    rows.push_back(make_row({.target = 1, .planned_ms = 1000.0 * i, .ttft_ms = 300}, 20 + i));
  }
  const RunInput run = make_run({"fast", "slow"});
  const auto report = judge_run(run, rows, {.slos = {ttft(0.9, 200)}});
  ASSERT_EQ(report.targets.size(), 2u);
  EXPECT_TRUE(report.targets[0].passed);
  EXPECT_FALSE(report.targets[1].passed);
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(*report.targets[0].all.share, 1);
  EXPECT_EQ(*report.targets[1].all.share, 0);
  // 1 - 0.9^20 = 87.8%
  EXPECT_TRUE(
      judge_run(run, rows, {.slos = {ttft(0.9, 200)}, .confidence = 0.87}).targets[0].passed);
  EXPECT_FALSE(
      judge_run(run, rows, {.slos = {ttft(0.9, 200)}, .confidence = 0.88}).targets[0].passed);
}

TEST(ConfidenceText, NeverRoundsUp) {
  EXPECT_EQ(confidence_text(0.8799), "87%");
  EXPECT_EQ(confidence_text(0.9979), "99.7%");
  EXPECT_EQ(confidence_text(0.9999), "over 99.9%");
  EXPECT_EQ(confidence_text(1), "over 99.9%");
  EXPECT_EQ(confidence_text(0), "0%");
}

}  // namespace
}  // namespace tt::analysis
