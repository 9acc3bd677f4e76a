// The matrix of scenarios and targets.
#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

Chart drawn(const std::vector<analysis::Contest>& contests) {
  Input input;
  input.scenarios = contests;
  const Chart chart = make_chart(*find_chart("scenarios"), input);
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size());
  if (!chart.has_picture()) return chart;
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  EXPECT_TRUE(svg) << (svg ? "" : svg.error().message);
  EXPECT_EQ(svg.value_or("").find("<img"), std::string::npos);
  return chart;
}

// Each of these is a scenario: two targets, and by how much the first is better (1: the same).
analysis::Contest contest_of(const std::string& scenario, const std::vector<std::string>& names,
                             std::vector<std::optional<double>> values,
                             std::optional<std::size_t> winner, bool tie = false) {
  analysis::Contest contest;
  contest.scenario = scenario;
  for (const auto& name : names) contest.sides.push_back({.label = name, .target = name});
  const analysis::Figure figure{.metric = analysis::MetricId::kTtft, .quantile = 0.5};
  contest.answer.primary = figure;
  analysis::ContestFigure one{.figure = figure};
  one.values = std::move(values);
  one.winner = {.figure = figure, .target = winner, .tie = tie};
  contest.figures.push_back(one);
  return contest;
}

TEST(Scenarios, WinnersMarginsAndWhyThereIsNone) {
  auto apart = contest_of("apart", {"vllm", "tgi"}, {10, 20}, 0);
  apart.comparable = false;
  const auto chart = drawn({contest_of("chat", {"vllm", "tgi"}, {50, 200}, 0),
                            contest_of("code", {"tgi", "vllm", "ollama"}, {80, 100, 400}, 0),
                            contest_of("even", {"vllm", "tgi"}, {50, 50}, std::nullopt, true),
                            contest_of("wild", {"vllm", "tgi"}, {50, 90}, std::nullopt), apart});
  ASSERT_EQ(chart.table.rows.size(), 5);
  const auto text = [&](std::size_t row, std::size_t column) {
    return std::get<std::string>(chart.table.rows[row][column]);
  };
  EXPECT_EQ(text(0, 5), "vllm");
  EXPECT_EQ(std::get<double>(chart.table.rows[0][6]), 75) << "50 ms against 200 ms";
  EXPECT_EQ(text(1, 5), "tgi");
  EXPECT_NEAR(std::get<double>(chart.table.rows[1][6]), 20, 1e-9) << "against the next best";
  EXPECT_EQ(text(2, 5), "the same");
  EXPECT_EQ(text(3, 5), "cannot tell");
  EXPECT_EQ(text(4, 5), "not comparable");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(chart.table.rows[0][4])) << "not in it";
  EXPECT_EQ(chart.subtitle,
            "Of 5 scenarios: vllm is better in 1, tgi is better in 1, all are the same in 1, 1 "
            "cannot be told and 1 not comparable.");
  const auto svg = Renderer::create(kClock).value().svg(chart, {}).value();
  for (const char* words :
       {"75.0% less", "cannot tell", "not in it", "the same", "not comparable"}) {
    EXPECT_NE(svg.find(words), std::string::npos) << words;
  }
}

TEST(Scenarios, OfRunsAndWithHostileNames) {
  auto chat = test_run({{"vllm", 200, 40}, {"tgi", 200, 90}});
  chat.view.run.scenario = "<img src=x>\n=cmd()";
  chat.compare();
  auto code = test_run({{"vllm", 200, 40}, {std::string(300, 'x'), 200, 41}});
  code.view.run.scenario = std::string(300, 's');
  code.compare();
  const auto chart = drawn({*chat.contest, *code.contest});
  EXPECT_TRUE(chart.has_picture()) << chart.empty;
  EXPECT_EQ(chart.table.rows.size(), 2);
}

TEST(Scenarios, WhatCannotBeDrawnIsSaid) {
  const auto one = contest_of("chat", {"vllm", "tgi"}, {50, 200}, 0);
  Input input;
  EXPECT_FALSE(fits(*find_chart("scenarios"), input));
  const auto run = test_run({{"a"}, {"b"}});
  EXPECT_NE(make_chart(*find_chart("scenarios"), run.input()).empty.find("two or more scenarios"),
            std::string::npos);
  const auto nothing = contest_of("chat", {"vllm", "tgi"}, {std::nullopt, std::nullopt}, {});
  EXPECT_EQ(drawn({nothing, nothing}).empty,
            "Nothing to compare: no scenario has a figure to decide by.");
}

}  // namespace
}  // namespace tt::chart
