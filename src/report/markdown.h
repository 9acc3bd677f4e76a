// A document as Markdown (CommonMark with GitHub's tables).
#pragma once

#include <string>

#include "report/document.h"

namespace tt::report {

/// Ends with a newline. Foreign text stays text: it can make no heading, link, markup or HTML.
std::string markdown(const Document& document);

/// A text of one line, escaped.
std::string markdown_text(std::string_view text);

}  // namespace tt::report
