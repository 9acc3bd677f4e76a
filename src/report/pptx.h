// A document as a PowerPoint presentation, 16:9: six to ten slides with editable text and tables,
// charts as SVG with a PNG beside, notes for who speaks. slides.h says by which rule.
#pragma once

#include <string>

#include "base/error.h"
#include "report/document.h"

namespace tt::report {

/// The same document gives the same bytes. Foreign text stays text. Fails where a picture cannot be
/// drawn.
Result<std::string> pptx(const Document& document);

}  // namespace tt::report
