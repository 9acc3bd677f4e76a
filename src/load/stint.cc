#include "load/stint.h"

#include <algorithm>

namespace tt::load {
namespace {

using workload::Order;
using workload::Plan;
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

// Sessions are never cut by a block's end but by time: blocks hold whole ones, of about as many
// requests each.
std::vector<Stint> session_stints(const Plan& plan, const Schedule& schedule,
                                  std::uint32_t blocks) {
  const auto& sessions = schedule.sessions;
  const bool by_time = plan.stop.duration && schedule.open_loop;
  const bool endless = !schedule.open_loop && !plan.stop.requests;
  const std::uint64_t warm =
      std::min<std::uint64_t>(plan.warmup.requests, schedule.requests.size());
  std::vector<Stint> stints;
  std::uint64_t first = 0;
  std::uint64_t requests = warm;
  Nanos origin = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    Stint stint = closed_stint(plan, schedule, block, blocks);
    stint.count = 0;
    stint.first = first;
    requests += part(schedule.requests.size() - warm, blocks, block);
    auto end = std::ranges::lower_bound(sessions, requests, {}, &workload::PlannedSession::first);
    if (schedule.open_loop) {
      stint.warmup = plan.warmup;
      stint.origin = origin;
      stint.duration = by_time ? static_cast<Nanos>(part(
                                     static_cast<std::uint64_t>(schedule.duration), blocks, block))
                               : 0;
      origin += stint.duration;
      if (by_time)
        end = std::ranges::lower_bound(sessions, origin, {}, &workload::PlannedSession::at);
    }
    if (block + 1 == blocks) end = sessions.end();
    stint.last = static_cast<std::uint64_t>(end - sessions.begin());
    first = stint.last;
    if (endless) stint.first = stint.last = 0;
    if (schedule.open_loop && !by_time && first < sessions.size()) origin = sessions[first].at;
    stints.push_back(stint);
  }
  // A block of no session would be one without end.
  if (!endless) std::erase_if(stints, [](const Stint& s) { return s.first == s.last; });
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
