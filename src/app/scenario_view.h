// Who is better in which scenario, for people. Pure.
#pragma once

#include <span>
#include <vector>

#include "analysis/contest.h"
#include "app/terminal.h"

namespace tt::app {

/// One table over all scenarios, each with the figure that decides and the latencies that users
/// feel, and a sentence that counts who won. `contests` are of one scenario each.
std::vector<Line> scenario_lines(std::span<const analysis::Contest> contests, std::size_t width);

}  // namespace tt::app
