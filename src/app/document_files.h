// Files that commands draw or write for people: their names, and that none is lost by it.
#pragma once

#include <span>
#include <string>

#include "app/terminal.h"
#include "base/error.h"

namespace tt::app {

/// Runs in the name of a file: "A+B"; of many, or of long ids, "A+4-others". At most 160 bytes, so
/// that what else the name says has room; no letter is cut through.
std::string joined_id(std::span<const std::string> ids);

/// kAlreadyExists where a file or folder is at `place` and shall not be written over. "-" is free.
Result<void> check_free(const std::string& place, bool force);

/// Into a file, whose folders are made, as a whole or not at all; "-" is stdout.
Result<void> write_document(const std::string& place, const std::string& bytes, Printer& out);

}  // namespace tt::app
