// A sweep's curve, and a search's probes and answer, for people. Pure.
#pragma once

#include <vector>

#include "analysis/capacity.h"
#include "analysis/sweep.h"
#include "app/terminal.h"
#include "record/group.h"

namespace tt::app {

std::vector<Line> sweep_lines(const record::Group& group, const analysis::SweepReport& report,
                              std::size_t width);

std::vector<Line> capacity_lines(const record::Group& group, std::size_t width);

/// "Probe 5: vllm at rate 12.4, 4 times as long": what is about to be played.
Line step_line(const record::Group& group, std::size_t step, std::size_t of);

}  // namespace tt::app
