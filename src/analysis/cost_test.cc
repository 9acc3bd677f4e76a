#include "analysis/cost.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "analysis/budget.h"
#include "analysis/prices.h"
#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

TEST(Prices, OfAGpuHourByHand) {
  EXPECT_DOUBLE_EQ(gpu_hour({.gpus = 8, .per_hour = 55.04}, {}).total(), 6.88);
  // 262,800 over 3 years of 8,760 hours and 8 GPUs: 1.25; 10 kW at 1.4 and 0.20: 2.80 over 8.
  const Price owned{.gpus = 8, .purchase = 262'800, .years = 3, .watts = 10'000};
  const GpuHour hour = gpu_hour(owned, PowerTerms{.per_kwh = 0.2, .pue = 1.4});
  EXPECT_DOUBLE_EQ(hour.machine, 1.25);
  EXPECT_DOUBLE_EQ(hour.power, 0.35);
  EXPECT_DOUBLE_EQ(hour.total(), 1.6);
  EXPECT_DOUBLE_EQ(gpu_hour(owned, {}).total(), 1.25);  // no price of power: none counted
}

TEST(Prices, AreFoundByAnyPartThatFitsOne) {
  const PriceList list{.power = {},
                       .prices = {{.name = "aws-h100", .gpu = "NVIDIA H100", .provider = "AWS"},
                                  {.name = "aws-h100-big", .gpu = "NVIDIA H100", .provider = "AWS"},
                                  {.name = "runpod-a100", .gpu = "NVIDIA A100"}}};
  EXPECT_EQ(list.find("aws-h100"), &list.prices[0]);  // a whole name, though it is part of another
  EXPECT_EQ(list.find("A100"), &list.prices[2]);
  std::vector<std::string> candidates;
  EXPECT_EQ(list.find("h100", &candidates), nullptr);
  EXPECT_EQ(candidates, (std::vector<std::string>{"aws-h100", "aws-h100-big"}));
  EXPECT_EQ(list.find("b200", &candidates), nullptr);
  EXPECT_TRUE(candidates.empty());
  EXPECT_EQ(list.find(""), nullptr);
}

TEST(Money, IsWrittenForPeople) {
  EXPECT_EQ(format_money(1234567.8, "USD"), "$1,234,568");
  EXPECT_EQ(format_money(6.885, "USD"), "$6.88");
  EXPECT_EQ(format_money(0.01234, "EUR"), "EUR 0.0123");
  EXPECT_EQ(format_money(-410, "USD"), "-$410.00");
  EXPECT_EQ(format_money(0, "USD"), "$0.00");
}

// 1,000 input and 500 output tokens of 10 requests; 10 output tokens and 0.2 requests a second.
TargetSummary make_target() {
  TargetSummary t;
  t.target.name = "vllm";
  t.counts.ok = t.counts.planned = 10;
  t.tokens.input = 1000;
  t.tokens.output = 500;
  t.tokens.mean_input = 100;
  t.tokens.mean_output = 50;
  t.rates = {{MetricId::kOutputRate, 10, stats::Interval{8, 12.5}},
             {MetricId::kRequestRate, 0.2, stats::Interval{0.16, 0.25}}};
  return t;
}
const Machine kMachine{.gpu_hour = 3.6, .gpus = 2, .basis = "by hand"};  // 7.20 an hour

