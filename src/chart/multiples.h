// Small multiples: a panel for each target, side by side, with axes alike.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "chart/option.h"

namespace tt::chart {

inline constexpr std::size_t kMostMultiples = 6;

/// Panels with their axes, one a target shown.
struct Multiples {
  std::vector<std::size_t> targets;  // of the view, by panel
  std::size_t left_out = 0;          // targets with something to show for which no panel is left
  std::vector<Panel> panels;
  std::size_t columns = 1;  // of the panels, row by row
  Json x = Json::array();
  Json y = Json::array();
};

/// Panels for the first of `targets`, which have something to show. `x` and `y` are the axes of
/// each; names and labels stand only at the left and at the bottom.
Multiples multiples(const RunView& view, std::span<const std::size_t> targets, const Json& x,
                    const Json& y);

/// A panel's width over its height, about.
double panel_aspect(const Multiples& multiples);

/// " Not shown, but in the table: 3 more targets."; empty where all are shown.
std::string left_out_text(const Multiples& multiples);

}  // namespace tt::chart
