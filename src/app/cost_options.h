// Money on the command line: machines, budgets, and what a change would bring.
#pragma once

#include <span>
#include <vector>

#include "analysis/budget.h"
#include "app/command.h"

namespace tt::app {

/// All of them, those of app/machine_options.h included.
std::vector<Option> cost_options();

/// What they ask. An error names its option.
Result<analysis::CostQuestion> read_cost_options(const Arguments& arguments,
                                                 std::span<const analysis::CostRun> runs);

}  // namespace tt::app
