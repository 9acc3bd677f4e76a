#include "app/contest_view.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "app/scenario_view.h"
#include "app/test_gold.h"
#include "report/contest_json.h"

namespace tt::app {
namespace {

using analysis::Contest;
using analysis::RowShape;

// Three targets of one run, made by hand; rows must outlive the contest's making only.
Contest contest(std::vector<double> ttft_ms, const analysis::ContestOptions& options = {}) {
  std::vector<std::string> names = {"vllm", "tgi", "ollama"};
  names.resize(ttft_ms.size());
  analysis::RunInput run = analysis::make_run(names);
  run.load_text = "concurrency 1";
  run.workload_text = "synthetic 50 in, 11 out";
  std::vector<record::Row> rows;
  for (std::uint32_t t = 0; t < ttft_ms.size(); ++t) {
    analysis::add_blocks(rows, RowShape{.target = t, .ttft_ms = ttft_ms[t]},
                         static_cast<std::uint32_t>(ttft_ms.size()), 5, 80, t + 1);
  }
  const analysis::Entry entry{.run = &run, .rows = rows};
  const auto seating = analysis::seat({&entry, 1});
  return analysis::hold_contest({&entry, 1}, seating->tables.front(), options);
}

Contest of_scenario(std::string name, std::vector<double> ttft_ms) {
  Contest one = contest(std::move(ttft_ms));
  one.scenario = std::move(name);
  return one;
}

TEST(ContestView, ThreeSidesAt120) {
  const auto lines = contest_lines(contest({100, 150, 101}), 120);
  expect_within(lines, 120);
  expect_gold(plain_text(lines), "contest_3_sides_120.txt");
}

TEST(ContestView, TwoSidesWithTestsAndGateAt100) {
  const auto lines = contest_lines(contest({100, 150}, {.tests = true}), 100, true);
  expect_within(lines, 100);
  expect_gold(plain_text(lines), "contest_tests_100.txt");
}

TEST(ContestView, ANarrowTerminalLosesNoVerdict) {
  const auto lines = contest_lines(contest({100, 150}), 72);
  expect_within(lines, 72);
  const std::string text = plain_text(lines);
  for (const std::string_view word : {"TTFT p50", "worse", "cannot tell", "Scores"}) {
    EXPECT_NE(text.find(word), std::string::npos) << word << " in\n" << text;
  }
}

TEST(ScenarioView, AWinnerInEachAt90) {
  std::vector<Contest> contests = {of_scenario("chat", {100, 300, 101}),
                                   of_scenario("code-completion", {100, 100}),
                                   of_scenario("a-long-document", {300, 100, 301})};
  contests.push_back(of_scenario("broken", {100, 300}));
  contests.back().comparable = false;
  const auto lines = scenario_lines(contests, 90);
  expect_within(lines, 90);
  expect_gold(plain_text(lines), "scenarios_90.txt");
}

TEST(ContestJson, TwoSides) {
  const Contest c =
      contest({100, 150},
              {.figures = {{analysis::MetricId::kTtft, 0.5}, {analysis::MetricId::kTtft, 0.999}}});
  expect_gold(report::contests_json({&c, 1}, {"other in elsewhere"}), "contest_2_sides.json");
}

}  // namespace
}  // namespace tt::app
