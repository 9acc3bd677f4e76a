// The curve of a sweep as files: JSON and CSV, one entry a load and target.
#pragma once

#include <string>

#include "analysis/sweep.h"
#include "record/group.h"

namespace tt::report {

/// {"group": {...}, "over", "curves": [{"target", "saturation", "points": [...]}]}: every figure
/// with its 95% interval. Of a search the group holds the probes and what was found.
std::string sweep_json(const record::Group& group, const analysis::SweepReport& report);

/// One line a load and target; intervals as columns _low and _high, empty where there is none.
std::string sweep_csv(const analysis::SweepReport& report);

}  // namespace tt::report
