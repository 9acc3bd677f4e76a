// What is worth knowing of a run, found by rules and ranked: each with its evidence, in a plain and
// a technical wording. The rules are data (examples/insights.yaml, read by trial/rule_file.h); this
// file measures what they ask for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/contest.h"
#include "analysis/input.h"
#include "analysis/slice.h"
#include "record/row.h"

namespace tt::analysis {

enum class InsightKind : std::uint8_t {
  kBestPerformer,
  kSlowdown,
  kOutliers,
  kTradeOff,
  kSlo,
  kBottleneck,
  kRegression,
  kTuning,
  kForecast,
  kRisk,
};
std::string_view insight_kind_name(InsightKind kind);  // "best_performer", ...

enum class InsightSeverity : std::uint8_t { kInfo, kNotice, kWarning, kCritical };
std::string_view insight_severity_name(InsightSeverity severity);  // "info", ...

/// A rule: it speaks where a signal of its name is at least as strong as `limit`. In the wordings
/// {name} stands for what the signal tells.
struct InsightRule {
  std::string id;
  InsightKind kind = InsightKind::kRisk;
  InsightSeverity severity = InsightSeverity::kInfo;
  std::string signal;
  double limit = 0;
  std::string chart;  // the chart that shows it
  std::string simple;
  std::string technical;
};

/// A signal that rules may name, and the words that it tells them.
struct SignalKind {
  std::string_view name;
  std::string_view meaning;
  std::vector<std::string_view> words;
};
std::span<const SignalKind> signal_kinds();

/// Something measured that a rule may speak of. Pure numbers and names; words are the rules'.
struct Signal {
  std::string name;
  std::string target;
  double strength = 0;  // a share or a ratio less 1, as the signal says
  std::string metric;   // "ttft_p50"
  std::map<std::string, std::string> tells;
  std::vector<RowRef> rows;
  std::optional<double> from_s;  // since the run's start
  std::optional<double> to_s;
};

struct Insight {
  std::string rule;
  InsightKind kind = InsightKind::kRisk;
  InsightSeverity severity = InsightSeverity::kInfo;
  std::string simple;
  std::string technical;
  std::string chart;
  Signal evidence;
};

/// Everything measurable of a run; `baseline` is the run to find regressions against. Pure.
std::vector<Signal> find_signals(const Entry& run, const Entry* baseline = nullptr);

/// The rules applied: most severe first, then by how far the signal passes the rule's limit, then
/// in the order of the rules. Of one rule and target only the strongest.
std::vector<Insight> apply_rules(std::span<const Signal> signals,
                                 std::span<const InsightRule> rules);

/// Both.
std::vector<Insight> find_insights(const Entry& run, std::span<const InsightRule> rules,
                                   const Entry* baseline = nullptr);

}  // namespace tt::analysis
