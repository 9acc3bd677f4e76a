// The way back: rows as files that the readers of other tools accept. What a row does not tell
// stays empty or is left out, as that tool would.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/manifest.h"
#include "record/row.h"

namespace tt::import {

/// "vllm", "guidellm", "llm-locust".
std::span<const std::string_view> foreign_formats();

/// One target's measured rows (warm-up left out) in that form:
/// - vllm: one JSON object as `vllm bench serve --save-result --save-detailed` writes;
/// - guidellm: benchmarks.json with one benchmark;
/// - llm-locust: per-request CSV of 12 columns. Requests that never got an answer are in it too,
///   with the status code 0; llm-locust itself would have left them out.
void write_vllm(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                std::span<const record::Row> rows);
void write_guidellm(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                    std::span<const record::Row> rows);
void write_llm_locust(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                      std::span<const record::Row> rows);

/// Writes a file a target into `folder`, which must exist, and gives their names:
/// "{target}-{YYYYMMDD-HHMMSS}-{run}.csv" or ".json". kInvalidInput for an unknown format, kIo.
Result<std::vector<std::string>> export_as(std::string_view format, const std::string& folder,
                                           const record::Manifest& manifest,
                                           std::span<const record::Row> rows);

}  // namespace tt::import
