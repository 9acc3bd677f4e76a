// What cairo 1.16 cannot say of a tagged PDF: that it is one, its language, and what its pictures
// say in words.
#pragma once

#include <span>
#include <string>

namespace tt::report {

/// `bytes` are a file that cairo wrote; `alternatives` (UTF-8) are of its figures, in their order.
/// Adds all of it behind the file's end, as PDF's incremental updates do (ISO 32000-1, 7.5.6), so
/// that nothing within moves. A file of another form than we know is returned as it is. Pure.
std::string with_tags(std::string bytes, std::span<const std::string> alternatives);

}  // namespace tt::report
