#include "load/stint.h"

#include <algorithm>

#include "workload/session_schedule.h"

namespace tt::load {
namespace {

using plan::Order;
using plan::Plan;
using workload::PlannedRequest;
using workload::Schedule;

// Part `i` of `total` cut into `parts` nearly equal whole parts.
std::uint64_t part(std::uint64_t total, std::uint32_t parts, std::uint32_t i) {
  return total / parts + (i < total % parts ? 1 : 0);
}

Stint closed_stint(const Plan& plan, const Schedule& schedule, std::uint32_t block,
                   std::uint32_t blocks) {
  Stint stint{.block = block};
  if (block == 0) stint.warmup = plan.warmup;
  if (schedule.playing > 0) {
    stint.duration = schedule.playing;
  } else if (plan.stop.duration) {
    stint.duration =
        static_cast<Nanos>(part(static_cast<std::uint64_t>(*plan.stop.duration), blocks, block));
  }
  if (plan.stop.requests) stint.count = part(*plan.stop.requests, blocks, block);
  return stint;
}

// Open loop: windows of equal length on the schedule's time axis; the first also holds the warm-up.
// Where only a number of requests ends the load, windows of equal counts. A load that varies is
// never cut: each window holds one playing of it.
std::vector<Stint> open_stints(const Plan& plan, const Schedule& schedule, std::uint32_t blocks) {
  const auto& requests = schedule.requests;
  const auto index_at = [&](Nanos t) {
    const auto it = std::lower_bound(requests.begin(), requests.end(), t,
                                     [](const PlannedRequest& r, Nanos x) { return r.at < x; });
    return static_cast<std::uint64_t>(it - requests.begin());
  };
  std::vector<Stint> stints;
  std::uint64_t first = 0;
  Nanos origin = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    Stint stint{.block = block, .warmup = plan.warmup, .first = first, .origin = origin};
    const bool final_block = block + 1 == blocks;
    if (schedule.playing > 0) {
      origin = block == 0 ? 0 : schedule.lead + schedule.playing * block;
      stint.origin = origin;
      stint.last = final_block ? requests.size()
                               : index_at(schedule.lead + schedule.playing * (block + Nanos{1}));
    } else if (plan.stop.duration) {
      const Nanos length =
          static_cast<Nanos>(part(static_cast<std::uint64_t>(schedule.duration), blocks, block));
      stint.last = final_block ? requests.size() : index_at(origin + length);
      origin += length;
    } else {
      stint.last = first + part(requests.size(), blocks, block);
      origin = stint.last < requests.size() ? requests[stint.last].at : origin;
    }
    first = stint.last;
    stints.push_back(stint);
  }
  return stints;
}

// Of sessions: each arrival stands for one, and a window's end is the end of all of its turns.
std::vector<Stint> open_session_stints(const Plan& plan, const Schedule& schedule,
                                       std::uint32_t blocks) {
  Schedule arrivals;
  arrivals.duration = schedule.duration;
  arrivals.lead = schedule.lead;
  arrivals.playing = schedule.playing;
  for (const workload::PlannedSession& session : schedule.sessions) {
    arrivals.requests.push_back({});
    arrivals.requests.back().at = session.at;
  }
  std::vector<Stint> stints = open_stints(plan, arrivals, blocks);
  if (schedule.duration == 0) return stints;
  for (std::size_t i = 0; i < stints.size(); ++i) {
    const Nanos end = i + 1 < stints.size() ? stints[i + 1].origin : schedule.duration;
    stints[i].duration = end - stints[i].origin;
  }
  return stints;
}

// Blocks hold whole sessions, of about as many requests each. Only time cuts sessions, and a number
// of requests that is counted in play.
std::vector<Stint> closed_session_stints(const Plan& plan, const Schedule& schedule,
                                         std::uint32_t blocks) {
  const auto& sessions = schedule.sessions;
  const std::uint64_t all = schedule.requests.size();
  const std::uint64_t warm = std::min<std::uint64_t>(plan.warmup.requests, all);
  std::vector<Stint> stints;
  const bool listed = plan.stop.requests && !workload::counted_in_play(plan);
  std::uint64_t first = 0;
  std::uint64_t requests = warm;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    Stint stint = closed_stint(plan, schedule, block, blocks);
    if (listed) {
      stint.count = 0;
      requests += part(all - warm, blocks, block);
      const auto end =
          block + 1 == blocks
              ? sessions.end()
              : std::ranges::lower_bound(sessions, requests, {}, &workload::PlannedSession::first);
      stint.first = first;
      stint.last = first = static_cast<std::uint64_t>(end - sessions.begin());
    }
    stints.push_back(stint);
  }
  return stints;
}

std::vector<Stint> session_stints(const Plan& plan, const Schedule& schedule,
                                  std::uint32_t blocks) {
  std::vector<Stint> stints = schedule.open_loop ? open_session_stints(plan, schedule, blocks)
                                                 : closed_session_stints(plan, schedule, blocks);
  if (schedule.open_loop || (plan.stop.requests && !workload::counted_in_play(plan))) {
    // A block of no session would be one without end.
    std::erase_if(stints, [](const Stint& stint) { return stint.first == stint.last; });
  }
  return stints;
}

std::uint32_t blocks_of(const Plan& plan) {
  return plan.order == Order::kInterleaved ? std::max(plan.blocks, 1u) : 1;
}

}  // namespace

std::vector<Round> cut_into_rounds(const Plan& plan, const Schedule& schedule) {
  std::uint32_t blocks = schedule.playing > 0 ? schedule.playings : blocks_of(plan);
  if (plan.stop.requests && schedule.playing == 0) {  // no empty blocks
    blocks = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(*plan.stop.requests, 1, blocks));
  }
  std::vector<Stint> per_target;
  if (!schedule.sessions.empty()) {
    per_target = session_stints(plan, schedule, blocks);
  } else if (schedule.open_loop) {
    per_target = open_stints(plan, schedule, blocks);
  } else {
    for (std::uint32_t b = 0; b < blocks; ++b)
      per_target.push_back(closed_stint(plan, schedule, b, blocks));
  }
  std::vector<Round> rounds;
  const auto targets = static_cast<std::uint32_t>(plan.targets.size());
  for (const Stint& stint : per_target) {
    if (plan.order == Order::kTogether) rounds.emplace_back();
    for (std::uint32_t t = 0; t < targets; ++t) {
      if (plan.order != Order::kTogether) rounds.emplace_back();
      rounds.back().push_back(stint);
      rounds.back().back().target = t;
    }
  }
  return rounds;
}

}  // namespace tt::load
