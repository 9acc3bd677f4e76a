// The schedule: every request of a run, made before the run from the plan and its seeds. The same
// plan and seeds give the same schedule, byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "workload/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// One request to send. Which target gets it is the conductor's business: every target plays the
/// same list, so that prompts can be compared pair by pair.
struct PlannedRequest {
  Nanos at = 0;                       // open loop: offset from the load's start; closed loop: 0
  std::uint64_t prompt = 0;           // which prompt of the source
  std::uint32_t input_tokens = 0;     // wished for; 0 where the prompt decides
  std::uint32_t output_tokens = 0;    // max_tokens
  bool operator==(const PlannedRequest&) const = default;
};

struct Schedule {
  std::vector<PlannedRequest> requests;
  bool open_loop = false;
  /// FNV-1a over every field of every request in order; stands in the manifest.
  std::uint64_t digest = 0;
  /// Offset of the end of the load: the last instant at which a request may be sent. 0: no limit.
  Nanos duration = 0;
};

/// Closed loop: as many requests as `stop.requests` and the warm-up ask; where only a duration
/// stops it, `estimate` requests are made, and the player asks `request_at` for more beyond.
Result<Schedule> make_schedule(const Plan& plan, const PromptSource& prompts);

/// Request `index` of the closed-loop list: the list is a function of the index, so it has no end.
PlannedRequest request_at(const Plan& plan, const PromptSource& prompts, std::uint64_t index);

}  // namespace tt::workload
