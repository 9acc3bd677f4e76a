// Objectives judged, for people.
#pragma once

#include <vector>

#include "analysis/attainment.h"
#include "app/terminal.h"

namespace tt::app {

/// One run: the verdict, a table of every objective and target, and who kept all limits at once.
std::vector<Line> slo_lines(const analysis::SloReport& report, std::size_t width);

}  // namespace tt::app
