#include "sim/batch_model.h"

#include <algorithm>
#include <cmath>

namespace tt::sim {
namespace {

// SGLang's estimate of how much of max_new_tokens a request will use: it starts high, sinks with
// every decode step, and is set anew after a retraction.
constexpr double kNewTokenRatioStart = 0.7;
constexpr double kNewTokenRatioLeast = 0.14 * kNewTokenRatioStart;
constexpr double kNewTokenRatioSteps = 600;
constexpr std::uint32_t kEstimatedTokensCap = 4096;
constexpr std::uint32_t kRetractSteps = 20;

Limits sane(Limits limits) {
  limits.block_tokens = std::max(limits.block_tokens, 1U);
  limits.max_sequences = std::max(limits.max_sequences, 1U);
  limits.max_batched_tokens = std::max(limits.max_batched_tokens, 1U);
  return limits;
}

}  // namespace

BatchModel::BatchModel(const Profile& profile, std::uint64_t seed)
    : scheduler_(profile.scheduler),
      by_priority_(profile.scheduling_policy == SchedulingPolicy::kPriority),
      costs_(profile.step),
      limits_(sane(profile.limits)),
      jitter_(profile.jitter),
      effects_(profile.effects),
      speculation_(profile.speculative),
      noise_(Rng::stream(seed, "steps")),
      guesses_(Rng::stream(seed, "guesses")),
      overhead_(from_seconds(profile.step.overhead_ms / 1e3)),
      kv_(std::max(limits_.kv_tokens / limits_.block_tokens, 1U),
          profile.prefix_cache && scheduler_ != Scheduler::kLlamaCpp),
      seats_(scheduler_ == Scheduler::kLlamaCpp ? limits_.max_sequences : 0, profile.prefix_cache),
      new_token_ratio_(kNewTokenRatioStart) {}

std::expected<RequestId, Refusal> BatchModel::submit(Submission submission) {
  if (limits_.max_concurrent > 0 && slots_.in_use() >= limits_.max_concurrent) {
    return std::unexpected(Refusal::kOverloaded);
  }
  Slot slot;
  slot.tag = submission.tag;
  slot.prompt = std::max(submission.prompt_tokens, 1U);
  slot.output = std::max(submission.output_tokens, 1U);
  slot.max_output = std::max(submission.max_tokens, slot.output);
  slot.total = slot.prompt;
  slot.priority = submission.priority;
  slot.order = arrivals_++;
  slot.lease.names = std::move(submission.blocks);
  // A llama.cpp slot owns a fixed share; elsewhere one request may fill the cache.
  const std::uint64_t longest = std::uint64_t{slot.prompt} + slot.max_output;
  const std::uint32_t share =
      scheduler_ == Scheduler::kLlamaCpp ? kv_.blocks() / limits_.max_sequences : kv_.blocks();
  if (longest > std::uint64_t{share} * limits_.block_tokens) {
    return std::unexpected(Refusal::kTooLong);
  }
  last_at_ = std::max(last_at_, submission.at);
  slot.visible = last_at_ + overhead_;
  const std::uint32_t index = slots_.take();
  slots_[index] = std::move(slot);
  coming_.push_back(index);
  return slots_.id(index);
}

std::uint32_t BatchModel::cached_tokens(const Submission& submission) const {
  const std::uint32_t most = (std::max(submission.prompt_tokens, 1U) - 1) / limits_.block_tokens;
  return kv_.match(submission.blocks, most).blocks * limits_.block_tokens;
}

void BatchModel::cancel(RequestId id) {
  const std::uint32_t index = slots_.find(id);
  if (index == kNoSlot) return;
  if (slots_[index].running) {
    slots_[index].cancelled = true;  // the step that runs now still holds it
    return;
  }
  (slots_[index].queued ? waiting_ : coming_).erase(index);
  slots_.give(index);
}

Nanos BatchModel::next_event() const {
  if (step_.active) return step_.end;
  if (!waiting_.empty()) return now_;
  return coming_.empty() ? kNever : std::max(now_, slots_[coming_.front()].visible);
}

std::span<const Emission> BatchModel::advance(Nanos t) {
  emissions_.clear();
  records_.clear();
  for (Nanos next = next_event(); next != kNever && next <= t; next = next_event()) {
    if (step_.active) end_step();
    begin_step(next);
  }
  return emissions_;
}

void BatchModel::begin_step(Nanos at) {
  now_ = at;
  step_ = Step{};
  preempted_ = false;
  let_in();
  if (scheduler_ == Scheduler::kSglang || scheduler_ == Scheduler::kVllmV0) {
    plan_prefill_first();
  } else {
    plan_mixed();
  }
  if (step_.requests == 0) return;
  if (first_step_ == kNever) first_step_ = at;
  step_.active = true;
  step_.begin = at;
  step_.end = at + step_time();
  ++steps_;
}

Nanos BatchModel::step_time() {
  const auto tokens = static_cast<double>(step_.tokens);
  double ms = 0;
  if (limits_.micro_batch_tokens == 0 || step_.tokens <= limits_.micro_batch_tokens) {
    ms = std::max(costs_.weights_ms, costs_.token_ms * tokens);
  } else {
    const double piece = limits_.micro_batch_tokens;
    const double whole = std::floor(tokens / piece);
    ms = whole * std::max(costs_.weights_ms, costs_.token_ms * piece);
    const double rest = tokens - whole * piece;
    if (rest > 0) ms += std::max(costs_.weights_ms, costs_.token_ms * rest);
  }
  if (step_.prefills > 0) ms = std::max(ms, costs_.prefill_ms);
  ms += costs_.context_ms * static_cast<double>(step_.context) +
        2 * costs_.attention_ms * step_.attention + costs_.host_ms +
        costs_.request_ms * step_.requests;
  if (step_.drafting) ms += speculation_->draft_ms;
  ms *= effects_.factor(step_.begin - first_step_);
  if (jitter_.step_sigma > 0) {
    const double sigma = jitter_.step_sigma;
    ms *= std::exp(sigma * noise_.normal() - sigma * sigma / 2);
  }
  if (jitter_.pauses_per_s > 0 && noise_.uniform() < jitter_.pauses_per_s * ms / 1e3) {
    ms += jitter_.pause_min_ms + noise_.uniform() * (jitter_.pause_max_ms - jitter_.pause_min_ms);
  }
  return std::max<Nanos>(from_seconds(ms / 1e3), 1);
}

void BatchModel::schedule(Slot& slot, std::uint32_t tokens) {
  slot.chunk = tokens;
  step_.tokens += tokens;
  ++step_.requests;
  if (slot.decoding()) {
    step_.context += slot.total;
    slot.drafts = guesses_ahead(slot);
    step_.tokens += slot.drafts;
    step_.drafting = step_.drafting || slot.drafts > 0;
  } else {
    ++step_.prefills;
    step_.prefill_tokens += tokens;
    step_.attention += static_cast<double>(tokens) * (slot.computed + tokens / 2.0);
  }
}

void BatchModel::end_step() {
  const Nanos at = step_.end;
  step_.active = false;
  records_.push_back({.begin = step_.begin,
                      .end = at,
                      .requests = step_.requests,
                      .prefills = step_.prefills,
                      .tokens = static_cast<std::uint32_t>(step_.tokens),
                      .prefill_tokens = static_cast<std::uint32_t>(step_.prefill_tokens)});
  now_ = at;
  std::size_t kept = 0;
  for (const std::uint32_t index : running_) {
    Slot& slot = slots_[index];
    slot.computed += slot.chunk;
    const bool gains = slot.chunk > 0 && slot.computed == slot.total && !slot.cancelled;
    slot.chunk = 0;
    bool gone = slot.cancelled;
    if (gains) {
      const std::uint32_t right = guessed_right(slot);
      slot.total += 1 + right;
      slot.computed += right;
      tokens_ += 1 + right;
      gone = slot.generated() == slot.output;
      if (slot.first_at == kNever) slot.first_at = at;
      emit(slot, 1 + right, gone);
    }
    slot.drafts = 0;
    kv_.publish(slot.lease, slot.computed / limits_.block_tokens);
    if (gone) {
      give_back(slot);
      slots_.give(index);
    } else {
      running_[kept++] = index;
    }
  }
  running_.resize(kept);
}

/// Guesses count as far as all before them were right.
std::uint32_t BatchModel::guessed_right(const Slot& slot) {
  std::uint32_t right = 0;
  while (right < slot.drafts && guesses_.uniform() < speculation_->acceptance) ++right;
  return right;
}

void BatchModel::emit(const Slot& slot, std::uint32_t gained, bool finished) {
  emissions_.push_back({.tag = slot.tag,
                        .at = now_,
                        .tokens = gained,
                        .first = slot.first_at == now_ && slot.generated() == gained,
                        .finished = finished,
                        .drafted = static_cast<std::uint16_t>(slot.drafts),
                        .cached = slot.cached,
                        .started = slot.started,
                        .first_at = slot.first_at});
}

// --- vLLM, TGI, llama.cpp ---------------------------------------------------------------------

void BatchModel::plan_mixed() {
  const std::uint32_t budget = serve_running();
  if (!preempted_) admit(budget);
}

std::uint32_t BatchModel::serve_running() {
  // TGI's budget is for prompts alone.
  const bool decodes_count = scheduler_ != Scheduler::kTgi;
  std::uint32_t budget = limits_.max_batched_tokens;
  for (std::size_t i = 0; i < running_.size() && budget > 0; ++i) {
    Slot& slot = slots_[running_[i]];
    const std::uint32_t tokens = std::min(slot.left(), budget);
    const std::uint32_t guesses = guesses_ahead(slot);
    if (!make_room(i, slot.computed + tokens + guesses)) break;
    if (decodes_count || !slot.decoding()) budget -= std::min(budget, tokens + guesses);
    schedule(slot, tokens);
  }
  return budget;
}

bool BatchModel::make_room(std::size_t position, std::uint32_t tokens) {
  Slot& slot = slots_[running_[position]];
  const std::uint32_t needed = blocks_for(tokens);
  if (needed <= slot.lease.blocks) return true;
  while (kv_.free() < needed - slot.lease.blocks) {
    const bool itself = position + 1 == running_.size();
    preempt(running_.size() - 1);
    if (itself) return false;
  }
  kv_.grow(slot.lease, needed);
  return true;
}

void BatchModel::admit(std::uint32_t budget) {
  while (budget > 0 && running_.size() < limits_.max_sequences && !waiting_.empty()) {
    const Slot& slot = slots_[waiting_.front()];
    const KvCache::Match match = found(slot);
    const std::uint32_t known = match.blocks * limits_.block_tokens;
    const std::uint32_t chunk = std::min(slot.total - known, budget);
    // V0 cuts no prompt; one that is longer than a whole step has no other way.
    const bool whole = chunk == slot.total - known || step_.requests == 0;
    if (scheduler_ == Scheduler::kVllmV0 && !whole) return;
    const std::uint32_t reserved = reservation(slot);
    // The head of the queue blocks the rest.
    if (reserved - match.blocks > kv_.free() - match.idle) return;
    // vLLM wants room for the whole prompt, but takes it chunk by chunk.
    const bool chunk_by_chunk = scheduler_ == Scheduler::kVllm || scheduler_ == Scheduler::kVllmV0;
    start({.found = match.blocks,
           .blocks = chunk_by_chunk ? blocks_for(known + chunk) : reserved,
           .chunk = chunk});
    budget -= chunk;
  }
}

/// At least the last token is always computed: the next one comes from it.
KvCache::Match BatchModel::found(const Slot& slot) const {
  return kv_.match(slot.lease.names, (slot.total - 1) / limits_.block_tokens);
}

std::uint32_t BatchModel::reservation(const Slot& slot) const {
  switch (scheduler_) {
    case Scheduler::kTgi:
      return blocks_for(std::uint64_t{slot.prompt} + slot.max_output - 1);
    case Scheduler::kLlamaCpp:
      return kv_.blocks() / limits_.max_sequences;
    case Scheduler::kVllm:
    case Scheduler::kVllmV0:
    case Scheduler::kSglang:
      break;
  }
  return blocks_for(slot.total);
}

// --- SGLang, vLLM V0 --------------------------------------------------------------------------

void BatchModel::plan_prefill_first() {
  std::uint32_t budget = limits_.max_batched_tokens;
  for (std::size_t i = 0; i < running_.size() && budget > 0; ++i) {
    Slot& slot = slots_[running_[i]];
    if (slot.decoding()) continue;
    const std::uint32_t tokens = std::min(slot.left(), budget);
    if (!make_room(i, slot.computed + tokens)) break;
    schedule(slot, tokens);
    budget -= tokens;
  }
  const bool estimates = scheduler_ == Scheduler::kSglang;
  if (estimates) {
    admit_by_estimate(budget);
  } else if (!preempted_) {
    admit(budget);
  }
  if (step_.requests > 0) return;
  if (estimates) {
    decode_all();
  } else {
    serve_running();
  }
}

void BatchModel::admit_by_estimate(std::uint32_t budget) {
  if (waiting_.empty()) return;
  double room = static_cast<double>(kv_.free()) * limits_.block_tokens - pledged();
  while (budget > 0 && running_.size() < limits_.max_sequences && !waiting_.empty()) {
    const Slot& slot = slots_[waiting_.front()];
    const std::uint32_t ahead = std::min(slot.max_output - slot.generated(), kEstimatedTokensCap);
    const KvCache::Match match = found(slot);
    const std::uint32_t known = match.blocks * limits_.block_tokens;
    // Of what is known, only that which nobody uses takes room away.
    const double wanted =
        slot.total - known + match.idle * limits_.block_tokens + ahead * new_token_ratio_;
    const std::uint32_t chunk = std::min(slot.total - known, budget);
    // An empty engine takes any request: submit() saw that it can fit.
    if (!running_.empty() && wanted > room) return;
    const std::uint32_t blocks = blocks_for(known + chunk);
    if (blocks - match.blocks > kv_.free() - match.idle) return;
    start({.found = match.blocks, .blocks = blocks, .chunk = chunk});
    room -= wanted;
    budget -= chunk;
  }
}

/// Tokens that the running requests are expected to need yet.
double BatchModel::pledged() const {
  double tokens = 0;
  for (const std::uint32_t index : running_) {
    const Slot& slot = slots_[index];
    tokens += slot.decoding() ? 0 : slot.left() - slot.chunk;
    tokens += std::min(slot.max_output - slot.generated(), kEstimatedTokensCap) * new_token_ratio_;
  }
  return tokens;
}

void BatchModel::decode_all() {
  const auto lacking = [this] {
    std::uint64_t needed = 0;
    for (const std::uint32_t index : running_) {
      const Slot& slot = slots_[index];
      const std::uint32_t blocks = blocks_for(slot.total + guesses_ahead(slot));
      needed += std::max(blocks, slot.lease.blocks) - slot.lease.blocks;
    }
    return needed > kv_.free();
  };
  while (lacking() && running_.size() > 1) retract_one();
  for (const std::uint32_t index : running_) {
    Slot& slot = slots_[index];
    kv_.grow(slot.lease, blocks_for(slot.total + guesses_ahead(slot)));
    schedule(slot, 1);
  }
  constexpr double kDecay = (kNewTokenRatioStart - kNewTokenRatioLeast) / kNewTokenRatioSteps;
  if (!preempted_) new_token_ratio_ = std::max(new_token_ratio_ - kDecay, kNewTokenRatioLeast);
}

void BatchModel::retract_one() {
  const auto worse = [this](std::uint32_t a, std::uint32_t b) {
    const Slot& x = slots_[a];
    const Slot& y = slots_[b];
    return x.generated() != y.generated() ? x.generated() < y.generated() : x.prompt > y.prompt;
  };
  const auto victim = std::ranges::min_element(running_, worse);
  preempt(static_cast<std::size_t>(victim - running_.begin()));
  double decoded = 0;
  double allowed = 0;
  for (const std::uint32_t index : running_) {
    decoded += slots_[index].generated() + kRetractSteps;
    allowed += slots_[index].max_output;
  }
  new_token_ratio_ = std::min(1.0, decoded / std::max(allowed, 1.0));
}

// --- Common -----------------------------------------------------------------------------------

void BatchModel::let_in() {
  while (!coming_.empty() && slots_[coming_.front()].visible <= now_) {
    const std::uint32_t index = coming_.front();
    coming_.erase(index);
    queue_up(index, false);
  }
}

bool BatchModel::goes_before(const Slot& a, const Slot& b) const {
  return a.priority != b.priority ? a.priority < b.priority : a.order < b.order;
}

/// `again`: it had its turn already, and waits at the head of the queue unless priorities say
/// otherwise.
void BatchModel::queue_up(std::uint32_t index, bool again) {
  slots_[index].queued = true;
  if (by_priority_) {
    waiting_.insert_sorted(index, [this, index](std::uint32_t other) {
      return goes_before(slots_[index], slots_[other]);
    });
  } else if (again) {
    waiting_.push_front(index);
  } else {
    waiting_.push_back(index);
  }
}

void BatchModel::begin_running(std::uint32_t index) {
  waiting_.erase(index);
  slots_[index].queued = false;
  slots_[index].running = true;
  const auto place = by_priority_
                         ? std::ranges::upper_bound(running_, index,
                                                    [this](std::uint32_t a, std::uint32_t b) {
                                                      return goes_before(slots_[a], slots_[b]);
                                                    })
                         : running_.end();
  running_.insert(place, index);
}

std::uint32_t BatchModel::blocks_for(std::uint64_t tokens) const {
  return static_cast<std::uint32_t>((tokens + limits_.block_tokens - 1) / limits_.block_tokens);
}

std::uint32_t BatchModel::guesses_ahead(const Slot& slot) const {
  if (!speculation_ || !slot.decoding()) return 0;
  return std::min(speculation_->draft_tokens, slot.output - slot.generated() - 1);
}

/// Admits the head of the queue.
void BatchModel::start(const Start& start) {
  const std::uint32_t index = waiting_.front();
  Slot& slot = slots_[index];
  begin_running(index);
  std::uint32_t chunk = start.chunk;
  kv_.adopt(slot.lease, start.found);
  slot.computed = start.found * limits_.block_tokens;
  if (scheduler_ == Scheduler::kLlamaCpp) {
    const Seats::Seat seat = seats_.take(slot.lease.names);
    slot.seat = seat.index;
    slot.computed = std::min(seat.known * limits_.block_tokens, slot.total - 1);
    chunk = std::min(slot.left(), chunk);
  }
  kv_.grow(slot.lease, start.blocks);
  schedule(slot, chunk);
  if (slot.started != kNever) return;  // it comes back after a preemption
  slot.started = now_;
  slot.cached = std::min(slot.computed, slot.prompt);
  emissions_.push_back({.tag = slot.tag,
                        .at = now_,
                        .kind = Emission::Kind::kStarted,
                        .cached = slot.cached,
                        .started = now_});
}

/// Evicts a running request; what it had computed is lost but for what the prefix cache keeps.
void BatchModel::preempt(std::size_t position) {
  const std::uint32_t index = running_[position];
  Slot& slot = slots_[index];
  give_back(slot);
  slot.computed = 0;
  slot.chunk = 0;
  slot.drafts = 0;
  slot.running = false;
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(position));
  queue_up(index, true);
  preempted_ = true;
  ++preemptions_;
}

void BatchModel::give_back(Slot& slot) {
  kv_.release(slot.lease);
  if (scheduler_ != Scheduler::kLlamaCpp) return;
  const std::size_t known =
      std::min<std::size_t>(slot.computed / limits_.block_tokens, slot.lease.names.size());
  seats_.leave(slot.seat, std::span(slot.lease.names).first(known));
}

Load BatchModel::load() const {
  return {.running = static_cast<std::uint32_t>(running_.size()),
          .waiting = waiting_.size(),
          .coming = coming_.size(),
          .kv_blocks_used = kv_.blocks() - kv_.free(),
          .kv_blocks = kv_.blocks(),
          .kv_blocks_cached = kv_.idle(),
          .steps = steps_,
          .tokens = tokens_,
          .preemptions = preemptions_};
}

}  // namespace tt::sim
