// A document as PDF: on A4 or Letter, with contents, outline, links, page numbers and vector
// charts.
#pragma once

#include <string>

#include "base/error.h"
#include "report/document.h"

namespace tt::report {

/// The same document gives the same bytes; letters that our fonts lack come from the machine's
/// fonts, and then it takes the same machine. Foreign text stays text. kUnavailable where there is
/// no memory for fonts or pages. From any thread.
Result<std::string> pdf(const Document& document);

/// The first page of its first sections as a PNG of two pixels a point, to paste into a message.
Result<std::string> first_page(const Document& document);

}  // namespace tt::report
