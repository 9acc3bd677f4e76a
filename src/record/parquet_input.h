// Opening a file of request rows, for this folder's readers only.
#pragma once

#include <set>
#include <string>

#include "base/error.h"
#include "record/duck.h"

namespace tt::record {

struct RequestRows {
  DuckSession session;
  std::set<std::string> columns;  // that the file has
};

/// kIo where the file cannot be read; kInvalidInput where it is no Parquet file of request rows.
Result<RequestRows> open_request_rows(const std::string& path);

}  // namespace tt::record
