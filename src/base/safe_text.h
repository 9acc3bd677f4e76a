// Text of others, made fit to be shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tt {

/// The length of the valid UTF-8 sequence that the text begins with, or 0. Not for empty text.
std::size_t utf8_length(std::string_view text);

/// `text` of others as a reader may be shown it, in a terminal or in a document: UTF-8 (a byte that
/// is not, U+FFFE and U+FFFF become U+FFFD) without control characters, line ends of Unicode
/// (U+2028, 9) and marks that turn the direction of what follows, so that "1.46" reads as "64.1"
/// (U+061C, 200E, 200F, 202A to E, 2066 to 9): each becomes a blank, but for newlines where `lines`
/// keeps them.
std::string safe_text(std::string_view text, bool lines = false);

}  // namespace tt
