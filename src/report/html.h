// A document as one HTML file: works offline, by double click, from a mail and on paper, light and
// dark, without a script.
#pragma once

#include <string>
#include <string_view>

#include "report/document.h"

namespace tt::report {

/// Nothing is loaded from anywhere; foreign text stays text.
std::string html(const Document& document);

/// As the inside of an element or of a quoted attribute, as safe_text gives it; newlines stay.
std::string html_text(std::string_view text);

}  // namespace tt::report
