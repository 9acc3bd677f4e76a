// Names of others that run from right to left, within our sentences, which run from left to right.
#pragma once

#include <string>
#include <string_view>

namespace tt {

/// Each stretch of right-to-left letters (Hebrew, Arabic and the like) between U+2068 and U+2069,
/// so that it turns no figure behind it around. For text that people read: not for code, nor for
/// files of machines. `text` is UTF-8 without such marks, as safe_text() gives it.
std::string isolated(std::string_view text);

}  // namespace tt
