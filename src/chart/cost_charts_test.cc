// The charts of cost and energy.
#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

/// A run and what its machines cost; a price of 0 is none.
struct PricedRun {
  TestRun run;
  std::optional<analysis::CostReport> report;

  PricedRun(TestRun made, std::vector<double> prices, std::optional<double> joules = {})
      : run(std::move(made)) {
    const auto& input = run.view.run;
    analysis::CostQuestion question;
    for (std::size_t t = 0; t < input.targets.size(); ++t) {
      auto& machine = question.machines[input.targets[t].name];
      if (prices[t] > 0) machine.gpu_hour = prices[t];
      machine.basis = prices[t] > 0 ? "--price" : "";
    }
    std::vector<analysis::CostRun> runs = {{&input, analysis::summarise(input, run.rows), {}}};
    runs[0].joules_per_output_token.assign(input.targets.size(), joules);
    report = analysis::cost_report(runs, question).value();
  }
  Input input() const {
    Input input = run.input();
    input.cost = &*report;
    return input;
  }
};

Chart drawn(const char* id, const Input& input) {
  const Chart chart = make_chart(*find_chart(id), input);
  EXPECT_TRUE(chart.has_picture()) << id << ": " << chart.empty;
  EXPECT_TRUE(fits(*find_chart(id), input)) << id;
  EXPECT_FALSE(chart.table.rows.empty());
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size()) << id;
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  EXPECT_TRUE(svg) << id;
  EXPECT_EQ(svg.value_or("").find("NaN"), std::string::npos) << id;
  return chart;
}

TEST(CostCharts, OneThreeFiveTargets) {
  const PricedRun one(test_run({{"alone", 60, 40}}), {2}, 0.5);
  const PricedRun three(test_run({{"a", 60, 40}, {"b", 60, 50}, {"<i>&{c}", 60, 45}}), {1, 2, 0});
  const PricedRun five(
      test_run({{"a", 60}, {"b", 60}, {"c", 60, 20'000}, {"d", 60}, {std::string(300, 'e'), 60}}),
      {1, 20, 300, 4e3, 5e4});
  for (const auto* run : {&one, &three, &five}) {
    drawn("cost", run->input());
    drawn("cost-performance", run->input());
    drawn("cost-month", run->input());
  }
  drawn("energy", one.input());
}

TEST(CostCharts, MoneyIsThatOfTheReport) {
  const PricedRun run(test_run({{"dear", 60, 40, 0.1}, {"cheap", 60, 40, 0.1}}), {4, 2});
  const auto chart = drawn("cost", run.input());
  const auto& cost = run.report->targets[0].points[0].costs;
  EXPECT_EQ(std::get<double>(chart.table.rows[0][5]), cost.per_million_tokens->value);
  EXPECT_TRUE(chart.subtitle.starts_with("A million tokens, in and out: cheap $"))
      << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("dear 10"), std::string::npos) << chart.subtitle;
}

TEST(CostCharts, WithoutPricesTheWayToOneIsSaid) {
  const PricedRun run(test_run({{"a", 60}, {"b", 60}}), {0, 0});
  for (const char* id : {"cost", "cost-month", "cost-performance"}) {
    const Entry& entry = *find_chart(id);
    EXPECT_FALSE(fits(entry, run.input())) << id;
    EXPECT_NE(make_chart(entry, run.input()).empty.find("--price"), std::string::npos) << id;
  }
  EXPECT_NE(make_chart(*find_chart("energy"), run.input()).empty.find("That is not 0"),
            std::string::npos);
  EXPECT_FALSE(make_chart(*find_chart("cost"), run.run.input()).has_picture());
}

TEST(CostCharts, NothingAnsweredCostsNothingThatCouldBeDrawn) {
  const PricedRun run(test_run({{.name = "a", .requests = 30, .failed = 30}}), {2});
  EXPECT_FALSE(make_chart(*find_chart("cost"), run.input()).has_picture());
  EXPECT_NE(make_chart(*find_chart("cost-month"), run.input()).empty.find("no target kept"),
            std::string::npos);
}

}  // namespace
}  // namespace tt::chart
