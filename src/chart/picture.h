// An SVG drawn by us as a picture in another format.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace tt::chart {

/// PNG, on white where the SVG has no ground, of `scale` times the SVG's own size: 2 for a screen
/// of twice the density. Between 0.1 and 8; at most 16,384 pixels a side. use_own_fonts() must have
/// succeeded. What the SVG points to outside of itself is not read. From any thread.
Result<std::string> svg_to_png(std::string_view svg, double scale = 1);

/// One page of the SVG's size, a pixel being 1/96 inch; text stays text. The same SVG gives the
/// same bytes. Otherwise as above.
Result<std::string> svg_to_pdf(std::string_view svg);

}  // namespace tt::chart
