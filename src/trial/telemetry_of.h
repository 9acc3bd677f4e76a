// What to read beside a run: from its plan and its targets to the sampler's setup.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"
#include "telemetry/sampler.h"
#include "trial/target_probe.h"

namespace tt::trial {

struct TelemetryPlanned {
  telemetry::SamplerSetup setup;   // without its epoch
  std::vector<std::string> notes;  // for the manifest: what is not read, and why
};

/// `plan` and `targets` belong together. A target's key and headers go along only where its metrics
/// page has the target's own scheme, host and port. GPUs of this machine are those of the targets
/// that run on it.
TelemetryPlanned telemetry_of(const plan::Plan& plan, const std::vector<ProbedTarget>& targets);

}  // namespace tt::trial
