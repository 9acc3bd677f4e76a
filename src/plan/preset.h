// Presets: plans without targets that are known by a name.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "plan/scenario.h"

namespace tt::plan {

/// The files of examples/presets and the three of examples/plans that take so many minutes.
std::vector<BuiltinFile> builtin_presets();

/// The plan of a preset; a fault that names all of them where there is none of that name.
std::expected<Plan, PlanFaults> load_preset(std::string_view name);

}  // namespace tt::plan
