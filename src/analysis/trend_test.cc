#include "analysis/trend.h"

#include <cmath>
#include <deque>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

constexpr Nanos kDay = 86'400 * kSecond;

// Runs of one target a day apart, each with these figures alone.
class Trend : public testing::Test {
 protected:
  void add(double ttft_ms, double success = 1, std::string load = "concurrency 1") {
    auto& input = inputs_.emplace_back(make_run({"vllm"}));
    input.run_id = "run-" + std::to_string(inputs_.size());
    input.load_text = std::move(load);
    auto& summary = summaries_.emplace_back();
    TargetSummary target;
    target.target.name = "vllm";
    target.distributions.push_back(
        {.metric = MetricId::kTtft, .n = 100, .quantiles = {{0.5, ttft_ms, {}}}, .stddev = {}});
    target.rates.push_back({MetricId::kSuccessRate, success, {}});
    const Slo slo{{MetricId::kTtft, 0.5}, 200, "ttft_p50=200ms"};
    target.slos.push_back({.slo = slo, .value = ttft_ms, .interval = {}, .met = ttft_ms <= 200});
    summary.targets.push_back(std::move(target));
    runs_.push_back({&input, &summary, kDay * static_cast<Nanos>(20'000 + runs_.size())});
  }

  const TrendLine& line(MetricId metric) {
    report_ = find_trends(runs_);
    for (const auto& one : report_.lines) {
      if (one.figure.metric == metric) return one;
    }
    static const TrendLine kNone{};
    ADD_FAILURE() << "no such line";
    return kNone;
  }

  std::deque<RunInput> inputs_;
  std::deque<RunSummary> summaries_;
  std::vector<TrendRun> runs_;
  TrendReport report_;
};

TEST_F(Trend, ALastRunThatIsUnlikeThoseBeforeItIsSaidToBeSo) {
  for (const double ttft : {100.0, 101.0, 99.0, 100.5, 100.0}) add(ttft);
  add(150, 0.9);
  const auto& t = line(MetricId::kTtft);
  EXPECT_EQ(t.verdict, TrendVerdict::kCannotTell);
  ASSERT_TRUE(t.apart);
  EXPECT_NEAR(t.apart->change, 0.5, 0.01);
  EXPECT_NEAR(t.apart->before.low, 99, 1e-9);
  EXPECT_NEAR(t.apart->before.high, 101, 1e-9);
  // scipy.stats.t.sf(distance / (s * sqrt(1 + 1/5)), 4), twice. Of two lines it is the larger,
  // which Holm leaves as it is: shares that are all the same have no scatter, so theirs is 0.
  EXPECT_NEAR(t.apart->p_value, 9.747868329985788e-07, 1e-15);
  const auto& share = line(MetricId::kSuccessRate);
  ASSERT_TRUE(share.apart);
  EXPECT_NEAR(share.apart->change, -0.1, 1e-12);
}

TEST_F(Trend, ALastRunAmongTheOthersOrTooLittleOffIsNotApart) {
  for (const double ttft : {100.0, 90.0, 110.0, 105.0, 112.0}) add(ttft);
  EXPECT_FALSE(line(MetricId::kTtft).apart);
  runs_.clear();
  for (const double ttft : {100.0, 100.01, 100.0, 100.01, 102.0}) add(ttft);
  EXPECT_FALSE(line(MetricId::kTtft).apart) << "certain, but under 5%";
  runs_.clear();
  for (const double ttft : {100.0, 100.0, 150.0}) add(ttft);
  EXPECT_FALSE(line(MetricId::kTtft).apart) << "too few runs";
}

TEST_F(Trend, ASteadyRiseIsWorseAndProjected) {
  double ttft = 100;
  for (int day = 0; day < 6; ++day, ttft *= 1.1) add(ttft * (day % 2 == 0 ? 1.01 : 0.99));
  const auto& t = line(MetricId::kTtft);
  EXPECT_EQ(t.verdict, TrendVerdict::kWorse);
  EXPECT_NEAR(*t.change, std::pow(1.1, 5) - 1, 0.05);
  EXPECT_TRUE(t.change_interval->contains(std::pow(1.1, 5) - 1));
  ASSERT_TRUE(t.projection);
  EXPECT_EQ(t.projection->at, report_.last + (report_.last - report_.first) / 2);
  EXPECT_TRUE(t.projection->interval.contains(100 * std::pow(1.1, 7.5)));
  // 200 ms are reached after ln 2 / ln 1.1 = 7.27 days.
  ASSERT_TRUE(t.crosses);
  EXPECT_NEAR(static_cast<double>(*t.crosses - report_.first) / kDay, 7.27, 0.2);
}

TEST_F(Trend, ThreeRunsTellNothing) {
  for (const double ttft : {100.0, 150.0, 200.0}) add(ttft);
  const auto& t = line(MetricId::kTtft);
  EXPECT_EQ(t.verdict, TrendVerdict::kCannotTell);
  EXPECT_FALSE(t.projection);
  EXPECT_NE(t.why.find("it takes 4 or more"), std::string::npos);
}

TEST_F(Trend, SmallScatterIsSteadyAndLargeCannotTell) {
  for (const double ttft : {100.0, 100.5, 99.5, 100.2, 99.9, 100.1}) add(ttft);
  EXPECT_EQ(line(MetricId::kTtft).verdict, TrendVerdict::kSteady);
  EXPECT_EQ(line(MetricId::kSuccessRate).verdict, TrendVerdict::kSteady);
  runs_.clear();
  for (const double ttft : {100.0, 180.0, 90.0, 200.0, 110.0}) add(ttft);
  EXPECT_EQ(line(MetricId::kTtft).verdict, TrendVerdict::kCannotTell);
}

TEST_F(Trend, SharesChangeByPointsAndStayShares) {
  double success = 1;
  for (int day = 0; day < 6; ++day, success -= 0.01) {
    add(100, success + (day % 2 == 0 ? 0 : 0.001));
  }
  const auto& t = line(MetricId::kSuccessRate);
  EXPECT_EQ(t.verdict, TrendVerdict::kWorse);
  EXPECT_NEAR(*t.change, -0.05, 0.003);
  EXPECT_LE(t.projection->interval.high, 1);
}

TEST_F(Trend, TimeCountsNotTheOrderOfNaming) {
  for (const double ttft : {100.0, 110.0, 121.0, 133.1, 146.4}) add(ttft);
  std::ranges::reverse(runs_);
  const auto& t = line(MetricId::kTtft);
  EXPECT_GT(*t.change, 0.4);
  EXPECT_EQ(report_.run_ids.front(), "run-1");
}

TEST_F(Trend, RunsThatAreUnlikeAreSaidToBe) {
  for (const double ttft : {100.0, 110.0, 121.0, 133.1}) add(ttft);
  add(150, 1, "concurrency 8");
  line(MetricId::kTtft);
  ASSERT_EQ(report_.warnings.size(), 1U);
  EXPECT_NE(report_.warnings[0].find("different loads"), std::string::npos);
}

TEST_F(Trend, OneInstantForAllIsNoTime) {
  for (const double ttft : {100.0, 110.0, 121.0, 133.1}) add(ttft);
  for (auto& run : runs_) run.started = kDay;
  EXPECT_EQ(line(MetricId::kTtft).verdict, TrendVerdict::kCannotTell);
  EXPECT_TRUE(find_trends({}).lines.empty());
}

// Of runs that only scatter, hardly any may be said to have a trend.
TEST_F(Trend, ChanceIsNoTrend) {
  Rng rng(7);
  int claimed = 0;
  for (int i = 0; i < 200; ++i) {
    runs_.clear();
    inputs_.clear();
    summaries_.clear();
    for (int day = 0; day < 6; ++day)
      add(100 * std::exp(0.1 * (rng.uniform() + rng.uniform() - 1)));
    const auto verdict = line(MetricId::kTtft).verdict;
    if (verdict == TrendVerdict::kWorse || verdict == TrendVerdict::kBetter) ++claimed;
  }
  EXPECT_LE(claimed, 16);  // 5% of 200, and what chance adds
}

}  // namespace
}  // namespace tt::analysis
