// A comparison of several sides as JSON: what `compare --json` prints.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/contest.h"

namespace tt::report {

/// Shares are of 1 and latencies in milliseconds, as the units say; what cannot be told is null.
/// `unmatched`: targets that no contest has.
std::string contests_json(std::span<const analysis::Contest> contests,
                          const std::vector<std::string>& unmatched);

}  // namespace tt::report
