#include "chart/by_load.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/summary.h"

namespace tt::chart {

Loads loads_of(const CurveView& view) {
  Loads loads;
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) loads.all.push_back(point.load);
  }
  std::ranges::sort(loads.all);
  loads.all.erase(std::ranges::unique(loads.all).begin(), loads.all.end());
  if (loads.all.empty()) return loads;
  loads.low = loads.all.front();
  loads.high = loads.all.back();
  return loads;
}

std::string load_number(double load) { return fmt::format("{:g}", load); }

std::string load_title(const CurveView& view) {
  return view.report.over == "rate" ? "Offered load (requests/s)"
                                    : fmt::format("Offered load ({})", view.report.over);
}

Json load_axis(const CurveView& view, const Loads& loads, std::size_t panel, bool last) {
  // Loads that double each time would crowd at the left of a linear axis.
  const bool log = loads.low > 0 && loads.high / loads.low > 15;
  const double room = log ? std::pow(loads.high / loads.low, 0.03) : 1;
  const double margin = log ? 0 : 0.04 * std::max(loads.high - loads.low, loads.high * 0.5);
  Json axis = {{"type", log ? "log" : "value"},
               {"gridIndex", panel},
               {"min", loads.low / room - margin},
               {"max", loads.high * room + margin},
               {"axisLabel", {{"show", last}, {"showMinLabel", true}}}};
  if (loads.all.size() <= 14) axis["ticks"] = loads.all;
  if (last) axis["name"] = load_title(view);
  return axis;
}

std::string group_source(const CurveView& view, std::string_view what) {
  return fmt::format("Tokentrial · group {} · {} · method {}", view.group_id, what,
                     analysis::kMethodVersion);
}

}  // namespace tt::chart
