// The words in which engines, rows and answers speak of one request's outcome. Shared by every
// layer, so declared once, here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tt {

/// How a request ended. Stored by name; never renumber a name's meaning.
enum class Status : std::uint8_t {
  kOk,
  kConnectRefused,     // nothing listens there
  kConnectFailed,      // unreachable, reset while connecting
  kDns,                // the host name does not resolve
  kTls,                // handshake or certificate
  kConnectTimeout,     // no connection in time
  kFirstTokenTimeout,  // connected, but no token in time
  kGapTimeout,         // the stream fell silent
  kTotalTimeout,       // the whole request took too long
  kHttpClientError,    // HTTP 4xx other than 429
  kOverloaded,         // HTTP 429, or the engine's own word for it, whatever the HTTP status
  kHttpServerError,    // HTTP 5xx
  kStreamError,        // an error event inside a 200 stream
  kTruncated,          // the stream ended before its end mark
  kMalformed,          // bytes that are not the protocol
  kEmpty,              // a well-formed answer without a single token
  kCancelled,          // the user stopped the run
  kDropped,      // never sent: over the cap in flight, its target given up, its session failed
  kClientLimit,  // never sent: the client ran out of files, ports or memory; no fault of the server
  kLeft,         // the client went away in mid-answer, as the plan asked
};
inline constexpr int kStatusCount = static_cast<int>(Status::kLeft) + 1;

/// Ended by the client's will: neither the server's success nor its failure.
constexpr bool ended_by_client(Status status) {
  return status == Status::kCancelled || status == Status::kLeft;
}

/// "ok", "connect_refused", ... as in files and JSON.
std::string_view status_name(Status status);
std::optional<Status> status_from_name(std::string_view name);
/// A sentence for people: what it means and what to try.
std::string_view status_help(Status status);

/// Where a token count comes from, best first.
enum class TokenSource : std::uint8_t {
  kNone,          // not known
  kUsage,         // the server's usage object
  kEngineFields,  // the engine's own fields (Ollama eval_count, TGI details, llama.cpp timings)
  kChunks,        // counted: one token a chunk with content
  kTokenizer,     // counted by a tokenizer on the client's side: ours, or another tool's
};
inline constexpr int kTokenSourceCount = static_cast<int>(TokenSource::kTokenizer) + 1;
std::string_view token_source_name(TokenSource source);
std::optional<TokenSource> token_source_from_name(std::string_view name);

/// What the engine says of its own work on one request. Nanoseconds; -1 is "not told".
struct EngineTimings {
  std::int64_t queue_ns = -1;
  std::int64_t load_ns = -1;     // Ollama load_duration
  std::int64_t prefill_ns = -1;  // prompt processing
  std::int64_t decode_ns = -1;   // generation
  std::int64_t total_ns = -1;

  bool operator==(const EngineTimings&) const = default;
};

}  // namespace tt
