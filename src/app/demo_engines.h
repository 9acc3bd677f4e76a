// The three simulated engines that show the product without a GPU, each a process of its own that
// speaks its own protocol, and the load that they get.
#pragma once

#include <cstddef>
#include <vector>

#include "app/child.h"
#include "base/error.h"
#include "base/time.h"
#include "plan/plan.h"

namespace tt::app {

inline constexpr std::size_t kDemoEngines = 3;
inline constexpr Nanos kDemoLength = 36 * kSecond;  // of the whole load

/// The plan, without its targets.
plan::Plan demo_plan();

/// Starts them and names them as the plan's targets once they listen. They end with what is
/// returned, or with the thread that calls. kUnavailable where one does not start.
Result<std::vector<Child>> start_demo_engines(plan::Plan& plan);

}  // namespace tt::app
