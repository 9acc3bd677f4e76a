// Costs and budgets as JSON.
#pragma once

#include <string>

#include "analysis/budget.h"

namespace tt::report {

/// Money is in the currency that "assumptions" names; what could not be computed is null. A newline
/// at the end.
std::string cost_json(const analysis::CostReport& report);

}  // namespace tt::report
