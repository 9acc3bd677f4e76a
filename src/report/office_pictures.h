// A document's pictures as office files hold them: a PNG for every program, the SVG for those that
// can show it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "report/document.h"

namespace tt::report {

/// Drawn for paper where it is, so that letters are not too small.
struct OfficePicture {
  std::string png;
  std::string svg;
  double width = 0;  // pixels of the SVG, for its shape
  double height = 0;
};

/// By the picture's place in memory: the document must not change. Draws on all cores.
Result<std::map<const Picture*, OfficePicture>> office_pictures(
    std::vector<const Picture*> pictures);

struct PngSize {
  double width = 0;  // pixels
  double height = 0;
};
/// As its header says; 0 where it has none.
PngSize png_size(const std::string& png);

/// A document's logo, at most `width` by `height` of whatever the caller measures in, of its own
/// shape; without an SVG where it is none. nullopt where there is no logo or it cannot be read.
std::optional<OfficePicture> office_logo(const Logo& logo, double width, double height);

}  // namespace tt::report
