// The load section of a plan: reading, checking and writing it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/reader.h"

namespace tt::plan {

/// Reads `load:` into plan.load; faults go to the reader.
void read_load(const Value& value, Plan& plan);
/// The keys under `load`, as paths.
void add_load_keys(std::vector<std::string>& out);
/// `load:` with every field written out, line ends included.
std::string format_load(const LoadShape& load);
/// What is wrong with the load, its stop rule and its warm-up; sources are paths of fields.
std::vector<Error> load_faults(const Plan& plan);

}  // namespace tt::plan
