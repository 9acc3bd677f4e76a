// The rules that are built in, on made-up runs.
#include "analysis/insights.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "trial/rule_file.h"

namespace tt::trial {
namespace {

using namespace analysis;

using record::Row;

struct TestRun {
  RunInput input;
  std::vector<Row> rows;

  TestRun(const std::string& id, const std::vector<RowShape>& shapes, std::uint32_t count = 100)
      : input(make_run({})) {
    input.run_id = id;
    const std::vector<std::string> names = {"vllm", "tgi", "ollama"};
    for (std::uint32_t t = 0; t < shapes.size(); ++t) {
      input.targets.push_back({names[t], names[t], "model"});
      RowShape shape = shapes[t];
      shape.target = t;
      add_blocks(rows, shape, static_cast<std::uint32_t>(shapes.size()), 5, count, t + 1);
    }
  }
  Entry entry() const { return {.run = &input, .rows = rows}; }
};

const Insight* find(const std::vector<Insight>& insights, std::string_view rule) {
  const auto found = std::ranges::find(insights, rule, &Insight::rule);
  return found == insights.end() ? nullptr : &*found;
}

TEST(InsightRules, AreOfEveryKindAndDistinct) {
  std::set<std::string_view> ids;
  std::set<InsightKind> kinds;
  for (const InsightRule& rule : builtin_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    kinds.insert(rule.kind);
    EXPECT_FALSE(rule.chart.empty());
    EXPECT_NE(rule.simple, rule.technical);
  }
  EXPECT_EQ(kinds.size(), 10u);
}

TEST(Insights, NameTheBestWithEvidence) {
  const TestRun run("run", {{.ttft_ms = 50}, {.ttft_ms = 150}});
  const auto insights = find_insights(run.entry(), builtin_rules());
  const Insight* best = find(insights, "best");
  ASSERT_NE(best, nullptr);
  EXPECT_EQ(best->evidence.target, "vllm");
  EXPECT_EQ(best->evidence.metric, "output_tokens_per_s");
  EXPECT_TRUE(best->simple.starts_with("vllm is the best choice here: ")) << best->simple;
  for (const Insight& one : insights) {
    const auto kind = std::ranges::find(signal_kinds(), one.evidence.name, &SignalKind::name);
    ASSERT_NE(kind, signal_kinds().end()) << one.evidence.name;
    for (const auto& [word, text] : one.evidence.tells) {
      EXPECT_NE(std::ranges::find(kind->words, word), kind->words.end()) << word;
    }
    EXPECT_EQ(one.simple.find('{'), std::string::npos) << one.simple;
    EXPECT_EQ(one.technical.find('{'), std::string::npos) << one.technical;
  }
}

TEST(Insights, FailuresAreCriticalAndComeFirst) {
  TestRun run("run", {{.ttft_ms = 50}});
  for (std::size_t i = 0; i < run.rows.size(); i += 10) {
    run.rows[i].status = Status::kOverloaded;
  }
  const auto insights = find_insights(run.entry(), builtin_rules());
  ASSERT_FALSE(insights.empty());
  EXPECT_EQ(insights[0].rule, "errors");
  EXPECT_EQ(insights[0].severity, InsightSeverity::kCritical);
  EXPECT_EQ(insights[0].simple, "vllm failed 10.0% of its requests: users will notice.");
  EXPECT_EQ(insights[0].evidence.rows.size(), 20u);
  EXPECT_EQ(insights[0].evidence.tells.at("status"), "overloaded");
}

TEST(Insights, SlowingDownIsSeenWithItsTime) {
  TestRun run("run", {{.ttft_ms = 100}}, 200);
  for (std::size_t i = run.rows.size() / 2; i < run.rows.size(); ++i) {
    const Nanos late = 150 * kMillisecond;
    run.rows[i].first_token += late;
    run.rows[i].last_token += late;
    run.rows[i].end += late;
  }
  const auto insights = find_insights(run.entry(), builtin_rules());
  const Insight* slow = find(insights, "degradation");
  ASSERT_NE(slow, nullptr);
  EXPECT_GT(slow->evidence.strength, 0.5);
  ASSERT_TRUE(slow->evidence.from_s);
  EXPECT_GT(*slow->evidence.from_s, 0);
  EXPECT_EQ(find(find_insights(TestRun("even", {{.ttft_ms = 100}}, 200).entry(), builtin_rules()),
                 "degradation"),
            nullptr);
}

TEST(Insights, MissedAndNarrowObjectives) {
  TestRun run("run", {{.ttft_ms = 100}});
  run.input.slos = {*make_slo("ttft", 0.5, 50e6, "ttft_p50=50ms"),
                    *make_slo("ttft", 0.5, 105e6, "ttft_p50=105ms")};
  const auto insights = find_insights(run.entry(), builtin_rules());
  ASSERT_NE(find(insights, "slo_missed"), nullptr);
  EXPECT_NE(find(insights, "slo_missed")->simple.find("ttft_p50=50ms"), std::string::npos);
  ASSERT_NE(find(insights, "slo_close"), nullptr);
}

TEST(Insights, TradeOffsNeedBothSides) {
  const TestRun run("run", {{.ttft_ms = 200, .gap_ms = 5, .tokens = 101},
                            {.ttft_ms = 50, .gap_ms = 10, .tokens = 101}});
  const auto insights = find_insights(run.entry(), builtin_rules());
  const Insight* trade = find(insights, "trade_off");
  ASSERT_NE(trade, nullptr);
  EXPECT_EQ(trade->evidence.target, "vllm");
  EXPECT_EQ(trade->evidence.tells.at("other"), "tgi");
}

TEST(Insights, BottlenecksByTheEnginesOwnTimesAndAdvice) {
  TestRun run("run", {{.ttft_ms = 100}});
  for (Row& row : run.rows) {
    row.engine.queue_ns = 80 * kMillisecond;
    row.engine.prefill_ns = 10 * kMillisecond;
    row.engine.decode_ns = 50 * kMillisecond;
  }
  const auto insights = find_insights(run.entry(), builtin_rules());
  ASSERT_NE(find(insights, "queue"), nullptr);
  EXPECT_NE(find(insights, "tune_queue"), nullptr);
  EXPECT_EQ(find(insights, "prefill"), nullptr);
}

TEST(Insights, AQueueThatTheEngineDoesNotTellIsWhatPrefillLeaves) {
  TestRun run("run", {{.ttft_ms = 1000}});
  for (Row& row : run.rows) {
    row.engine.prefill_ns = 10 * kMillisecond;
    row.engine.decode_ns = 100 * kMillisecond;
  }
  EXPECT_NE(find(find_insights(run.entry(), builtin_rules()), "queue"), nullptr);
  for (Row& row : run.rows) row.engine = {};
  EXPECT_EQ(find(find_insights(run.entry(), builtin_rules()), "queue"), nullptr);
  EXPECT_NE(find(find_insights(run.entry(), builtin_rules()), "first_token"), nullptr);
}

TEST(Insights, RegressionAgainstTheBaseline) {
  const TestRun before("before", {{.ttft_ms = 100}});
  const TestRun after("after", {{.ttft_ms = 160}});
  const Entry baseline = before.entry();
  const auto insights = find_insights(after.entry(), builtin_rules(), &baseline);
  const Insight* worse = find(insights, "regression");
  ASSERT_NE(worse, nullptr);
  EXPECT_NE(worse->simple.find("since the baseline before"), std::string::npos) << worse->simple;
  EXPECT_EQ(find(find_insights(baseline, builtin_rules(), &baseline), "regression"), nullptr);
}

TEST(Insights, ARuleOfOnesOwnSpeaksFromItsLimitOn) {
  Signal signal{.name = "heat", .target = "vllm", .strength = 0.5, .tells = {{"how", "hot"}}};
  const InsightRule rules[] = {
      {"warm", InsightKind::kRisk, InsightSeverity::kInfo, "heat", 0.5, "c", "{how}!", "{unknown}"},
      {"boiling", InsightKind::kRisk, InsightSeverity::kCritical, "heat", 0.6, "c", "a", "b"}};
  const auto insights = apply_rules({&signal, 1}, rules);
  ASSERT_EQ(insights.size(), 1u);
  EXPECT_EQ(insights[0].simple, "hot!");
  EXPECT_EQ(insights[0].technical, "{unknown}");
}

TEST(Insights, OfNothingAreNone) {
  const RunInput run = make_run({});
  const Entry entry{.run = &run, .rows = {}};
  EXPECT_TRUE(find_insights(entry, builtin_rules()).empty());
}

}  // namespace
}  // namespace tt::trial
