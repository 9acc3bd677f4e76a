// The section `resources` of an analysis as JSON.
#pragma once

#include "analysis/resources.h"
#include "report/json.h"

namespace tt::report {

/// Shares of 1, bytes, watts, joules; latencies in milliseconds. What is not exposed is null.
Json resources_json(const analysis::ResourcesView& view);

}  // namespace tt::report
