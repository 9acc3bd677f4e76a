// The section `resources` of an analysis as JSON.
#pragma once

#include "analysis/analyze.h"
#include "report/json.h"

namespace tt::report {

/// Shares of 1, bytes, watts, joules; latencies in milliseconds. What is not exposed is null.
Json resources_json(const analysis::ResourcesView& view);
/// What all targets tell, a row a figure with a value a target, in the order of the targets.
Json resources_beside_json(const analysis::RunAnalysis& analysis);

}  // namespace tt::report
