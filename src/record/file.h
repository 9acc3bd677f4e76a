// Small helpers over files that the record layer shares.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tt::record {

/// "what: <reason>" with a remedy for a full disk, missing rights and the like. kNotFound for a
/// missing file, else kIo.
Error io_error(std::string_view what, const std::string& path, int error_number);

Result<std::string> read_file(const std::string& path);

/// Writes beside `path`, syncs, and renames over it: readers see the old file or the new one, also
/// of several writers. A device or a pipe (/dev/stdout) is written to as it is.
Result<void> write_file_atomically(const std::string& path, std::string_view bytes);

/// The second half of that, for a file that something else wrote: syncs `temporary` and its folder
/// and renames it to `path`. Removes it on failure.
Result<void> publish_file(const std::string& temporary, const std::string& path);

/// Free bytes for us where `path` (an existing folder) lives.
Result<std::uint64_t> free_space(const std::string& path);

}  // namespace tt::record
