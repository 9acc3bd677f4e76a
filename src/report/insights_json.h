// Insights as JSON. Not for other folders: it brings the whole JSON library.
#pragma once

#include <span>

#include "analysis/insights.h"
#include "report/json.h"

namespace tt::report {

/// In their order, the most important first.
Json insights_value(std::span<const analysis::Insight> insights);

}  // namespace tt::report