TEST(UnitCosts, ByHand) {
  const UnitCosts costs = unit_costs(make_target(), kMachine, {});
  // 36,000 output tokens an hour for 7.20; with twice as many input tokens 108,000 in all.
  EXPECT_DOUBLE_EQ(costs.per_million_output_alone->value, 200);
  EXPECT_DOUBLE_EQ(costs.per_million_output_alone->interval->low, 160);
  EXPECT_DOUBLE_EQ(costs.per_million_output_alone->interval->high, 250);
  EXPECT_NEAR(costs.per_million_tokens->value, 200.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(costs.input_share, 2.0 / 3);
  // Weighed 1 : 4 they are 72,000 + 144,000 = 216,000 shares.
  EXPECT_NEAR(costs.per_million_input->value, 100.0 / 3, 1e-12);
  EXPECT_NEAR(costs.per_million_output->value, 400.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(costs.per_thousand_requests->value, 10);  // 720 an hour for 7.20
  EXPECT_DOUBLE_EQ(costs.per_thousand_requests->interval->low, 8);
  EXPECT_NEAR(costs.tokens_per_s_per_money->value, 10 / 7.2, 1e-12);
  EXPECT_NEAR(costs.gpu_hours_per_million->value, 2e6 / 108'000, 1e-9);
}

TEST(UnitCosts, OfInputAndOutputMakeUpTheWhole) {
  for (const double weight : {1.0, 2.5, 4.0, 10.0}) {
    const UnitCosts c = unit_costs(make_target(), kMachine, {.output_weight = weight});
    EXPECT_NEAR(c.per_million_input->value * 1000 + c.per_million_output->value * 500,
                c.per_million_tokens->value * 1500, 1e-6);
  }
}

TEST(UnitCosts, RiseWhereMachinesStandIdle) {
  const UnitCosts full = unit_costs(make_target(), kMachine, {});
  const UnitCosts half = unit_costs(make_target(), kMachine, {.utilization = 0.5});
  EXPECT_DOUBLE_EQ(half.per_million_tokens->value, 2 * full.per_million_tokens->value);
  EXPECT_DOUBLE_EQ(half.per_thousand_requests->interval->high, 20 / 0.8);
  EXPECT_DOUBLE_EQ(half.tokens_per_s_per_money->value, full.tokens_per_s_per_money->value / 2);
}

TEST(UnitCosts, NeedNoPriceForGpuHours) {
  const UnitCosts costs = unit_costs(make_target(), {.gpu_hour = {}, .gpus = 2, .basis = {}}, {});
  EXPECT_TRUE(costs.gpu_hours_per_million);
  EXPECT_FALSE(costs.per_million_tokens || costs.per_thousand_requests || costs.per_million_input);
}

TEST(UnitCosts, OfNothingAreNotThere) {
  TargetSummary none;
  EXPECT_FALSE(unit_costs(none, kMachine, {}).per_million_tokens);
  EXPECT_FALSE(unit_costs(none, kMachine, {}).per_thousand_requests);

  TargetSummary uncounted = make_target();  // requests succeeded, tokens were never counted
  uncounted.tokens = {};
  uncounted.rates[0] = {MetricId::kOutputRate, 0, {}};
  const UnitCosts costs = unit_costs(uncounted, kMachine, {});
  EXPECT_FALSE(costs.per_million_tokens || costs.gpu_hours_per_million);
  EXPECT_DOUBLE_EQ(costs.per_thousand_requests->value, 10);

  TargetSummary no_input = make_target();
  no_input.tokens.input = 0;
  const UnitCosts alone = unit_costs(no_input, kMachine, {});
  EXPECT_FALSE(alone.per_million_input);
  EXPECT_DOUBLE_EQ(alone.per_million_output->value, 200);
  EXPECT_DOUBLE_EQ(alone.per_million_tokens->value, 200);
}

TEST(UnitCosts, OfAFreeMachineAreZero) {
  const UnitCosts costs = unit_costs(make_target(), {.gpu_hour = 0.0, .basis = {}}, {});
  EXPECT_EQ(costs.per_million_tokens->value, 0);
  EXPECT_FALSE(costs.tokens_per_s_per_money);
}

TEST(UnitCosts, HaveNoUpperEndWhereTheRateMayBeNothing) {
  TargetSummary t = make_target();
  t.rates[0].interval = stats::Interval{0, 12};
  EXPECT_FALSE(unit_costs(t, kMachine, {}).per_million_tokens->interval);
}

// The machine's time is paid whether an answer came of it or not.
TEST(UnitCosts, NeverFallWhereRequestsFail) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<record::Row> rows;
    add_blocks(rows, {}, 1, 2, 40, seed);
    const RunInput run = make_run({"vllm"});
    const auto cost_of = [&] { return unit_costs(summarise(run, rows).targets[0], kMachine, {}); };
    const UnitCosts before = cost_of();
    Rng rng = Rng::stream(seed, "failures");
    for (int i = 0; i < 8; ++i) {
      record::Row& row = rows[rng.below(rows.size())];
      row.status = Status::kHttpServerError;
      row.error = "failed";
    }
    const UnitCosts after = cost_of();
    EXPECT_GT(after.per_million_tokens->value, before.per_million_tokens->value) << seed;
    EXPECT_GT(after.per_thousand_requests->value, before.per_thousand_requests->value) << seed;
  }
}

LoadPoint point_at(double rate, bool met) {
  LoadPoint point;
  if (rate > 0) point.requests_per_s = Amount{rate, {}};
  point.judged = true;
  point.slos_met = met;
  return point;
}

TEST(BestPoint, IsTheHighestLoadThatKeepsItsObjectives) {
  EXPECT_EQ(best_point(std::vector{point_at(1, true), point_at(5, true), point_at(9, false)}), 1u);
  EXPECT_EQ(best_point(std::vector{point_at(9, false)}), std::nullopt);
  EXPECT_EQ(best_point(std::vector{point_at(0, true)}), std::nullopt);
  EXPECT_EQ(best_point({}), std::nullopt);
}

TEST(Budget, ByHand) {
  LoadPoint point;
  point.requests_per_s = Amount{0.2, stats::Interval{0.16, 0.25}};
  point.tokens_per_request = 150;
  const auto budget = budget_for(point, kMachine, {.utilization = 0.5}, 1);
  // 1 / (0.2 x 0.5) = 10 replicas of 2 GPUs, 7.20 x 730 each; 8 to 13 by the interval.
  EXPECT_EQ(budget->replicas, 10u);
  EXPECT_EQ(budget->gpus, 20u);
  EXPECT_DOUBLE_EQ(budget->monthly->value, 52'560);
  EXPECT_DOUBLE_EQ(budget->monthly->interval->low, 8 * 5256);
  EXPECT_DOUBLE_EQ(budget->monthly->interval->high, 13 * 5256);
  // 2,628,000 requests of 150 tokens
  EXPECT_NEAR(*budget->per_million_tokens, 52'560 / 394.2, 1e-9);
}

TEST(Budget, CountsWholeReplicasAndNoHair) {
  LoadPoint point;
  point.requests_per_s = Amount{0.1, {}};
  const auto replicas = [&](double qps) { return budget_for(point, kMachine, {}, qps)->replicas; };
  EXPECT_EQ(replicas(0.3), 3u);  // 0.3 / 0.1 is a bit above 3 in binary
  EXPECT_EQ(replicas(0.31), 4u);
  EXPECT_EQ(replicas(1e-9), 1u);
  EXPECT_EQ(replicas(1e300), 1'000'000'000'000'000u);
  EXPECT_FALSE(budget_for({}, kMachine, {}, 1));
  EXPECT_FALSE(budget_for(point, kMachine, {}, 0));
}

std::optional<Budget> monthly(double value, double low, double high) {
  Budget budget;
  budget.monthly = Amount{value, stats::Interval{low, high}};
  return budget;
}

TEST(Savings, AreOfTheCheapestAgainstEachOther) {
  const auto all = savings(std::vector{monthly(3050, 3000, 3100), monthly(2640, 2600, 2700),
                                       std::optional<Budget>{}, monthly(2700, 2650, 2800)});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].cheapest, 1u);
  EXPECT_EQ(all[0].other, 0u);
  EXPECT_DOUBLE_EQ(all[0].monthly, 410);
  EXPECT_NEAR(all[0].share, 410.0 / 3050, 1e-12);
  EXPECT_EQ(all[0].certain, true);
  EXPECT_EQ(all[1].other, 3u);
  EXPECT_EQ(all[1].certain, false);
  EXPECT_TRUE(savings(std::vector{monthly(1, 1, 1)}).empty());
}

TEST(Return, ByHand) {
  const Return pays = return_on({.investment = 12'000, .monthly_gain = 2000, .months = 12});
  EXPECT_DOUBLE_EQ(pays.net, 12'000);
  EXPECT_DOUBLE_EQ(*pays.ratio, 1);
  EXPECT_DOUBLE_EQ(*pays.payback_months, 6);
  const Return never = return_on({.investment = 100, .monthly_gain = -1, .months = 10});
  EXPECT_DOUBLE_EQ(never.net, -110);
  EXPECT_FALSE(never.payback_months);
  EXPECT_FALSE(return_on({.monthly_gain = 5}).ratio);
  EXPECT_DOUBLE_EQ(total_cost(100, 12, 50), 1250);
}

// 100 agents, 500 answers a day, 680 ms less for each, 20 days: 188.9 hours a month.
TEST(Waiting, ByHand) {
  const Waiting waiting{.people = 100, .answers_per_day = 500, .days_per_month = 20};
  EXPECT_NEAR(hours_waited(waiting, 0.68), 188.889, 1e-3);
}

class Report : public testing::Test {
 protected:
  static CostRun run_at(const RunInput& input, double rate, double ttft_ms, bool met) {
    CostRun run{&input, {}};
    run.summary.run_id = input.run_id;
    for (const double factor : {1.0, 0.5}) {  // the second target is half as fast
      TargetSummary t = make_target();
      t.rates[1] = {MetricId::kRequestRate, rate * factor, {}};
      t.distributions = {
          {.metric = MetricId::kTtft, .n = 10, .quantiles = {{0.5, ttft_ms / factor}}}};
      t.slos = {{.slo = {}, .value = 1, .met = met}};
      run.summary.targets.push_back(t);
    }
    run.summary.targets[0].target.name = "fast";
    run.summary.targets[1].target.name = "slow";
    return run;
  }
  const RunInput input_ = make_run({"fast", "slow"});
  CostQuestion question_{.machines = {{"fast", kMachine}, {"slow", kMachine}}, .scales = {1, 10}};
};

TEST_F(Report, PlansWithTheHighestLoadThatKeepsItsObjectives) {
  const std::vector<CostRun> runs = {run_at(input_, 0.2, 100, true), run_at(input_, 0.5, 200, true),
                                     run_at(input_, 0.8, 900, false)};
  const auto report = cost_report(runs, question_);
  ASSERT_TRUE(report) << report.error().text();
  ASSERT_EQ(report->targets.size(), 2u);
  EXPECT_EQ(report->targets[0].points.size(), 3u);
  EXPECT_EQ(report->targets[0].best, 1u);
  EXPECT_EQ(report->targets[0].budgets[0]->replicas, 2u);
  EXPECT_EQ(report->targets[1].budgets[0]->replicas, 4u);
  ASSERT_EQ(report->savings[0].size(), 1u);
  EXPECT_EQ(report->savings[0][0].cheapest, 0u);
  EXPECT_DOUBLE_EQ(report->savings[0][0].share, 0.5);
  EXPECT_EQ(report->savings[0][0].certain, std::nullopt);
}

// From slow to fast at 1 request a second: 4 - 2 replicas of 7.20 x 730 = 10,512 a month; 400 less
// 200 ms for 100 people, 500 answers, 20 days are 55.6 hours of 25; a fifth of 5% of 8,000 is 80.
TEST_F(Report, AddsUpWhatAChangeBrings) {
  const std::vector<CostRun> runs = {run_at(input_, 0.5, 200, true)};
  question_.change = ChangeTerms{.from = "slow",
                                 .to = "fast",
                                 .investment = 120'000,
                                 .monthly_benefit = 100,
                                 .waiting = {100, 500, 20, 25},
                                 .revenue = {8'000, 0.05}};
  const auto report = cost_report(runs, question_);
  ASSERT_TRUE(report) << report.error().text();
  const Change& change = *report->change;
  EXPECT_DOUBLE_EQ(change.machines_saved, 10'512);
  EXPECT_NEAR(*change.seconds_saved, 0.2, 1e-12);
  EXPECT_NEAR(change.hours_saved, 55.5556, 1e-3);
  EXPECT_NEAR(change.waiting_saved, 1388.89, 0.01);
  EXPECT_NEAR(change.result.net, (10'512 + 1388.89 + 80 + 100) * 12 - 120'000, 0.1);
  EXPECT_NEAR(change.revenue_gained, 80, 1e-9);
}

TEST(Revenue, IsNeverLostTwice) {
  EXPECT_DOUBLE_EQ(revenue_gained({1'000, 0.1}, -2), -200);
  EXPECT_DOUBLE_EQ(revenue_gained({1'000, 0.9}, -2), -1'000);
  EXPECT_DOUBLE_EQ(revenue_gained({1'000, 0.9}, 2), 1'000);
  EXPECT_DOUBLE_EQ(revenue_gained({}, 2), 0);
}

TEST_F(Report, SaysWhatKeepsAFigureAway) {
  std::vector<CostRun> runs = {run_at(input_, 0.5, 200, false)};
  runs[0].summary.validity = Level::kFail;
  question_.machines["slow"].gpu_hour.reset();
  auto report = cost_report(runs, question_);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->targets[0].best);
  std::string all;
  for (const auto& warning : report->warnings) all += warning + "\n";
  EXPECT_NE(all.find("fast keeps its objectives at no load"), std::string::npos) << all;
  EXPECT_NE(all.find("slow has no price"), std::string::npos) << all;
  EXPECT_EQ(all.find("no target has a price"), std::string::npos) << all;
  EXPECT_NE(all.find("a validity check failed"), std::string::npos) << all;

  auto unpriced = question_;
  unpriced.machines.clear();
  const auto bare = cost_report(runs, unpriced);
  ASSERT_TRUE(bare);
  EXPECT_EQ(std::ranges::count_if(bare->warnings,
                                  [](const std::string& one) { return one.contains("price"); }),
            1);

  question_.change = ChangeTerms{.from = "slow", .to = "fast"};
  EXPECT_EQ(cost_report(runs, question_).error().code, ErrorCode::kInvalidInput);
  question_.change->from = "none";
  EXPECT_EQ(cost_report(runs, question_).error().code, ErrorCode::kNotFound);
  question_.change.reset();
  EXPECT_TRUE(cost_report({}, question_)->targets.empty());
}

}  // namespace
}  // namespace tt::analysis
