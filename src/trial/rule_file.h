// The rules of the insights as a file, YAML or JSON: docs/insights.md. examples/insights.yaml is
// built in.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/insights.h"
#include "plan/plan.h"

namespace tt::trial {

/// Every fault at once, with its place: signals that do not exist, words that a signal does not
/// tell, ids given twice.
std::expected<std::vector<analysis::InsightRule>, plan::PlanFaults> parse_rules(
    std::string_view yaml, std::string_view name);
std::expected<std::vector<analysis::InsightRule>, plan::PlanFaults> load_rules(
    const std::string& path);

/// The rules that come with the program.
std::string_view builtin_rules_yaml();
const std::vector<analysis::InsightRule>& builtin_rules();

}  // namespace tt::trial
