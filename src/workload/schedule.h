// The schedule: every request of a run, made before the run from the plan and its seeds. The same
// plan and seeds give the same schedule, byte for byte.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "plan/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// One request to send. Which target gets it is the conductor's business: every target plays the
/// same list, so that prompts can be compared pair by pair.
struct PlannedRequest {
  Nanos at = 0;                     // open loop: offset from the load's start; closed loop: 0
  std::uint64_t prompt = 0;         // which prompt of the source
  std::uint32_t input_tokens = 0;   // wished for, or a file's by the tokenizer; 0: not known
  std::uint32_t output_tokens = 0;  // max_tokens
  Nanos leave_after = 0;            // the client goes away so long after it asked; 0: it stays
  std::uint32_t leave_tokens = 0;   // or after so many tokens; 0: likewise
  std::int32_t priority = 0;        // where the plan gives any
  bool operator==(const PlannedRequest&) const = default;
};

/// One session of the list: its requests stand in the schedule one after another.
struct PlannedSession {
  std::uint64_t first = 0;  // index of its first request
  Nanos at = 0;             // open loop: when it arrives, from the load's start; closed loop: 0
  std::uint32_t turns = 0;  // fewer than the conversation has where stop.requests cuts it
  bool operator==(const PlannedSession&) const = default;
};

struct Schedule {
  /// With sessions: session by session, each request with its session's number and instant.
  std::vector<PlannedRequest> requests;
  std::vector<PlannedSession> sessions;  // empty: single requests
  /// Tokens of the shared prefixes of all requests (with sessions they are in the input already).
  std::uint64_t prefix_tokens = 0;
  /// Of all input tokens those that were sent or answered before, as the beginning of another
  /// request: what a prefix cache without limits could serve. Of texts nobody knows them.
  std::uint64_t reusable_tokens = 0;
  bool open_loop = false;
  /// FNV-1a over every field of every request in order; stands in the manifest.
  std::uint64_t digest = 0;
  /// Offset of the end of the load: the last instant at which a request may be sent. 0: no limit.
  /// Closed loop with a counted warm-up: see load_end, which adds the time that the warm-up took.
  Nanos duration = 0;
  /// A load that varies is played whole, `playings` times one after another: the first one begins
  /// at `lead`, after the warm-up, each lasts `playing`. Closed loop: `lead` is unknown, 0.
  Nanos lead = 0;
  Nanos playing = 0;  // 0: the load is the same all the time
  std::uint32_t playings = 1;
};

/// Whether a request is warm-up: sent and recorded, but left out of every figure. Who marks it: the
/// player, when it sends. `index` is the request's place in the schedule; `at` is its planned
/// offset (open loop) or the offset at which it leaves (closed loop), both from the load's start.
/// With a count and a time, the warm-up lasts until both are over.
bool in_warmup(const plan::Warmup& warmup, std::uint64_t index, Nanos at);

/// The offset at which the load ends, once the first measured request left at `measured_from`; no
/// request leaves at or after it. INT64_MAX: no limit. Stop rules count without the warm-up, and
/// how long a counted warm-up takes is known in advance in open loop only.
Nanos load_end(const plan::Plan& plan, const Schedule& schedule, Nanos measured_from);

/// Open loop: every arrival until the stop rule. Constant arrivals start at 0, Poisson and gamma
/// ones after a first gap; where the rate changes with time, load_curve.h says how. A warm-up comes
/// before such a shape, at the rate with which it begins; of a trace it is the beginning. Closed
/// loop: as many requests as `stop.requests` and the warm-up ask;
/// where only a duration stops it, an estimate is made, and the player asks `request_at` for more.
/// Faults of the plan carry the path of the field.
Result<Schedule> make_schedule(const plan::Plan& plan, const PromptSource& prompts);

/// Request `index` of the list, without its instant. A function of the index alone, so the closed
/// loop's list has no end.
PlannedRequest request_at(const plan::Plan& plan, const PromptSource& prompts, std::uint64_t index);

/// FNV-1a, 64 bit, over the little-endian bytes of every field in order.
std::uint64_t schedule_digest(std::span<const PlannedRequest> requests);

/// Place `index` (below `size`) of a random order of [0, size) that `seed` names, found without
/// storing the order: for one seed, every place gives another number.
std::uint64_t shuffled(std::uint64_t seed, std::uint64_t index, std::uint64_t size);

}  // namespace tt::workload
