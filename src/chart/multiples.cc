#include "chart/multiples.h"

#include <algorithm>

#include <fmt/format.h>

namespace tt::chart {
namespace {

std::size_t columns_of(std::size_t panels) {
  if (panels <= 3) return std::max<std::size_t>(panels, 1);
  return panels == 4 ? 2 : 3;
}

Json on_grid(Json axis, std::size_t panel, bool labelled) {
  axis["gridIndex"] = panel;
  if (labelled) return axis;
  axis.erase("name");
  axis["axisLabel"]["show"] = false;
  return axis;
}

}  // namespace

Multiples multiples(const RunView& view, std::span<const std::size_t> targets, const Json& x,
                    const Json& y) {
  Multiples result;
  const std::size_t count = std::min(targets.size(), kMostMultiples);
  const std::size_t columns = columns_of(count);
  result.columns = columns;
  result.left_out = targets.size() - count;
  for (std::size_t panel = 0; panel < count; ++panel) {
    const std::size_t column = panel % columns;
    const bool bottom = panel + columns >= count;
    result.targets.push_back(targets[panel]);
    result.panels.push_back(
        {.title = short_name(view.run.targets[targets[panel]].name, 80), .axis = bottom});
    result.x.push_back(on_grid(x, panel, bottom));
    result.y.push_back(on_grid(y, panel, column == 0));
  }
  return result;
}

double panel_aspect(const Multiples& multiples) {
  if (multiples.panels.size() == 1) return 2.2;
  return multiples.panels.size() == 2 ? 1.1 : 0.8;
}

std::string left_out_text(const Multiples& multiples) {
  if (multiples.left_out == 0) return "";
  return fmt::format(" Not shown, but in the table: {} more target{}.", multiples.left_out,
                     multiples.left_out == 1 ? "" : "s");
}

}  // namespace tt::chart
