// The analysis of a run as JSON: what `analyze --json` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/budget.h"
#include "analysis/insights.h"
#include "analysis/summary.h"
#include "record/manifest.h"

namespace tt::report {

/// What looks at whole requests, or at more than a run's rows: made only where it is asked for.
struct NamedSections {
  std::optional<std::vector<analysis::Insight>> insights;
  std::optional<analysis::CostReport> cost;
  std::optional<analysis::RunSummary> checked;     // for its checks
  std::optional<record::ManifestOrigin> imported;  // of an imported run, for its score
};

/// Only the sections that were made. Latencies in
/// milliseconds, instants in seconds since the run's start, rates a second, shares of 1, as the
/// keys say; what cannot be told is null. Two spaces of indent, a newline at the end.
std::string analysis_json(const analysis::RunAnalysis& analysis, const NamedSections& named = {});

}  // namespace tt::report
