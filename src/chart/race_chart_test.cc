// The race of a run's targets.
#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/option.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

Chart race_of(const Input& input) {
  const Chart chart = make_chart(*find_chart("race"), input);
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size());
  if (!chart.has_picture()) return chart;
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  EXPECT_TRUE(svg) << (svg ? "" : svg.error().message);
  EXPECT_EQ(svg.value_or("").find("NaN"), std::string::npos);
  return chart;
}

TEST(Race, TheTargetThatDeliversMoreIsFirst) {
  // The same requests, of which one target answers a half: half as much by every instant.
  auto run = test_run({{"half", 200, 40, 0}, {"full", 200, 40, 0}});
  auto& rows = run.view.slices[0].rows;
  std::vector<std::uint32_t> fewer;
  for (std::size_t i = 0; i < rows.size(); i += 2) fewer.push_back(rows[i]);
  rows = fewer;
  const auto chart = race_of(run.input());
  ASSERT_EQ(chart.table.rows.size(), 2);
  EXPECT_EQ(std::get<std::string>(chart.table.rows[0][0]), "full");
  EXPECT_EQ(std::get<double>(chart.table.rows[0][1]), 1);
  for (std::size_t instant = 2; instant < 6; ++instant) {
    const double full = std::get<double>(chart.table.rows[0][instant]);
    const double half = std::get<double>(chart.table.rows[1][instant]);
    EXPECT_NEAR(half / full, 0.5, 0.05) << chart.table.columns[instant];
  }
  // Twenty tokens each.
  EXPECT_NEAR(std::get<double>(chart.table.rows[0][5]), 200 * 20, 60);
  EXPECT_NE(chart.subtitle.find("full with"), std::string::npos) << chart.subtitle;
  EXPECT_NE(chart.subtitle.find("In front all the way."), std::string::npos) << chart.subtitle;
  EXPECT_EQ(chart.panels.size(), 4);
  EXPECT_EQ(chart.subtitle.find("none to rely on"), std::string::npos) << chart.subtitle;
  const auto even = race_of(test_run({{"a", 200, 40, 0}, {"b", 200, 40, 0}}).input());
  EXPECT_NE(even.subtitle.find("So small a lead is none to rely on."), std::string::npos)
      << even.subtitle;
}

TEST(Race, ALeadThatChangesHandsIsSaid) {
  // Twice as many requests as the other answers, but only in its first quarter.
  auto run = test_run({{"sprinter", 400, 40, 0}, {"runner", 400, 40, 0}});
  std::vector<std::uint32_t> every_second;
  for (std::size_t i = 0; i < 400; i += 2) {
    every_second.push_back(run.view.slices[1].rows[i]);
  }
  run.view.slices[1].rows = every_second;
  auto& rows = run.view.slices[0].rows;
  const auto last = rows.back();
  rows.resize(100);
  rows.push_back(last);
  const auto chart = race_of(run.input());
  EXPECT_EQ(std::get<std::string>(chart.table.rows.at(0)[0]), "runner");
  EXPECT_NE(chart.subtitle.find("Not in front before"), std::string::npos) << chart.subtitle;
}

TEST(Race, ManyTargetsAndNone) {
  std::vector<TestTarget> many;
  for (int i = 0; i < 20; ++i) many.push_back({"target-" + std::to_string(i), 40});
  const auto chart = race_of(test_run(many).input());
  EXPECT_EQ(chart.table.rows.size(), 20);
  EXPECT_NE(chart.subtitle.find("Not shown, but in the table: 10 more."), std::string::npos)
      << chart.subtitle;
  race_of(test_run({{"<i>&{c}\n", 60}, {std::string(300, 'e'), 60, 20'000}}).input());
  const auto failed =
      race_of(test_run({{.name = "a", .requests = 30, .failed = 30}, {.name = "b", .requests = 0}})
                  .input());
  EXPECT_NE(failed.empty.find("none of the 30 measured requests succeeded"), std::string::npos)
      << failed.empty;
  EXPECT_EQ(race_of(test_run({{"alone"}}).input()).empty,
            "This chart compares targets, and the run has only one.");
}

}  // namespace
}  // namespace tt::chart
