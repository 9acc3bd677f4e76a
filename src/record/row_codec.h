// A row as a few bytes, and back exactly. The journal's payload; never stored for long, so the
// encoding is tied to the build's columns (columns_digest) and has no versions of its own.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "record/row.h"

namespace tt::record {

/// Appends `row`: a bit mask of the columns that differ from an empty row, then those columns as
/// varints (instants as differences from the one before) and counted bytes.
void encode_row(std::string& out, const Row& row);

/// Reads what encode_row wrote. Any other bytes give kInvalidInput; memory used stays below a small
/// multiple of the input's size, whatever the bytes.
Result<Row> decode_row(std::string_view bytes);

}  // namespace tt::record
