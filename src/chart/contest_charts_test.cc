// The charts of a comparison.
#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;
constexpr const char* kCharts[] = {"differences", "winners", "radar-5", "radar-8"};

void expect_drawn(const Input& input, const std::string& what) {
  for (const char* id : kCharts) {
    const Chart chart = make_chart(*find_chart(id), input);
    ASSERT_TRUE(chart.has_picture()) << what << " " << id << ": " << chart.empty;
    EXPECT_FALSE(chart.subtitle.empty());
    EXPECT_FALSE(chart.table.rows.empty());
    for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size());
    const auto svg = Renderer::create(kClock).value().svg(chart, {});
    ASSERT_TRUE(svg) << what << " " << id << ": " << svg.error().message;
    EXPECT_EQ(svg->find("NaN"), std::string::npos) << what << " " << id;
    EXPECT_EQ(svg->find("<img"), std::string::npos) << what << " " << id;
  }
}

TEST(ContestCharts, TwoToFiveTargets) {
  auto two = test_run({{"vllm", 200, 40}, {"tgi", 200, 90}});
  two.compare();
  expect_drawn(two.input(), "two");
  auto five = test_run({{"a", 60}, {"b", 60, 80}, {"c", 60, 51}, {"d", 60, 900}, {"e", 60, 50}});
  five.compare();
  expect_drawn(five.input(), "five");
  auto extreme = test_run({{"fast", 60, 0.02}, {"slow", 60, 20'000}});
  extreme.compare();
  expect_drawn(extreme.input(), "six orders of magnitude");
}

TEST(ContestCharts, NamesOfOthersAreText) {
  auto run =
      test_run({{"<img src=x>{a|b}", 60, 40}, {"=cmd()\n\u202E\"'&%" + std::string(200, 'x'), 60}});
  run.compare();
  expect_drawn(run.input(), "hostile names");
}

TEST(ContestCharts, WhatCannotBeComparedIsSaid) {
  auto run = test_run({{"a", 0}, {"b", 0}});
  run.compare();
  for (const char* id : kCharts) {
    const Chart chart = make_chart(*find_chart(id), run.input());
    EXPECT_FALSE(chart.has_picture()) << id;
    EXPECT_TRUE(chart.empty.starts_with("Nothing to")) << chart.empty;
  }
  const auto alone = test_run({{"a"}});
  EXPECT_EQ(make_chart(*find_chart("differences"), alone.input()).empty,
            "This chart compares targets, and the run has only one.");
  const auto six = test_run({{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}});
  EXPECT_EQ(make_chart(*find_chart("winners"), six.input()).empty,
            "This chart compares two to five targets, and there are more.");
}

TEST(ContestCharts, DifferencesAreThoseOfTheContest) {
  auto run = test_run({{"base", 200, 100, 0.05}, {"half", 200, 50, 0.05}});
  run.compare();
  const Chart chart = make_chart(*find_chart("differences"), run.input());
  const auto& row = chart.table.rows.at(0);
  EXPECT_EQ(std::get<std::string>(row.at(0)), "TTFT p50");
  EXPECT_EQ(std::get<std::string>(row.at(1)), "half");
  EXPECT_NEAR(std::get<double>(row.at(5)), -50, 2);
  EXPECT_LT(std::get<double>(row.at(6)), std::get<double>(row.at(5)));
  EXPECT_EQ(std::get<std::string>(row.at(8)), "better");
  const Chart winners = make_chart(*find_chart("winners"), run.input());
  EXPECT_EQ(std::get<std::string>(winners.table.rows.at(0).at(3)), "half");
  // In the picture the last column says so, and where there is no winner why.
  EXPECT_NE(winners.option.find(R"("base"},{"value":"half"},{"value":"best"})"), std::string::npos)
      << winners.option;
  EXPECT_NE(winners.option.find(R"("cannot tell")"), std::string::npos) << winners.option;
}

TEST(ContestCharts, WhatIsNoNameBeginsASentence) {
  auto run = test_run({{"a", 100, 100, 0.05}, {"b", 100, 100, 0.05}});
  run.compare();
  auto contest = *run.input().contest;
  contest.comparable = false;
  contest.answer.headline =
      "not comparable: failed the check \"Client sends in time\" (a: lag 9 ms; use more)";
  auto input = run.input();
  input.contest = &contest;
  const Chart chart = make_chart(*find_chart("differences"), input);
  EXPECT_TRUE(chart.subtitle.starts_with(
      "Not comparable: failed the check \"Client sends in time\". Against a"))
      << chart.subtitle;
}

TEST(ContestCharts, WordsStandOnTheSideOfTheDifference) {
  auto run = test_run({{"base", 200, 100, 0.05}, {"half", 200, 50, 0.05}});
  run.compare();
  const Chart chart = make_chart(*find_chart("differences"), run.input());
  const auto svg = Renderer::create(kClock).value().svg(chart, {}).value();
  const auto tag_of = [&](const std::string& words) {
    const auto end = svg.find(words + "</text>");
    return end == std::string::npos ? "" : svg.substr(svg.rfind("<text", end), 200);
  };
  EXPECT_NE(tag_of("better").find("text-anchor=\"end\""), std::string::npos) << tag_of("better");
  ASSERT_NE(tag_of(">0 points  cannot tell"), "");
  EXPECT_EQ(tag_of(">0 points  cannot tell").find("text-anchor=\"end\""), std::string::npos);
}

TEST(ContestCharts, ADimensionThatNobodyToldIsLeftOut) {
  auto run = test_run({{"a", 100, 40}, {"b", 100, 80}});
  run.compare();
  const Chart without = make_chart(*find_chart("radar-8"), run.input());
  EXPECT_EQ(without.table.rows.size(), 4);
  EXPECT_NE(without.subtitle.find("memory"), std::string::npos) << without.subtitle;
  // Telemetry tells of the cache of both: then it is drawn, as what stays free.
  const auto* spec = &analysis::resource_specs().front();
  ASSERT_EQ(spec->key, "kv_cache");
  std::vector<analysis::ResourcesView> told(2);
  for (double peak : {0.25, 0.5}) {
    auto& view = told[peak == 0.25 ? 0 : 1];
    view.figures.push_back({.spec = spec, .source = "x", .mean = peak, .peak = peak, .line = {}});
  }
  Input input = run.input();
  input.resources = told;
  const Chart with = make_chart(*find_chart("radar-8"), input);
  ASSERT_EQ(with.table.rows.size(), 5);
  EXPECT_EQ(std::get<std::string>(with.table.rows[4][0]), "memory");
  EXPECT_EQ(std::get<double>(with.table.rows[4][1]), 75);
  EXPECT_EQ(std::get<double>(with.table.rows[4][2]), 50);
}

}  // namespace
}  // namespace tt::chart
