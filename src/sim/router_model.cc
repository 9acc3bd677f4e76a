#include "sim/router_model.h"

#include <algorithm>

namespace tt::sim {

RouterModel::RouterModel(RouterPolicy policy, std::vector<std::unique_ptr<Model>> replicas)
    : policy_(policy), replicas_(std::move(replicas)) {}

// An id is the replica's own, times their number, plus its place: ids of a model stay far below
// what that would overflow.
std::expected<RequestId, Refusal> RouterModel::submit(Submission submission) {
  const std::size_t at = choose(submission);
  const auto id = replicas_[at]->submit(std::move(submission));
  if (!id) return id;
  return *id * replicas_.size() + at;
}

std::size_t RouterModel::choose(const Submission& submission) {
  switch (policy_) {
    case RouterPolicy::kLeastLoaded:
      return least_loaded();
    case RouterPolicy::kPrefixAffinity: {
      std::size_t best = 0;
      std::uint32_t most = 0;
      for (std::size_t i = 0; i < replicas_.size(); ++i) {
        const std::uint32_t cached = replicas_[i]->cached_tokens(submission);
        if (cached > most) {
          most = cached;
          best = i;
        }
      }
      return most * 2 > submission.prompt_tokens ? best : least_loaded();
    }
    case RouterPolicy::kRoundRobin:
      break;
  }
  return next_++ % replicas_.size();
}

/// Among equals the first.
std::size_t RouterModel::least_loaded() const {
  const auto requests = [this](std::size_t i) {
    const Load load = replicas_[i]->load();
    return std::uint64_t{load.running} + load.waiting + load.coming;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < replicas_.size(); ++i) {
    if (requests(i) < requests(best)) best = i;
  }
  return best;
}

std::uint32_t RouterModel::cached_tokens(const Submission& submission) const {
  std::uint32_t most = 0;
  for (const auto& replica : replicas_) {
    most = std::max(most, replica->cached_tokens(submission));
  }
  return most;
}

void RouterModel::cancel(RequestId id) { replicas_[replica_of(id)]->cancel(id / replicas_.size()); }

Nanos RouterModel::next_event() const {
  Nanos next = kNever;
  for (const auto& replica : replicas_) {
    const Nanos at = replica->next_event();
    if (at != kNever && (next == kNever || at < next)) next = at;
  }
  return next;
}

std::span<const Emission> RouterModel::advance(Nanos t) {
  emissions_.clear();
  records_.clear();
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    const auto place = static_cast<std::uint16_t>(i);
    for (Emission emission : replicas_[i]->advance(t)) {
      emission.replica = place;
      emissions_.push_back(emission);
    }
    for (StepRecord record : replicas_[i]->steps()) {
      record.replica = place;
      records_.push_back(record);
    }
  }
  std::ranges::stable_sort(emissions_, {}, &Emission::at);
  std::ranges::stable_sort(records_, {}, &StepRecord::end);
  return emissions_;
}

Load RouterModel::load() const {
  Load all;
  for (const auto& replica : replicas_) {
    const Load one = replica->load();
    all.running += one.running;
    all.waiting += one.waiting;
    all.coming += one.coming;
    all.kv_blocks_used += one.kv_blocks_used;
    all.kv_blocks += one.kv_blocks;
    all.kv_blocks_cached += one.kv_blocks_cached;
    all.steps += one.steps;
    all.tokens += one.tokens;
    all.preemptions += one.preemptions;
  }
  return all;
}

std::uint16_t RouterModel::replicas() const { return static_cast<std::uint16_t>(replicas_.size()); }

Load RouterModel::replica_load(std::uint16_t replica) const { return replicas_[replica]->load(); }

std::uint16_t RouterModel::replica_of(RequestId id) const {
  return static_cast<std::uint16_t>(id % replicas_.size());
}

}  // namespace tt::sim
