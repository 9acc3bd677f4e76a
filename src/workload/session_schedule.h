// The schedule of sessions: which sessions are played, and the places of their requests in the
// list.
#pragma once

#include <cstdint>

#include "plan/plan.h"
#include "workload/conversation.h"
#include "workload/schedule.h"

namespace tt::workload {

/// Turns a schedule of single requests into one of sessions and gives it its digest, which covers
/// what the turns wait for as well. Open loop: every request becomes a session that arrives at its
/// instant. Closed loop: as many sessions as have about as many requests. A plan that stops after a
/// number of requests gets exactly so many: the last session is cut.
void expand_sessions(const plan::Plan& plan, const Conversations& conversations,
                     Schedule& schedule);

/// Whether the requests that stop the load are counted while it plays: in closed loop nobody knows
/// before how many a warm-up by time takes, so none can be counted off the list. The list then has
/// whole sessions, and goes on without end.
bool counted_in_play(const plan::Plan& plan);

/// Index of the first request of session `number`. Past the end of the list, which a closed loop
/// stopped by time has, sessions are given room for the most turns that one can have.
std::uint64_t first_index(const Schedule& schedule, std::uint32_t most_turns, std::uint64_t number);

/// The session and the turn in it, both from 0, that a request's index stands for.
struct SessionPlace {
  std::uint64_t number = 0;
  std::uint32_t turn = 0;
};
SessionPlace place_of(const Schedule& schedule, std::uint32_t most_turns, std::uint64_t index);

/// The turns of session `number` that are to be played.
std::vector<Turn> turns_to_play(const Schedule& schedule, const Conversations& conversations,
                                std::uint64_t number);

}  // namespace tt::workload
