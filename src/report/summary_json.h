// The summary as JSON: what `--json` prints and what summary.json holds.
#pragma once

#include <string>

#include "analysis/summary.h"

namespace tt::report {

/// Latencies in milliseconds, as the keys say; a figure that cannot be told is null. Two spaces of
/// indent, a newline at the end.
std::string summary_json(const analysis::RunSummary& summary);

}  // namespace tt::report
