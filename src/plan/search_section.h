// The sections of a plan file that ask for a sweep, a search, or an early end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "plan/reader.h"

namespace tt::plan {

void read_until(const Value& value, std::vector<Precision>& out);
void read_sweep(const Value& value, std::optional<Sweep>& out);
void read_capacity(const Value& value, std::optional<CapacityGoal>& out);

/// The keys inside "sweep" or "capacity", as paths; nothing for another section.
void add_search_keys(std::vector<std::string>& out, std::string_view section);
/// Faults of these parts, each under the path of its field.
std::vector<Error> check_search(const Plan& plan);
/// Both sections as YAML; empty where the plan has none.
std::string format_search(const Plan& plan);

/// The plan of one run: `base` at one load, without sweep and search. What the base says of its
/// arrivals stays where `axis` is the rate.
Plan at_load(Plan base, LoadAxis axis, double load);

}  // namespace tt::plan
