// The sections of reports, each a pure function. Nothing to say: no blocks.
#pragma once

#include <string>
#include <vector>

#include "report/document.h"
#include "report/kinds.h"
#include "report/subject.h"

namespace tt::report {

using Part = std::vector<Block>(const ReportSubject& subject, Audience audience);

// Who is better, and what it means: run_sections.cc
Part answer_part;
Part cards_part;
Part users_part;
Part charts_part;
Part insights_part;
Part trust_part;

// Figures, and how they were come by: figure_sections.cc
Part comparison_part;
Part latency_part;
Part throughput_part;
Part failures_part;
Part configuration_part;
Part method_part;

Part objectives_part;  // slo_sections.cc
Part compliance_part;
Part error_budget_part;

Part recommendation_part;  // decision_sections.cc
Part options_part;
Part scenarios_part;

Part risks_part;  // risk_sections.cc
Part steps_part;

Part regression_part;  // change_sections.cc
Part gate_part;
Part differences_part;

Part cost_part;  // cost_sections.cc
Part business_part;
Part assumptions_part;

Part capacity_part;  // capacity_sections.cc
Part replicas_part;
Part curve_part;
Part probes_part;

Part trend_part;  // trend_sections.cc
Part trend_runs_part;

Part resources_part;   // resource_sections.cc
Part statistics_part;  // statistics_sections.cc

/// "Of 3 scenarios: vllm is better in 2, 1 cannot tell".
std::string scenarios_headline(std::span<const analysis::Contest> contests);
/// The contests are of different scenarios.
bool by_scenario(const ReportSubject& subject);
/// What tells a contest from the others: its scenario, or its target; empty where it is alone.
std::string contest_title(const ReportSubject& subject, const analysis::Contest& contest);

/// Which option to take, and why: the same rule for every section that speaks of it. An option is
/// what goes by one name in all contests.
struct Recommendation {
  std::string option;  // empty: none can be recommended
  std::string headline;
  std::vector<std::string> reasons;
  std::string sureness;              // how sure, and why
  std::vector<std::string> against;  // what speaks for others
};
Recommendation recommend(const ReportSubject& subject);

}  // namespace tt::report
