// The tables of a run's figures: throughput and latencies, target by target, with intervals and who
// wins each.
#pragma once

#include <vector>

#include "analysis/summary.h"
#include "app/terminal.h"

namespace tt::app {

std::vector<Line> throughput_lines(const analysis::RunSummary& summary, std::size_t width);
std::vector<Line> latency_lines(const analysis::RunSummary& summary, std::size_t width);

}  // namespace tt::app
