// Prompts of a trace: its rows tell how long each one is, and where it tells which blocks of text
// they have in common, they have them in common.
#pragma once

#include <cstdint>
#include <memory>

#include "workload/prompts.h"
#include "workload/trace.h"

namespace tt::workload {

/// `texts` gives what the trace does not say. A prompt with blocks is made block by block: equal
/// names are equal texts, of Trace::kBlockTokens tokens times the plan's input_scale, so that
/// prompts begin alike for as long as their names do. What a prompt is longer than its blocks is
/// its own. Copies of a row, and each time that the trace is played again, have names of their own:
/// they share among themselves what the rows of the trace share, and no more.
std::unique_ptr<PromptSource> with_trace(std::unique_ptr<PromptSource> texts, Trace trace,
                                         const plan::TraceReplay& replay, std::uint64_t seed);

}  // namespace tt::workload
