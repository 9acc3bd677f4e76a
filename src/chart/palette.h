// The colours of charts, for formats that draw charts of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/input.h"

namespace tt::chart {

using Rgb = std::uint32_t;  // 0xRRGGBB

/// "#2563eb"; nullopt for anything else.
std::optional<Rgb> parse_colour(std::string_view text);

/// `colour` as it is where it stands out from `ground` by `ratio` (of luminance, WCAG 2.1), else
/// mixed with the colour of texts on that ground until it does, or is that.
Rgb standing_out(Rgb colour, Rgb ground, double ratio);

/// The colours in which charts draw targets on a light ground, in their order: the user's own
/// where one was chosen, else the engine's.
std::vector<Rgb> target_colours(std::span<const analysis::TargetInput> targets);

}  // namespace tt::chart
