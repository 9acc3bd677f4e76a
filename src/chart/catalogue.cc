#include "chart/catalogue.h"

#include <algorithm>
#include <vector>

#include "chart/charts.h"

namespace tt::chart {

using enum analysis::MetricId;

std::span<const Entry> catalogue() {
  static const std::vector<Entry> kEntries = {
      dashboard_chart(),
      differences_chart(),
      winners_chart(),
      scenarios_chart(),
      race_chart(),
      radar_chart(false),
      radar_chart(true),
      distribution_chart(kTtft),
      distribution_chart(kTpot),
      distribution_chart(kE2e),
      distribution_chart(kItl),
      output_rate_chart(),
      ecdf_chart(kTtft),
      ecdf_chart(kTpot),
      ecdf_chart(kE2e),
      ecdf_chart(kItl),
      percentiles_chart(kTtft),
      percentiles_chart(kTpot),
      percentiles_chart(kE2e),
      percentiles_chart(kItl),
      spread_chart(kTtft),
      spread_chart(kTpot),
      spread_chart(kE2e),
      over_time_chart(kTtft),
      over_time_chart(kTpot),
      over_time_chart(kE2e),
      heatmap_chart(kTtft),
      heatmap_chart(kE2e),
      time_load_chart(),
      throughput_time_chart(),
      errors_time_chart(),
      errors_by_kind_chart(),
      errors_by_load_chart(),
      errors_by_input_chart(),
      timeouts_chart(),
      client_health_chart(),
      warmup_chart(),
      shift_chart(kTtft),
      shift_chart(kTpot),
      shift_chart(kE2e),
      dependence_chart(kTtft),
      dependence_chart(kTpot),
      dependence_chart(kE2e),
      input_tokens_chart(),
      output_tokens_chart(),
      token_counts_chart(),
      correlations_chart(),
      request_lanes_chart(),
      request_waterfall_chart(),
      token_gaps_chart(),
      concurrency_timeline_chart(),
      breakdown_chart(),
      health_chart(),
      engine_queue_chart(),
      engine_cache_chart(),
      gpu_chart(),
      host_chart(),
      trend_chart(),
      cost_chart(),
      monthly_cost_chart(),
      cost_performance_chart(),
      energy_chart(),
      load_chart(),
      latency_by_load_chart(),
      ridgeline_chart(),
      pareto_chart(),
      throughput_latency_chart(),
      scalability_chart(),
      radar_load_chart(),
      cost_load_chart(),
  };
  return kEntries;
}

std::string_view level_name(Level level) {
  return level == Level::kSimple ? "simple" : "technical";
}

std::string_view needs_name(Needs needs) {
  switch (needs) {
    case Needs::kRun:
      return "run";
    case Needs::kTargets:
      return "targets";
    case Needs::kCurve:
      return "group";
    case Needs::kResources:
      return "telemetry";
    case Needs::kContest:
      return "comparison";
    case Needs::kCost:
      return "cost";
    case Needs::kHistory:
      return "runs";
    case Needs::kScenarios:
      return "scenarios";
  }
  return "";
}

const Entry* find_chart(std::string_view id) {
  const auto all = catalogue();
  const auto found = std::ranges::find(all, id, &Entry::id);
  return found == all.end() ? nullptr : &*found;
}

namespace {

bool has_needed(Needs needs, const Input& input) {
  switch (needs) {
    case Needs::kRun:
      return input.run != nullptr;
    case Needs::kTargets:
      return input.run != nullptr && input.run->run.targets.size() >= 2;
    case Needs::kCurve:
      return input.curve != nullptr;
    case Needs::kResources:
      return input.run != nullptr && !input.resources.empty();
    case Needs::kContest:
      return input.contest != nullptr;
    case Needs::kCost:
      return input.cost != nullptr;
    case Needs::kHistory:
      return input.trend != nullptr && input.trend->run_ids.size() >= 2;
    case Needs::kScenarios:
      return input.scenarios.size() >= 2;
  }
  return false;
}

std::string lacks(Needs needs, const Input& input) {
  if (needs == Needs::kCurve) {
    return "This chart is made of a sweep or a search for capacity, not of one run.";
  }
  if (input.run == nullptr) return "This chart is made of runs, not of a group of runs.";
  const bool alone = input.run->run.targets.size() < 2;
  switch (needs) {
    case Needs::kTargets:
      return "This chart compares targets, and the run has only one.";
    case Needs::kContest:
      return alone ? "This chart compares targets, and the run has only one."
                   : "This chart compares two to five targets, and there are more.";
    case Needs::kHistory:
      return "This chart is made of two or more runs; name several.";
    case Needs::kScenarios:
      return "This chart is made of runs of two or more scenarios, with two to five targets each; "
             "name several.";
    default:
      return "What this chart is made of was not asked for.";
  }
}

}  // namespace

bool fits(const Entry& entry, const Input& input) {
  return has_needed(entry.needs, input) && (entry.offered == nullptr || entry.offered(input));
}

Chart make_chart(const Entry& entry, const Input& input) {
  Chart chart;
  if (has_needed(entry.needs, input)) {
    chart = entry.make(input);
  } else {
    chart.empty = lacks(entry.needs, input);
  }
  chart.id = entry.id;
  chart.title = entry.title;
  if (!chart.has_picture()) chart.alt = chart.empty;
  return chart;
}

}  // namespace tt::chart
