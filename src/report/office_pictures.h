// A document's pictures as office files hold them: a PNG for every program, the SVG for those that
// can show it.
#pragma once

#include <map>
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

}  // namespace tt::report
