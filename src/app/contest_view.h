// Sides against each other, for people. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/contest.h"
#include "app/terminal.h"

namespace tt::app {

/// "TTFT p50, ms": with the unit, so that a column of numbers can do without.
std::string figure_text(const analysis::Figure& figure);
/// Of one side; shares as percents; "–" where there is none.
std::string value_text(const analysis::ContestFigure& figure, const std::optional<double>& value);

/// Who is better and why, every figure, the scores, and whether to believe it; the tests where
/// they were made.
/// `gate`: says whether a side is worse than the baseline, too.
std::vector<Line> contest_lines(const analysis::Contest& contest, std::size_t width,
                                bool gate = false);

}  // namespace tt::app
