#include "sim/fixed_model.h"

#include <algorithm>

namespace tt::sim {

FixedModel::FixedModel(const FixedTiming& timing) : timing_(timing) {
  timing_.chunk = std::max(timing_.chunk, 1U);
}

std::expected<RequestId, Refusal> FixedModel::submit(Submission submission) {
  last_at_ = std::max(last_at_, submission.at);
  const std::uint32_t index = slots_.take();
  Slot& slot = slots_[index];
  slot.tag = submission.tag;
  slot.started = last_at_;
  slot.due = last_at_ + timing_.ttft;
  slot.left = std::max(timing_.tokens > 0 ? timing_.tokens : submission.output_tokens, 1U);
  fresh_.push_back(index);
  return slots_.id(index);
}

void FixedModel::cancel(RequestId id) {
  const std::uint32_t index = slots_.find(id);
  if (index == kNoSlot) return;
  (slots_[index].streaming ? streaming_ : fresh_).erase(index);
  slots_.give(index);
}

Nanos FixedModel::next_event() const {
  if (fresh_.empty() && streaming_.empty()) return kNever;
  if (fresh_.empty()) return slots_[streaming_.front()].due;
  if (streaming_.empty()) return slots_[fresh_.front()].due;
  return std::min(slots_[fresh_.front()].due, slots_[streaming_.front()].due);
}

std::span<const Emission> FixedModel::advance(Nanos t) {
  emissions_.clear();
  for (Nanos next = next_event(); next != kNever && next <= t; next = next_event()) {
    const bool fresh = !fresh_.empty() && slots_[fresh_.front()].due == next;
    emit(fresh ? fresh_.front() : streaming_.front());
  }
  return emissions_;
}

void FixedModel::emit(std::uint32_t index) {
  Slot& slot = slots_[index];
  const std::uint32_t tokens = std::min(timing_.chunk, slot.left);
  const bool first = slot.first_at == kNever;
  if (first) {
    slot.first_at = slot.due;
    emissions_.push_back({.tag = slot.tag,
                          .at = slot.due,
                          .kind = Emission::Kind::kStarted,
                          .started = slot.started});
  }
  slot.left -= tokens;
  tokens_ += tokens;
  emissions_.push_back({.tag = slot.tag,
                        .at = slot.due,
                        .tokens = tokens,
                        .first = first,
                        .finished = slot.left == 0,
                        .started = slot.started,
                        .first_at = slot.first_at});
  (slot.streaming ? streaming_ : fresh_).erase(index);
  if (slot.left == 0) {
    slots_.give(index);
    return;
  }
  slot.streaming = true;
  slot.due += timing_.itl * timing_.chunk;
  streaming_.push_back(index);
}

Load FixedModel::load() const {
  return {.running = static_cast<std::uint32_t>(slots_.in_use()), .tokens = tokens_};
}

}  // namespace tt::sim
