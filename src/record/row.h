// One request's record. Live view, tables, statistics and reports all read these rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "base/time.h"

namespace tt::record {

/// What another tool says of a request, by its own definitions (the manifest's origin holds them).
/// Nanoseconds; -1: not told, as in every run of our own.
struct Reported {
  Nanos ttft = -1;
  Nanos tpot = -1;
  Nanos itl = -1;  // mean over the request
  Nanos e2e = -1;

  bool operator==(const Reported&) const = default;
};

/// A request as it was planned, sent and answered. Instants are nanoseconds since the run's start
/// on the monotonic clock; kNever where the thing did not happen. Durations are -1 where not known.
struct Row {
  // Identity
  std::uint64_t index = 0;   // position in the schedule, unique within its target
  std::uint32_t target = 0;  // index into the manifest's targets
  std::uint32_t block = 0;   // which interleaved block of its target, from 0
  std::uint32_t worker = 0;
  bool warmup = false;     // measured, but left out of every figure
  std::string request_id;  // sent as X-Request-Id

  // Instants
  Nanos planned = kNever;  // open loop: the scheduled instant; closed loop: when its slot came free
  Nanos sent = kNever;     // just before the first byte of the request left
  Nanos first_byte = kNever;  // first byte of the response
  Nanos first_token = kNever;
  Nanos last_token = kNever;
  Nanos end = kNever;  // end of the stream, or of the failure

  // The stream: every chunk that held text, reasoning or a tool call. Same length. Where another
  // tool does not tell when the request was sent, the instants count from its own start; where it
  // does not tell the tokens of a chunk, they are 0.
  std::vector<Nanos> chunk_at;
  std::vector<std::uint32_t> chunk_tokens;

  // Outcome
  Status status = Status::kDropped;
  std::uint16_t http_code = 0;  // 0: no response
  std::string error;            // empty for kOk
  std::string finish_reason;    // as the engine names it; empty where it says none

  // Tokens
  std::uint32_t planned_input_tokens = 0;   // 0: the plan does not say (a prompt file)
  std::uint32_t planned_output_tokens = 0;  // max_tokens as asked
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t cached_tokens = 0;
  std::uint32_t reasoning_tokens = 0;
  TokenSource input_source = TokenSource::kNone;
  TokenSource output_source = TokenSource::kNone;

  // Connection: durations of what this request had to wait for; all -1 where a kept one was reused
  Nanos dns = -1;
  Nanos connect = -1;
  Nanos tls = -1;
  bool connection_reused = false;

  EngineTimings engine;

  // The client's own delay: user-space read minus kernel receive stamp, over this row's reads
  Nanos lag_mean = -1;
  Nanos lag_max = -1;
  std::uint32_t reads = 0;
  std::uint32_t stamped_reads = 0;  // of them with a kernel stamp

  std::string user;           // whose request it was; empty: the load has no users of its own
  std::uint64_t session = 0;  // which session of its target, from 1; 0: the load has no sessions
  std::string priority;       // as planned; empty: the plan gives none
  std::uint32_t turn = 0;     // which request of its session, from 1; 0: likewise

  // Rows of another tool's file
  Reported reported;
  std::string flags;  // what the import doubts, names joined by ';'; empty: nothing

  bool ok() const { return status == Status::kOk; }
  bool operator==(const Row&) const = default;
};

}  // namespace tt::record
