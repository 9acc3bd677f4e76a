#include "app/cost_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

using namespace analysis;

TargetSummary make_target(const std::string& name, double factor, bool met) {
  TargetSummary t;
  t.target.name = name;
  t.counts.ok = 95;
  t.counts.failed = 5;
  t.tokens.input = 19'000;
  t.tokens.output = 9'500;
  t.tokens.mean_input = 200;
  t.tokens.mean_output = 100;
  t.rates = {{MetricId::kOutputRate, 400 * factor, stats::Interval{380 * factor, 420 * factor}},
             {MetricId::kRequestRate, 4 * factor, stats::Interval{3.8 * factor, 4.2 * factor}}};
  t.distributions = {{.metric = MetricId::kTtft, .n = 95, .quantiles = {{0.5, 120 / factor}}}};
  t.slos = {{.slo = {}, .value = 1, .met = met}};
  return t;
}

CostReport make_report(CostQuestion question, bool two_runs) {
  RunInput input;
  input.load_text = "concurrency 16";
  std::vector<CostRun> runs(two_runs ? 2 : 1);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].input = &input;
    runs[i].summary.run_id = "night-2026013" + std::to_string(i) + "-120000";
    const double more = 1 + static_cast<double>(i);
    runs[i].summary.targets = {make_target("vllm", 2 * more, true),
                               make_target("a-name-that-is-rather-long", more, i == 0)};
  }
  question.machines["vllm"] = {.gpu_hour = 6.88, .gpus = 2, .basis = "aws-h100, AWS (2026-11-09)"};
  question.machines["a-name-that-is-rather-long"].gpu_hour = 3.0;
  return *cost_report(runs, std::move(question));
}

TEST(CostView, GoldOfOneRun) {
  const auto lines = cost_lines(make_report({}, false), 100);
  expect_gold(plain_text(lines), "cost_100.txt");
}

TEST(CostView, GoldOfSeveralLoadsAndAChange) {
  CostQuestion question;
  question.terms.currency = "EUR";
  question.terms.utilization = 0.6;
  question.scales = {50};
  question.change = ChangeTerms{.from = "vllm",
                                .to = "a-name-that-is-rather-long",
                                .investment = 20'000,
                                .monthly_benefit = 250,
                                .waiting = {100, 200, 21, 30},
                                .revenue = {80'000, 0.05}};
  const auto lines = cost_lines(make_report(std::move(question), true), 80);
  expect_within(lines, 80);
  expect_gold(plain_text(lines), "cost_change_80.txt");
}

TEST(CostView, DoesWithoutPricesAndRuns) {
  CostQuestion question;
  const auto text = plain_text(cost_lines(*cost_report({}, question), 80));
  EXPECT_NE(text.find("Assumed"), std::string::npos);
  auto report = make_report({}, false);
  for (auto& target : report.targets) {
    target.machine = {};
    target.budgets.assign(3, std::nullopt);
  }
  report.savings.clear();
  EXPECT_NE(plain_text(cost_lines(report, 80)).find("not given"), std::string::npos);
}

}  // namespace
}  // namespace tt::app
