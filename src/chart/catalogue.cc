#include "chart/catalogue.h"

#include <algorithm>
#include <vector>

#include "chart/charts.h"

namespace tt::chart {

using enum analysis::MetricId;

std::span<const Entry> catalogue() {
  static const std::vector<Entry> kEntries = {
      distribution_chart(kTtft),  //
      distribution_chart(kTpot), distribution_chart(kE2e),
      ecdf_chart(kTtft),         ecdf_chart(kTpot),
      ecdf_chart(kE2e),          percentiles_chart(kTtft),
      percentiles_chart(kTpot),  percentiles_chart(kE2e),
      spread_chart(kTtft),       spread_chart(kTpot),
      spread_chart(kE2e),        over_time_chart(kTtft),
      over_time_chart(kTpot),    over_time_chart(kE2e),
      shift_chart(kTtft),        shift_chart(kTpot),
      shift_chart(kE2e),         request_lanes_chart(),
      request_waterfall_chart(), load_chart(),
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
  }
  return "";
}

const Entry* find_chart(std::string_view id) {
  const auto all = catalogue();
  const auto found = std::ranges::find(all, id, &Entry::id);
  return found == all.end() ? nullptr : &*found;
}

bool fits(const Entry& entry, const Input& input) {
  if (entry.needs == Needs::kCurve) return input.curve != nullptr;
  return input.run != nullptr && (entry.needs == Needs::kRun || input.run->run.targets.size() >= 2);
}

Chart make_chart(const Entry& entry, const Input& input) {
  Chart chart;
  if (fits(entry, input)) {
    chart = entry.make(input);
  } else if (entry.needs == Needs::kCurve) {
    chart.empty = "This chart is made of a sweep or a search for capacity, not of one run.";
  } else if (input.run == nullptr) {
    chart.empty = "This chart is made of one run, not of a group of runs.";
  } else {
    chart.empty = "This chart compares targets, and the run has only one.";
  }
  chart.id = entry.id;
  chart.title = entry.title;
  if (!chart.has_picture()) chart.alt = chart.empty;
  return chart;
}

}  // namespace tt::chart
