#include "workload/session_schedule.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/rng.h"
#include "workload/prefix.h"

namespace tt::workload {
namespace {

// The list being built, with the digest of what turns wait for.
class Expansion {
 public:
  Expansion(const plan::Plan& plan, const Conversations& conversations, Schedule& schedule)
      : plan_(plan),
        conversations_(conversations),
        schedule_(schedule),
        singles_(std::move(schedule.requests)) {
    schedule_.requests.clear();
  }

  const std::vector<PlannedRequest>& singles() const { return singles_; }

  /// Adds the next session, cut to `most` turns; says how many it got.
  std::uint64_t add(Nanos at, std::uint64_t most) {
    const std::uint64_t number = schedule_.sessions.size();
    std::vector<Turn> turns = conversations_.turns(number);
    if (turns.size() > most) turns.resize(most);
    schedule_.sessions.push_back({.first = schedule_.requests.size(),
                                  .at = at,
                                  .turns = static_cast<std::uint32_t>(turns.size())});
    for (const Turn& turn : turns) {
      PlannedRequest request;
      request.at = at;
      request.prompt = number;
      request.input_tokens = turn.input_tokens;
      request.output_tokens = turn.output_tokens;
      schedule_.requests.push_back(request);
      if (turn.input_tokens > 0) schedule_.reusable_tokens += turn.known_tokens;
      waits_ = fnv1a(static_cast<std::uint64_t>(turn.delay), 8, waits_);
      for (const std::uint32_t parent : turn.after) waits_ = fnv1a(parent, 8, waits_);
    }
    count_shared(number, turns);
    return turns.size();
  }

  void finish() {
    schedule_.digest = schedule_digest(schedule_.requests);
    schedule_.digest = fnv1a(waits_, 8, schedule_.digest);
  }

 private:
  // What other sessions have sent before. With several first turns only the first one counts.
  void count_shared(std::uint64_t number, const std::vector<Turn>& turns) {
    const auto prefix = prefix_of(plan_.workload, plan_.seeds, number);
    if (prefix) schedule_.prefix_tokens += prefix->tokens;
    if (turns.front().input_tokens == 0) return;
    if (prefix) schedule_.reusable_tokens += seen_.reuse(*prefix);
    if (number > 0) schedule_.reusable_tokens += plan_.workload.sessions->system;
  }

  const plan::Plan& plan_;
  const Conversations& conversations_;
  Schedule& schedule_;
  SeenPrefixes seen_;
  std::vector<PlannedRequest> singles_;
  std::uint64_t waits_ = fnv1a("");
};

}  // namespace

void expand_sessions(const plan::Plan& plan, const Conversations& conversations,
                     Schedule& schedule) {
  Expansion list(plan, conversations, schedule);
  // Warm-up by time comes before what is counted.
  const Nanos counted_from = schedule.open_loop ? plan.warmup.duration : 0;
  std::uint64_t left = UINT64_MAX;
  if (plan.stop.requests) left = *plan.stop.requests + plan.warmup.requests;
  if (schedule.open_loop) {
    for (const PlannedRequest& single : list.singles()) {
      if (left == 0 || schedule.requests.size() > plan::kMaxRequests) break;
      const std::uint64_t added = list.add(single.at, left);
      if (single.at >= counted_from && left != UINT64_MAX) left -= added;
    }
  } else {
    const std::uint64_t wanted = list.singles().size();
    while (schedule.requests.size() < wanted) {
      const bool exact = plan.stop.requests && !counted_in_play(plan);
      list.add(0, exact ? wanted - schedule.requests.size() : UINT64_MAX);
    }
  }
  list.finish();
}

bool counted_in_play(const plan::Plan& plan) {
  return plan.workload.sessions && std::holds_alternative<plan::Concurrency>(plan.load) &&
         plan.stop.requests && plan.warmup.duration > 0;
}

std::uint64_t first_index(const Schedule& schedule, std::uint32_t most_turns,
                          std::uint64_t number) {
  if (number < schedule.sessions.size()) return schedule.sessions[number].first;
  return schedule.requests.size() + (number - schedule.sessions.size()) * most_turns;
}

SessionPlace place_of(const Schedule& schedule, std::uint32_t most_turns, std::uint64_t index) {
  if (index >= schedule.requests.size()) {
    const std::uint64_t past = index - schedule.requests.size();
    return {schedule.sessions.size() + past / most_turns,
            static_cast<std::uint32_t>(past % most_turns)};
  }
  const auto next = std::ranges::upper_bound(schedule.sessions, index, {}, &PlannedSession::first);
  const auto session = std::prev(next);
  return {static_cast<std::uint64_t>(session - schedule.sessions.begin()),
          static_cast<std::uint32_t>(index - session->first)};
}

std::vector<Turn> turns_to_play(const Schedule& schedule, const Conversations& conversations,
                                std::uint64_t number) {
  std::vector<Turn> turns = conversations.turns(number);
  if (number < schedule.sessions.size() && turns.size() > schedule.sessions[number].turns) {
    turns.resize(schedule.sessions[number].turns);
  }
  return turns;
}

}  // namespace tt::workload
