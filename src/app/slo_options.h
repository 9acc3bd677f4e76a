// Objectives on the command line: --slo, --slo-file, --attainment, --confidence.
#pragma once

#include <optional>

#include "analysis/attainment.h"
#include "app/command.h"

namespace tt::app {

inline constexpr Option kSloOption{
    "--slo", "FIGURE=LIMIT", "an objective, for example ttft_p99=500ms; help slo", {}, true};
inline constexpr Option kSloFileOption{"--slo-file", "FILE", "objectives in a file; docs/slo.md"};

/// What the options and the file ask for; nullopt where they ask for nothing, so that the run's own
/// plan does. --slo adds to the file. `attainment_too`: the command has --attainment and
/// --confidence, which win over the file's.
Result<std::optional<analysis::SloDemand>> read_slo_options(const Arguments& arguments,
                                                            bool attainment_too);

}  // namespace tt::app
