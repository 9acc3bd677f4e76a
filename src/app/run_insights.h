// The insights of a run, as every command that tells them finds them.
#pragma once

#include <vector>

#include "analysis/insights.h"
#include "analysis/summary.h"
#include "app/options.h"
#include "base/error.h"
#include "trial/stored_run.h"

namespace tt::app {

/// By the rules of --rules, or those that are built in; regressions against the run that is marked
/// as baseline below --results included. `summary` is the run's, where it is known already.
Result<std::vector<analysis::Insight>> find_insights(const Arguments& arguments,
                                                     const trial::StoredRun& run,
                                                     const analysis::RunSummary* summary = nullptr);

}  // namespace tt::app
