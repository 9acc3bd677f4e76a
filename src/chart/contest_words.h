// What the charts of a comparison share.
#pragma once

#include <string>
#include <vector>

#include "analysis/contest.h"
#include "chart/option.h"

namespace tt::chart {

/// The looks of the sides, as elsewhere in the run.
std::vector<Look> looks_of(const Input& input);
/// The small print: runs, load and method, with `what` between them.
std::string contest_source(const Input& input, std::string_view what);
/// "TTFT p50 ↓": the arrow tells which way is better.
std::string figure_label(const analysis::Figure& figure);

}  // namespace tt::chart
