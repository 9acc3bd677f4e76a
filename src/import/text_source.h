// Files that are a record a line: CSV and JSON lines, read by several threads in constant memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <simdjson.h>

#include "import/blocks.h"
#include "import/flat.h"
#include "import/ingest.h"

namespace tt::import {

/// A CSV file behind its header.
Result<std::unique_ptr<Source>> csv_source(const std::string& path, BlockReader::Options options,
                                           CsvBinding binding);

/// One JSON object a line. `read` fills the sample from it; called from several threads at once.
using ReadObject = std::function<void(const simdjson::dom::object&, Sample&)>;
Result<std::unique_ptr<Source>> json_lines_source(const std::string& path,
                                                  BlockReader::Options options, ReadObject read);

}  // namespace tt::import
