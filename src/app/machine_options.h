// Prices and machines on the command line: --gpu, --price, --gpus, --prices, --utilization.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/budget.h"
#include "app/command.h"

namespace tt::app {

inline constexpr std::string_view kMachines = "Machines";
inline constexpr Option kGpuOption{"--gpu", "[TARGET=]NAME",
                                   "the GPU by its name in the price list, or a part of it",
                                   kMachines, true};
inline constexpr Option kPriceOption{"--price", "[TARGET=]MONEY",
                                     "the price of a GPU-hour, in place of the list's", kMachines,
                                     true};
inline constexpr Option kGpusOption{
    "--gpus", "[TARGET=]N", "GPUs of what was measured behind the URL (1)", kMachines, true};
inline constexpr Option kPricesOption{"--prices", "FILE", "a price list of your own; docs/cost.md",
                                      kMachines};
inline constexpr Option kUtilizationOption{
    "--utilization", "SHARE", "the part of the measured throughput that is used on average (100%)",
    kMachines};

/// Fills in currency, machines (one a target by its name) and utilization. An error names its
/// option.
Result<void> read_machine_options(const Arguments& arguments, std::span<const std::string> targets,
                                  analysis::CostQuestion& question);
/// The names of the targets of all runs.
std::vector<std::string> target_names(std::span<const analysis::CostRun> runs);

}  // namespace tt::app
