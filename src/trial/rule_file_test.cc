#include "trial/rule_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace tt::trial {
namespace {

std::string faults(std::string_view yaml) {
  const auto rules = parse_rules(yaml, "r.yaml");
  return rules ? "no fault" : rules.error().text();
}

TEST(RuleFile, ThatIsBuiltInIsGoodAndUsesEverySignal) {
  const auto rules = parse_rules(builtin_rules_yaml(), "examples/insights.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  EXPECT_EQ(builtin_rules().size(), rules->size());
  for (const auto& kind : analysis::signal_kinds()) {
    EXPECT_NE(std::ranges::find(*rules, kind.name, &analysis::InsightRule::signal), rules->end())
        << kind.name;
  }
}

TEST(RuleFile, SignalsStandInTheDocs) {
  std::ostringstream docs;
  docs << std::ifstream(TT_SOURCE_DIR "/docs/insights.md").rdbuf();
  for (const auto& kind : analysis::signal_kinds()) {
    const std::string row = fmt::format("| `{}` | {} | `{}` |\n", kind.name, kind.meaning,
                                        fmt::join(kind.words, "`, `"));
    EXPECT_NE(docs.str().find(row), std::string::npos) << "docs/insights.md needs\n" << row;
  }
}

TEST(RuleFile, IsReadAsItStands) {
  const auto rules = parse_rules(R"(rules:
  - id: hot
    kind: tuning
    severity: warning
    signal: tail
    limit: 2.5
    chart: latency_distribution
    simple: "{target} waits {times} times"
    technical: "{p99}"
)",
                                 "r.yaml");
  ASSERT_TRUE(rules) << rules.error().text();
  ASSERT_EQ(rules->size(), 1u);
  const auto& rule = rules->front();
  EXPECT_EQ(rule.kind, analysis::InsightKind::kTuning);
  EXPECT_EQ(rule.severity, analysis::InsightSeverity::kWarning);
  EXPECT_EQ(rule.signal, "tail");
  EXPECT_EQ(rule.limit, 2.5);
  EXPECT_EQ(rule.simple, "{target} waits {times} times");
}

TEST(RuleFile, TellsEveryFaultAtOnceWithItsPlace) {
  const auto text = faults(R"(rules:
  - id: a
    kind: risky
    severity: info
    signal: tial
    limit: -1
    chart: x
    simple: y
    technical: z
  - {id: a, kind: risk, severity: info, signal: tail, limit: 1, chart: x, simple: "{p50} {heat}"}
  - 7
)");
  for (const char* expected :
       {"r.yaml:3:11: rules[0].kind: 'risky'", "did you mean risk?", "did you mean tail?",
        "r.yaml:6:12: rules[0].limit: must be 0 or more", "'a' is the id of two rules",
        "rules[1]: needs technical",
        "simple names {heat}, which the signal tail does not tell; it tells target, metric, t"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " is not in\n" << text;
  }
  EXPECT_NE(faults("rules: []").find("holds no rules"), std::string::npos);
  EXPECT_NE(faults("").find("holds no rules"), std::string::npos);
  EXPECT_FALSE(load_rules("/nowhere/rules.yaml"));
}

}  // namespace
}  // namespace tt::trial
