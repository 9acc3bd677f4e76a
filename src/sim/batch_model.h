// Continuous batching: the engine runs step after step; each step takes some requests, with one new
// token of each decoding one and a chunk of prompt of each prefilling one. A request whose last
// known token was computed in a step gains a token at the end of it. The schedulers differ in whom
// a step takes, when a request is admitted, and who must go when the KV cache is full. With a
// prefix cache, blocks of the beginning that it holds need not be computed. With speculation, a
// decoding request computes its token and some guesses in one step, and gains those that were
// right.
#pragma once

#include <vector>

#include "base/rng.h"
#include "sim/kv_cache.h"
#include "sim/model.h"
#include "sim/seats.h"
#include "sim/slots.h"

namespace tt::sim {

class BatchModel final : public Model {
 public:
  BatchModel(const Profile& profile, std::uint64_t seed);

  std::expected<RequestId, Refusal> submit(Submission submission) override;
  std::uint32_t cached_tokens(const Submission& submission) const override;
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
    std::uint32_t drafts = 0;    // guesses that the running step checks
    std::uint32_t cached = 0;    // tokens that were in the cache when it first started
    std::uint32_t seat = 0;      // llama.cpp
    std::int32_t priority = 0;
    std::uint64_t order = 0;  // of arrival
    KvLease lease;
    bool queued = false;  // in waiting_
    bool running = false;
    bool cancelled = false;
    Nanos visible = 0;  // when it reaches the scheduler
    Nanos started = kNever;
    Nanos first_at = kNever;

    std::uint32_t generated() const { return total - prompt; }
    std::uint32_t left() const { return total - computed; }
    bool decoding() const { return left() == 1 && generated() > 0; }
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
    bool drafting = false;
  };

  /// What a request that starts finds in the cache, and what it takes.
  struct Start {
    std::uint32_t found = 0;   // blocks
    std::uint32_t blocks = 0;  // in all
    std::uint32_t chunk = 0;   // tokens to compute in this step
  };

  void begin_step(Nanos at);
  void end_step();
  Nanos step_time();
  void schedule(Slot& slot, std::uint32_t tokens);

  // vLLM, TGI, llama.cpp: decodes and chunks of prompts in one step.
  void plan_mixed();
  /// The next tokens of those that run; returns what is left of the budget.
  std::uint32_t serve_running();
  /// Blocks for `tokens` of running_[position], taken from the last running ones where none is
  /// free; they have no part in the step yet. False where the request itself had to go.
  bool make_room(std::size_t position, std::uint32_t tokens);
  void admit(std::uint32_t budget);
  // SGLang, vLLM V0: prompts alone, else decodes alone.
  void plan_prefill_first();
  void admit_by_estimate(std::uint32_t budget);
  double pledged() const;
  void decode_all();
  void retract_one();

  /// Who has come by now joins the queue.
  void let_in();
  void queue_up(std::uint32_t index, bool again);
  void begin_running(std::uint32_t index);
  bool goes_before(const Slot& a, const Slot& b) const;
  std::uint32_t blocks_for(std::uint64_t tokens) const;
  std::uint32_t reservation(const Slot& slot) const;
  /// Tokens beyond the known ones that its next step computes.
  std::uint32_t guesses_ahead(const Slot& slot) const;
  KvCache::Match found(const Slot& slot) const;
  void start(const Start& start);
  std::uint32_t guessed_right(const Slot& slot);
  void emit(const Slot& slot, std::uint32_t gained, bool finished);
  void preempt(std::size_t position);
  void give_back(Slot& slot);

  Scheduler scheduler_;
  bool by_priority_;
  StepCosts costs_;
  Limits limits_;
  Jitter jitter_;
  Effects effects_;
  std::optional<Speculation> speculation_;
  Rng noise_;
  Rng guesses_;
  Nanos overhead_;

  SlotPool<Slot> slots_;
  SlotList<Slot> coming_{slots_};       // submitted; the frontend still has them
  SlotList<Slot> waiting_{slots_};      // in the scheduler's queue, whose turn is next first
  std::vector<std::uint32_t> running_;  // in the order of admission, or of priority
  std::vector<Emission> emissions_;
  std::vector<StepRecord> records_;
  Step step_;
  KvCache kv_;
  Seats seats_;  // llama.cpp
  double new_token_ratio_;
  bool preempted_ = false;  // in the step being planned
  Nanos now_ = INT64_MIN;
  Nanos first_step_ = kNever;
  Nanos last_at_ = INT64_MIN;
  std::uint64_t arrivals_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t tokens_ = 0;
  std::uint64_t preemptions_ = 0;
};

}  // namespace tt::sim
