// Every request answered in one fixed rhythm: no queue, no batch, no noise.
#pragma once

#include <vector>

#include "sim/model.h"
#include "sim/slots.h"

namespace tt::sim {

class FixedModel final : public Model {
 public:
  explicit FixedModel(const FixedTiming& timing);

  std::expected<RequestId, Refusal> submit(Submission submission) override;
  void cancel(RequestId id) override;
  Nanos next_event() const override;
  std::span<const Emission> advance(Nanos t) override;
  /// None: a rhythm has no steps.
  std::span<const StepRecord> steps() const override { return {}; }
  Load load() const override;

 private:
  struct Slot {
    std::uint64_t tag = 0;
    Nanos due = 0;
    Nanos started = 0;
    Nanos first_at = kNever;
    std::uint32_t left = 0;
    bool streaming = false;  // stands in `streaming_`, else in `fresh_`
  };
  void emit(std::uint32_t index);

  FixedTiming timing_;
  SlotPool<Slot> slots_;
  // Gaps are constant, so each list is in the order of `due` by itself.
  SlotList<Slot> fresh_{slots_};      // before the first token
  SlotList<Slot> streaming_{slots_};  // after it
  std::vector<Emission> emissions_;
  Nanos last_at_ = INT64_MIN;
  std::uint64_t tokens_ = 0;
};

}  // namespace tt::sim
