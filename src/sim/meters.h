// What a simulated engine counts about itself, as that engine does: which observations it makes,
// when, and into which buckets. The pages of metrics read it; nothing here does I/O.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "engine/protocol.h"
#include "sim/exposition.h"
#include "sim/model.h"

namespace tt::sim {

/// One request as its engine saw it. Instants are of the engine's own work: of the model, not of
/// the socket.
struct RequestMeter {
  Nanos received = 0;    // at the frontend
  Nanos queued = 0;      // when it reached the scheduler
  Nanos started = 0;     // first step
  Nanos first = kNever;  // first token
  Nanos last = kNever;   // last token so far
  std::uint32_t prompt = 0;
  std::uint32_t cached = 0;  // of the prompt
  std::uint32_t output = 0;  // tokens so far
  std::uint32_t max_tokens = 0;
};

/// Why a request is over.
enum class EndReason : std::uint8_t { kStop, kLength, kAbort };

/// A dotted version as one number that compares: 0.19.1 is 1901, 1.2 is 10200. `text` that is no
/// version: the newest.
std::uint32_t version_number(std::string_view text);

/// The buckets of an engine of some age.
struct MeterEdges {
  std::span<const double> ttft;
  std::span<const double> gap;      // between tokens
  std::span<const double> request;  // end to end, and its parts
  std::span<const double> queue;
  std::span<const double> prefill;
  std::span<const double> tpot;
  std::vector<double> prompt;  // tokens
  std::vector<double> output;  // tokens
};
MeterEdges meter_edges(engine::EngineKind kind, std::uint32_t version, std::uint32_t max_tokens);

/// One replica's. Histograms refer to `edges`, so it stays where it is.
class Meters {
 public:
  Meters(engine::EngineKind kind, MeterEdges edges);
  Meters(const Meters&) = delete;
  Meters& operator=(const Meters&) = delete;

  void started(const RequestMeter& request);
  /// Tokens came. `gap`: since the ones before; kNever for the first. `drafted`: tokens that a
  /// draft model proposed for this event; 0: none was asked.
  void tokens(const RequestMeter& request, std::uint32_t count, Nanos gap, std::uint32_t drafted);
  void ended(const RequestMeter& request, EndReason reason);
  /// A step is over; `load` is the state after it.
  void step(const StepRecord& record, const Load& load);

 private:
  engine::EngineKind kind_;
  MeterEdges edges_;

 public:
  // What the pages read.
  std::uint64_t prompt_tokens = 0;  // of prompts that were computed, cached ones included
  std::uint64_t cached_tokens = 0;  // of them
  std::uint64_t generated_tokens = 0;
  double prompt_seconds = 0;              // from start to first token, over all requests
  std::uint64_t ended_prompt_tokens = 0;  // of requests that ended
  std::uint64_t ended_cached_tokens = 0;  // the same, that the cache held
  std::uint64_t ended_tokens = 0;         // the same, of their answers
  double ended_seconds = 0;               // the same, from first to last token
  std::uint64_t longest = 0;              // prompt and answer of the longest request so far
  std::array<std::uint64_t, 3> ends{};    // by EndReason
  std::uint64_t cache_queries = 0;        // tokens looked up in the prefix cache
  std::uint64_t cache_hits = 0;
  std::uint64_t drafts = 0;
  std::uint64_t draft_tokens = 0;
  std::uint64_t accepted_tokens = 0;
  std::array<std::uint64_t, 16> accepted_at{};  // by position in the draft

  std::uint64_t steps = 0;
  std::uint64_t prefill_steps = 0;
  std::uint64_t step_requests = 0;  // summed over steps
  std::uint64_t prefill_computed = 0;
  double prefill_step_seconds = 0;
  double decode_step_seconds = 0;

  Histogram ttft, gap, tpot, e2e, queue, prefill, decode, inference;
  Histogram prompt, output, max_tokens, computed_prompt;
  Histogram iteration_tokens;
  Histogram prefill_step, decode_step, batch_size;
  Histogram validation;

  /// SGLang's gauges stand still between its log lines: one at a prefill, one each 40 decode steps.
  struct Logged {
    Load load;
    double tokens_per_s = 0;
    double hit_rate = 0;
    Nanos at = kNever;  // of the last line with a pace, or of the first step
    std::uint64_t generated = 0;
    std::uint32_t decode_steps = 0;  // since the last line
  } logged;

 private:
  void log(const StepRecord& record, const Load& load);
};

}  // namespace tt::sim
