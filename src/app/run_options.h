// The options of `run`, and the plan that they and a plan file make together.
#pragma once

#include <vector>

#include "app/options.h"
#include "base/error.h"
#include "plan/plan.h"

namespace tt::app {

/// Every option of `run` that says what to do (not how to show it).
std::vector<Option> plan_options();

/// The plan of the file (the first word, where there is one) with the options over it, checked.
/// An option takes the place of what the file says: --target of all its targets, --slo of all its
/// objectives, --duration and --requests of its stop rule. Errors hold a line a fault.
Result<plan::Plan> plan_of(const Arguments& arguments);

}  // namespace tt::app
