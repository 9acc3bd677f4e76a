// Runs on the command line, and how they are set against each other: the same for `compare` and
// `report`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/contest.h"
#include "app/command.h"
#include "trial/stored_run.h"

namespace tt::app {

/// Contests point into runs, which must then stay where they are.
using Runs = std::vector<trial::StoredRun>;

/// Opens a run and appends it; an error where it is among them already.
Result<void> open_into(Runs& runs, const std::string& results_dir, std::string_view word);

/// The id of the run marked as baseline; empty where none is.
std::string marked_baseline(const std::string& results_dir);

inline constexpr Option kBaselineOption{
    "--baseline", "SIDE",
    "what the others are compared with: a run or a target (the run marked by "
    "results baseline, else the first)"};
inline constexpr Option kTargetOption{"--target", "NAME", "only the targets of this name"};

struct Comparisons {
  std::vector<analysis::Contest> contests;
  std::vector<std::string> unmatched;
};

/// Every table that the runs make, each with its baseline, by --baseline and --target; with
/// `by_scenario` those of each scenario by themselves.
Result<Comparisons> hold_comparisons(const Runs& runs, const Arguments& arguments,
                                     const std::string& marked,
                                     const analysis::ContestOptions& options, bool by_scenario);

}  // namespace tt::app
