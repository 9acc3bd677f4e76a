// Costs and budgets, for people: what each figure is, and what was taken for granted.
#pragma once

#include <vector>

#include "analysis/budget.h"
#include "app/terminal.h"

namespace tt::app {

std::vector<Line> cost_lines(const analysis::CostReport& report, std::size_t width);

}  // namespace tt::app
