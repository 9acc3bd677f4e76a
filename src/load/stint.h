// Cuts a plan into stints: the stretches of load that a target plays without a break.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "plan/plan.h"
#include "workload/schedule.h"

namespace tt::load {

/// One block of one target. Interleaved plans have several a target; the others one.
struct Stint {
  std::uint32_t target = 0;
  std::uint32_t block = 0;
  /// What is marked as warm-up. Closed loop: set in the target's first stint only.
  plan::Warmup warmup;
  /// Closed loop: sending ends this long after the first measured request left. Open loop with
  /// sessions: this long after the start. 0: no limit in time.
  Nanos duration = 0;
  /// Closed loop: at most so many measured requests; 0: no limit. With sessions only where
  /// workload::counted_in_play, else `last` is the limit.
  std::uint64_t count = 0;
  /// Open loop: plays the schedule's requests [first, last), the instant `origin` being the stint's
  /// start. Closed loop: unused, the target goes on where its last stint ended. With sessions:
  /// plays the sessions [first, last) in either loop; `last` 0: goes on without end.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Nanos origin = 0;

  bool operator==(const Stint&) const = default;
};

/// Stints that are played at the same time.
using Round = std::vector<Stint>;

/// The whole run: rounds in the order of play. Interleaved: A B C A B C ...; sequential: A B C;
/// together: one round of all. Warm-up belongs to each target's first stint, on top of the rest.
std::vector<Round> cut_into_rounds(const plan::Plan& plan, const workload::Schedule& schedule);

}  // namespace tt::load
