// What the charts over the load of a group share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "chart/input.h"
#include "chart/option.h"

namespace tt::chart {

/// The loads of all curves, by rising load, each once.
struct Loads {
  std::vector<double> all;
  double low = 0;
  double high = 0;
  bool empty() const { return all.empty() || !(high > 0); }
};
Loads loads_of(const CurveView& view);

/// "8", "0.5": loads are round.
std::string load_number(double load);
/// "Offered load (requests/s)" or "Offered load (concurrency)".
std::string load_title(const CurveView& view);
/// The x axis of a panel. The last of the panels has labels and title.
Json load_axis(const CurveView& view, const Loads& loads, std::size_t panel, bool last);

/// The small print: the group and the method, with `what` between them.
std::string group_source(const CurveView& view, std::string_view what);

/// Where nothing can be drawn of a group.
inline constexpr std::string_view kNoRunOfGroup =
    "Nothing to draw: no run of the group can be read.";

}  // namespace tt::chart
