// What a request's client is like: whether it goes away in mid-answer, how urgent it is, and who it
// is.
#pragma once

#include <cstdint>

#include "plan/plan.h"
#include "workload/schedule.h"

namespace tt::workload {

/// Draws what the plan asks of the client of request `index`: when it leaves, its priority. A
/// function of the index alone. Uses seeds.arrivals.
void draw_client(const plan::Plan& plan, std::uint64_t index, PlannedRequest& request);

/// Who sends request `index`, from 1: with a concurrency of N the N users ask in turn, with a rate
/// or a trace each request is somebody else's.
std::uint64_t user_of(const plan::Plan& plan, std::uint64_t index);

}  // namespace tt::workload
