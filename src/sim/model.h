// An inference engine in virtual time: requests go in with an instant, tokens come out with one.
// No I/O, no clock: the caller moves time forward. Instants are nanoseconds on whatever clock the
// caller uses. Not thread-safe.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "sim/profile.h"

namespace tt::sim {

/// Names a request within its model; never used twice.
using RequestId = std::uint64_t;

struct Submission {
  std::uint64_t tag = 0;            // the caller's own; comes back with every emission
  std::uint32_t prompt_tokens = 1;  // at least 1
  std::uint32_t output_tokens = 1;  // the answer will have exactly so many; at least 1
  std::uint32_t max_tokens =
      0;  // what the request allows, for schedulers that reserve; 0: output_tokens
  std::int32_t priority = 0;  // lower goes first, where the profile's scheduling_policy says so
  /// A name for each full block of the known text and the answer, in order, each standing for all
  /// before it too (tokens.h); empty: the text is not known, nothing is found in the prefix cache.
  std::vector<std::uint64_t> blocks;
  Nanos at = 0;  // never before an earlier call's: then that one's is taken
};

/// Why a request was not taken.
enum class Refusal : std::uint8_t {
  kOverloaded,  // Limits::max_concurrent are in flight
  kTooLong,     // prompt and max_tokens can never fit into the KV cache
};

struct Emission {
  enum class Kind : std::uint8_t {
    kStarted,  // the request left the queue: its first step begins
    kTokens,
  };
  std::uint64_t tag = 0;
  Nanos at = 0;
  std::uint32_t tokens = 0;
  Kind kind = Kind::kTokens;
  bool first = false;         // holds the answer's first token
  bool finished = false;      // holds its last one; the request is gone
  std::uint16_t replica = 0;  // of the engine, that serves it
  std::uint16_t drafted = 0;  // tokens that a draft model guessed for this event; 0: none does
  std::uint32_t cached = 0;   // tokens of the prompt that the prefix cache held when it started
  Nanos started = kNever;     // when it first left the queue
  Nanos first_at = kNever;    // when its first token came
};

/// One forward step that is over.
struct StepRecord {
  Nanos begin = 0;
  Nanos end = 0;
  std::uint32_t requests = 0;
  std::uint32_t prefills = 0;        // of them, those with a part of their prompt
  std::uint32_t tokens = 0;          // new ones computed, of prompts and answers
  std::uint32_t prefill_tokens = 0;  // of them, of prompts
  std::uint16_t replica = 0;
};

/// The engine's state, for its metrics and for tests.
struct Load {
  std::uint32_t running = 0;
  std::uint32_t waiting = 0;         // in the scheduler's queue
  std::uint32_t coming = 0;          // not there yet: the frontend reads and tokenises them
  std::uint64_t kv_blocks_used = 0;  // by requests that run
  std::uint64_t kv_blocks = 0;
  std::uint64_t kv_blocks_cached = 0;  // hold a prefix that may be used again; count as free
  std::uint64_t steps = 0;
  std::uint64_t tokens = 0;
  std::uint64_t preemptions = 0;
};

class Model {
 public:
  virtual ~Model() = default;
  virtual std::expected<RequestId, Refusal> submit(Submission submission) = 0;
  /// Tokens of a prompt that the prefix cache holds now.
  virtual std::uint32_t cached_tokens(const Submission& /*submission*/) const { return 0; }
  /// The client left. A waiting request is gone at once, a running one at the end of the step; it
  /// emits nothing more. Ids of finished requests are ignored.
  virtual void cancel(RequestId id) = 0;
  /// The next instant at which advance() has something to do; kNever: nothing until a submit.
  virtual Nanos next_event() const = 0;
  /// Plays all that happens up to and including `t`. Emissions are in the order of time and valid
  /// until the next call.
  virtual std::span<const Emission> advance(Nanos t) = 0;
  /// The steps that ended in the last advance(); valid until the next one.
  virtual std::span<const StepRecord> steps() const = 0;
  /// Of all replicas together.
  virtual Load load() const = 0;
  /// Copies of the engine behind one address; each has a queue, a batch and a cache of its own.
  virtual std::uint16_t replicas() const { return 1; }
  virtual Load replica_load(std::uint16_t /*replica*/) const { return load(); }
  virtual std::uint16_t replica_of(RequestId /*id*/) const { return 0; }
};

/// The fixed rhythm where the profile has one, else the batching model, behind a router where it
/// has several replicas. The same seed and the same
/// calls give the same emissions.
std::unique_ptr<Model> make_model(const Profile& profile, std::uint64_t seed);

}  // namespace tt::sim
