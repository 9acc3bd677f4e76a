// Charts as a document's pictures.
#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "chart/catalogue.h"
#include "report/document.h"

namespace tt::report {

struct DrawOptions {
  /// For formats that are read on a screen: on a light and a dark ground, and as what a browser
  /// draws anew.
  bool screen = false;
  /// For formats with pages to print, on which pictures are smaller.
  bool paper = false;
};

/// One picture an entry, in their order; without options they have words alone. Draws on all cores;
/// the input is only read.
Result<std::vector<Picture>> draw_pictures(std::span<const chart::Entry* const> entries,
                                           const chart::Input& input, const DrawOptions& options);

}  // namespace tt::report
