#include "trial/rule_file.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/reader.h"
#include "plan/yaml_tree.h"

namespace tt::trial {
namespace {

using analysis::InsightKind;
using analysis::InsightRule;
using analysis::InsightSeverity;
using plan::Field;
using plan::Value;

using Rules = std::vector<InsightRule>;

// One of an enumeration's names, which run from 0 to `last`.
template <class E>
void read_name(const Value& value, E last, std::string_view (*name_of)(E), E& out) {
  std::string text;
  plan::read_text(value, text);
  if (text.empty()) return;
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.push_back(name_of(static_cast<E>(i)));
    if (names.back() != text) continue;
    out = static_cast<E>(i);
    return;
  }
  value.fault(plan::unknown_word(text, names));
}

void read_signal(const Value& value, InsightRule& rule) {
  plan::read_text(value, rule.signal);
  std::vector<std::string_view> names;
  for (const auto& kind : analysis::signal_kinds()) names.push_back(kind.name);
  if (rule.signal.empty() || std::ranges::find(names, rule.signal) != names.end()) return;
  value.fault(plan::unknown_word(rule.signal, names));
}

void read_limit(const Value& value, InsightRule& rule) {
  plan::read_number(value, rule.limit);
  if (rule.limit < 0 && !value.reader.has_fault(value.path)) value.fault("must be 0 or more");
}

constexpr std::array kRuleFields = {
    Field<InsightRule>{"id", [](const Value& v, InsightRule& r) { read_text(v, r.id); }},
    Field<InsightRule>{"kind",
                       [](const Value& v, InsightRule& r) {
                         read_name(v, InsightKind::kRisk, analysis::insight_kind_name, r.kind);
                       }},
    Field<InsightRule>{"severity",
                       [](const Value& v, InsightRule& r) {
                         read_name(v, InsightSeverity::kCritical, analysis::insight_severity_name,
                                   r.severity);
                       }},
    Field<InsightRule>{"signal", read_signal},
    Field<InsightRule>{"limit", read_limit},
    Field<InsightRule>{"chart", [](const Value& v, InsightRule& r) { read_text(v, r.chart); }},
    Field<InsightRule>{"simple", [](const Value& v, InsightRule& r) { read_text(v, r.simple); }},
    Field<InsightRule>{"technical",
                       [](const Value& v, InsightRule& r) { read_text(v, r.technical); }},
};

// Words in braces must be ones that the signal tells.
void check_words(const Value& value, const InsightRule& rule, std::string_view key,
                 std::string_view wording) {
  const auto kinds = analysis::signal_kinds();
  const auto kind = std::ranges::find(kinds, rule.signal, &analysis::SignalKind::name);
  if (kind == kinds.end()) return;
  while (!wording.empty()) {
    const std::size_t open = wording.find('{');
    const std::size_t close = open == wording.npos ? wording.npos : wording.find('}', open);
    if (close == wording.npos) return;
    const std::string_view word = wording.substr(open + 1, close - open - 1);
    if (std::ranges::find(kind->words, word) == kind->words.end()) {
      value.fault(fmt::format("{} names {{{}}}, which the signal {} does not tell; it tells {}",
                              key, word, rule.signal, fmt::join(kind->words, ", ")));
    }
    wording.remove_prefix(close + 1);
  }
}

void read_rule(const Value& value, Rules& rules) {
  InsightRule rule;
  read_section(value, kRuleFields, rule);
  if (value.node.kind != plan::YamlNode::Kind::kMap) return;
  for (const auto& field : kRuleFields) {
    if (!value.reader.has(fmt::format("{}.{}", value.path, field.key))) {
      value.fault(fmt::format("needs {}", field.key));
    }
  }
  check_words(value, rule, "simple", rule.simple);
  check_words(value, rule, "technical", rule.technical);
  rules.push_back(std::move(rule));
}

constexpr std::array kFileFields = {
    Field<Rules>{"rules",
                 [](const Value& v, Rules& rules) {
                   plan::read_list(v, [&](const Value& item) { read_rule(item, rules); });
                 }},
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys = {"rules"};
  for (const auto& field : kRuleFields) keys.push_back(fmt::format("rules[].{}", field.key));
  return keys;
}

}  // namespace

std::expected<Rules, plan::PlanFaults> parse_rules(std::string_view yaml, std::string_view name) {
  const auto tree = plan::read_yaml(yaml, name);
  if (!tree) return std::unexpected(plan::one_fault(tree.error()));
  Rules rules;
  plan::PlanReader reader(name, all_keys());
  if (tree->kind != plan::YamlNode::Kind::kNull) {
    read_section(Value{reader, *tree, ""}, kFileFields, rules);
  }
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].id.empty() || ids.insert(rules[i].id).second) continue;
    reader.fault_at_path({ErrorCode::kInvalidInput,
                          fmt::format("'{}' is the id of two rules", rules[i].id),
                          fmt::format("rules[{}].id", i)});
  }
  if (rules.empty() && !reader.any_fault()) reader.fault(*tree, "", "holds no rules");
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(plan::PlanFaults{std::move(faults)});
  return rules;
}

std::expected<Rules, plan::PlanFaults> load_rules(const std::string& path) {
  const auto text = plan::read_yaml_file(path);
  if (!text) return std::unexpected(plan::one_fault(text.error()));
  return parse_rules(*text, path);
}

const Rules& builtin_rules() {
  // A test holds that the file is good.
  static const Rules kRules =
      parse_rules(builtin_rules_yaml(), "examples/insights.yaml").value_or(Rules{});
  return kRules;
}

}  // namespace tt::trial
