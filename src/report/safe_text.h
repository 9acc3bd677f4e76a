// Text of others as every format of documents may hold it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tt::report {

/// UTF-8 that XML 1.0 can say: bytes that are not UTF-8 become U+FFFD, as do U+FFFE and U+FFFF;
/// control characters become blanks, but for newlines where `lines` keeps them.
std::string safe_text(std::string_view text, bool lines = false);

/// The first `most` characters at most, counted as UTF-16 does (as office programs do), of text
/// that is UTF-8; what was cut ends with "…", which counts.
std::string cut_text(std::string_view text, std::size_t most);

}  // namespace tt::report
