// What a probe's run says of its load: whether it meets the objectives, and how surely.
#pragma once

#include "analysis/capacity.h"
#include "trial/stored_run.h"

namespace tt::trial {

/// Of a run of one target, by the objectives of its plan. Three things miss them whatever the
/// latencies of the answers are: a target that was given up, a load that was not played since the
/// cap on requests in flight dropped more than 0.5% of it, and, where no objective speaks of
/// success_rate, more than 1% of failed requests (with the confidence that their number gives). An
/// engine that refuses what is too much for it would else have no end of capacity. Pure.
analysis::ProbeOutcome judge_probe(const StoredRun& run);

}  // namespace tt::trial
