// A sweep's curve, and a search's probes and answer, for people. Pure.
#pragma once

#include <vector>

#include "analysis/capacity.h"
#include "analysis/sweep.h"
#include "app/terminal.h"
#include "record/group.h"

namespace tt::app {

/// `live`: a process is still at it.
std::vector<Line> sweep_lines(const record::Group& group, const analysis::SweepReport& report,
                              std::size_t width, bool live = false);

/// The answers, the probes, and the curve that their runs make.
std::vector<Line> capacity_lines(const record::Group& group, const analysis::SweepReport& report,
                                 std::size_t width, bool live = false);

/// "Probe 5: vllm at rate 12.4, 4 times as long": what is about to be played.
Line step_line(const record::Group& group, std::size_t step, std::size_t of);

}  // namespace tt::app
