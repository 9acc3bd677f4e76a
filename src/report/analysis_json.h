// The analysis of a run as JSON: what `analyze --json` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/insights.h"

namespace tt::report {

/// Only the sections that were made, and the insights where they were asked for. Latencies in
/// milliseconds, instants in seconds since the run's start, rates a second, shares of 1, as the
/// keys say; what cannot be told is null. Two spaces of indent, a newline at the end.
std::string analysis_json(const analysis::RunAnalysis& analysis,
                          const std::optional<std::vector<analysis::Insight>>& insights = {});

}  // namespace tt::report
