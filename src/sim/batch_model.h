// Continuous batching: the engine runs step after step; each step takes some requests, with one new
// token of each decoding one and a chunk of prompt of each prefilling one. A request whose last
// known token was computed in a step gains a token at the end of it. The schedulers differ in whom
// a step takes, when a request is admitted, and who must go when the KV cache is full. Prefix
// caching is not modelled.
#pragma once

#include <vector>

#include "base/rng.h"
#include "sim/model.h"
#include "sim/slots.h"

namespace tt::sim {

class BatchModel final : public Model {
 public:
  BatchModel(const Profile& profile, std::uint64_t seed);

  std::expected<RequestId, Refusal> submit(const Submission& submission) override;
  void cancel(RequestId id) override;
  Nanos next_event() const override;
  std::span<const Emission> advance(Nanos t) override;
  std::span<const StepRecord> steps() const override { return records_; }
  Load load() const override;

 private:
  struct Slot {
    std::uint64_t tag = 0;
    std::uint32_t prompt = 0;
    std::uint32_t output = 0;
    std::uint32_t max_output = 0;
    std::uint32_t total = 0;     // prompt and generated so far: what is known
    std::uint32_t computed = 0;  // of it, in the KV cache
    std::uint32_t chunk = 0;     // new tokens in the running step
    std::uint32_t blocks = 0;
    bool running = false;
    bool cancelled = false;
    Nanos visible = 0;  // when it reaches the scheduler
    Nanos started = kNever;
    Nanos first_at = kNever;

    std::uint32_t generated() const { return total - prompt; }
    std::uint32_t left() const { return total - computed; }
    bool decoding() const { return left() == 1; }
  };
  struct Step {
    bool active = false;
    Nanos begin = 0;
    Nanos end = 0;
    std::uint64_t tokens = 0;
    std::uint64_t context = 0;
    std::uint32_t requests = 0;
    std::uint32_t prefills = 0;
    std::uint64_t prefill_tokens = 0;
    double attention = 0;
  };

  void begin_step(Nanos at);
  void end_step();
  Nanos step_time();
  void schedule(Slot& slot, std::uint32_t tokens);

  // vLLM, TGI, llama.cpp: decodes and chunks of prompts in one step.
  void plan_mixed();
  /// Blocks for `tokens` of running_[position], taken from the last running ones where none is
  /// free. False where the request itself had to go.
  bool make_room(std::size_t position, std::uint32_t tokens);
  void admit(std::uint32_t budget);
  // SGLang: prompts alone, else decodes alone.
  void plan_prefill_first();
  void admit_by_estimate(std::uint32_t budget);
  double pledged() const;
  void decode_all();
  void retract_one();

  bool waiting_is_visible() const;
  std::uint32_t blocks_for(std::uint64_t tokens) const;
  std::uint32_t reservation(const Slot& slot) const;
  void grow_to(Slot& slot, std::uint32_t blocks);
  void start(std::uint32_t blocks, std::uint32_t chunk);
  void preempt(std::size_t position);
  void release(std::uint32_t index);

  Scheduler scheduler_;
  StepCosts costs_;
  Limits limits_;
  Jitter jitter_;
  Rng noise_;
  Nanos overhead_;

  SlotPool<Slot> slots_;
  SlotList<Slot> waiting_{slots_};
  std::vector<std::uint32_t> running_;  // in the order of admission
  std::vector<Emission> emissions_;
  std::vector<StepRecord> records_;
  Step step_;
  std::uint32_t blocks_ = 0;
  std::uint32_t free_blocks_ = 0;
  double new_token_ratio_;
  bool preempted_ = false;  // in the step being planned
  Nanos now_ = INT64_MIN;
  Nanos last_at_ = INT64_MIN;
  std::uint64_t steps_ = 0;
  std::uint64_t tokens_ = 0;
  std::uint64_t preemptions_ = 0;
};

}  // namespace tt::sim
