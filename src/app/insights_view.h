// Insights for people, the most important first. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/insights.h"
#include "app/terminal.h"

namespace tt::app {

std::vector<Line> insight_lines(std::span<const analysis::Insight> insights, std::size_t width);

}  // namespace tt::app
