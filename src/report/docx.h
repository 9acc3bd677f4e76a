// A document as a Word file: headings, lists, captions and tables in styles of their own, contents
// with links, charts as SVG with a PNG beside.
#pragma once

#include <string>

#include "base/error.h"
#include "report/document.h"

namespace tt::report {

/// The same document gives the same bytes. Foreign text stays text. Fails where a picture cannot be
/// drawn.
Result<std::string> docx(const Document& document);

}  // namespace tt::report
