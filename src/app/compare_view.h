// One run against another, for people. Pure.
#pragma once

#include <vector>

#include "analysis/summary.h"
#include "app/terminal.h"

namespace tt::app {

std::vector<Line> comparison_lines(const analysis::RunComparison& comparison, std::size_t width);

}  // namespace tt::app
