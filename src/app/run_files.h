// A run as files for other tools: the same of `results export` and `report --format json,csv`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "report/export.h"
#include "trial/stored_run.h"

namespace tt::app {

/// "csv", "json", "parquet".
bool is_file_kind(std::string_view name);
/// Of names that are such kinds; none: CSV and JSON.
report::ExportChoice choice_of(const std::vector<std::string_view>& kinds);

/// Writes them into a folder, which is made where it is not there. Files of these names are
/// replaced, all of them once all are written. Returns their names.
Result<std::vector<std::string>> write_run_files(const std::string& folder,
                                                 const trial::StoredRun& run,
                                                 const report::ExportChoice& choice);

}  // namespace tt::app
