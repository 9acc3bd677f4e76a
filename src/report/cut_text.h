// Text in the room that a format of documents has for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tt::report {

/// The first `most` characters at most, counted as UTF-16 does (as office programs do), of text
/// that is UTF-8; what was cut ends with "…", which counts.
std::string cut_text(std::string_view text, std::size_t most);

}  // namespace tt::report
