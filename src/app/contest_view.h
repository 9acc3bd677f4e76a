// Sides against each other, for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/contest.h"
#include "app/terminal.h"

namespace tt::app {

/// Who is better and why, every figure, the scores, and whether to believe it; the tests where
/// they were made.
/// `gate`: says whether a side is worse than the baseline, too.
std::vector<Line> contest_lines(const analysis::Contest& contest, std::size_t width,
                                bool gate = false);

}  // namespace tt::app
