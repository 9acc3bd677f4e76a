// A run as files for other tools: the same of `results export` and `report --format json,csv`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/manifest.h"
#include "report/export.h"

namespace tt::app {

inline constexpr std::string_view kFileKinds = "csv, json, parquet";
bool is_file_kind(std::string_view name);
/// Of names that are such kinds; none: CSV and JSON.
report::ExportChoice choice_of(const std::vector<std::string_view>& kinds);

/// Writes them into a folder, which is made where it is not there. Files of these names are
/// replaced, all of them once all are written. Returns their names.
Result<std::vector<std::string>> write_run_files(const std::string& folder,
                                                 const record::Manifest& manifest,
                                                 const report::ExportRun& run,
                                                 const report::ExportChoice& choice);

}  // namespace tt::app
