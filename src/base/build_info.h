// What this program was built from. Every run's manifest records it, so that a figure can be traced
// to the code that measured it. The values live in one generated source, written by
// cmake/BuildInfo.cmake at every build and compiled again only when they change.
#pragma once

#include <string_view>

namespace tt::build_info {

/// The project's version: "0.1.0".
std::string_view version();
/// The commit, 12 hex digits, with "-changed" where the checkout differed from it; "unknown" when
/// built outside git.
std::string_view git_hash();
/// "GNU 12.2.0".
std::string_view compiler();
/// "RelWithDebInfo", "Debug"; with the sanitizer where there is one: "Debug+address".
std::string_view build_type();

}  // namespace tt::build_info
