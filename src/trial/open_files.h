// A request in flight holds a connection, and a connection an open file: whether the system allows
// as many as a plan needs.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "plan/plan.h"

namespace tt::trial {

/// How many files this process may have open.
std::uint64_t open_files_limit();

/// An error where the plan needs more than `limit`, before they run out under the load and look
/// like a server that refuses. An open loop without a cap needs nobody knows how many, and passes.
Result<void> check_open_files(const plan::Plan& plan, std::uint64_t limit);

}  // namespace tt::trial
