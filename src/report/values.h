// A document as JSON: what it says section by section, for programs that show it their own way.
#pragma once

#include <string>

#include "report/document.h"

namespace tt::report {

/// Ends with a newline. Texts are as they stand in the document, so whoever shows them escapes
/// them; pictures come as their words and figures, not as drawings.
std::string values(const Document& document);

}  // namespace tt::report
