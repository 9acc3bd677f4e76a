// What engine, GPU and client machine said of themselves while a target was measured, and how the
// engine's own times fit the client's: queue + prefill + decode + the rest = E2E.
//
// Only the stretches in which the target was measured count. What a server does not expose has no
// value here; it is never 0.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/request_parts.h"
#include "analysis/series.h"
#include "analysis/slice.h"
#include "record/telemetry.h"

namespace tt::analysis {

enum class ResourceUnit : std::uint8_t {
  kNumber,
  kShare,
  kTokensPerSecond,
  kTokens,
  kBytes,
  kBytesPerSecond,
  kWatts,
  kJoules,
  kCelsius,
  kMillis,
};

/// "87.5%", "1.20 GiB/s", "310 W".
std::string resource_text(ResourceUnit unit, double value);

/// A figure of the section, declared once in resources.cc.
struct ResourceSpec {
  std::string_view key;    // "kv_cache"
  std::string_view title;  // "KV cache in use"
  ResourceUnit unit;
  std::string_view group;  // "engine", "gpu", "client"
};
std::span<const ResourceSpec> resource_specs();

struct ResourceFigure {
  const ResourceSpec* spec = nullptr;
  std::string source;          // as the server names it; empty: not exposed
  std::optional<double> mean;  // of counted things: their number over all windows
  std::optional<double> peak;  // highest reading, or highest rate between two readings
  SeriesLine line;             // within the windows; may be empty
  bool exposed() const { return mean.has_value(); }
};

/// One of the engine's own latency histograms, next to what the client saw.
struct ServerLatency {
  std::string_view key;    // "ttft"
  std::string_view title;  // "TTFT"
  std::string source;
  double count = 0;
  double mean_ms = 0;
  std::optional<BucketQuantile> p50;  // ms
  std::optional<BucketQuantile> p99;
  std::optional<double> client_mean_ms;  // the client's mean of the same thing
};

/// A part of E2E on average.
struct BreakdownPart {
  Part part = Part::kQueue;
  std::optional<double> mean_ms;  // nullopt: not exposed
  std::string source;             // "vllm:request_queue_time_seconds", "what they leave of E2E"
};
struct Breakdown {
  std::uint64_t n = 0;               // the client's successful requests
  double e2e_ms = 0;                 // their mean E2E, from sent to end
  bool by_reply = false;             // by each reply's own times, not by histograms
  std::vector<BreakdownPart> parts;  // queue, prefill, decode, the rest; empty without instants
  const BreakdownPart* of(Part part) const;
  /// All three of the engine's are known.
  bool complete() const;
};

struct Energy {
  double joules = 0;  // of all the target's GPUs in the windows
  std::string source;
  std::optional<double> joules_per_output_token;
  std::optional<double> tokens_per_joule;  // = output tokens/s for each watt
  std::optional<double> mean_watts;
};

/// A source of the target (its page, an exporter of its GPUs) that failed at least once.
struct ReadingGap {
  std::string source;  // "vllm", "http://host:9400/metrics"
  std::uint64_t readings = 0;
  std::uint64_t missed = 0;
  double seconds =
      0;  // of the windows, from a failure to the next answer: nothing is known of them
};

struct ResourcesView {
  double measured_s = 0;
  std::uint64_t readings = 0;    // of all the target's sources; 0: none was read, or none answered
  std::uint64_t missed = 0;      // that failed; a source that fails is asked less often
  std::vector<ReadingGap> gaps;  // by source
  std::vector<ResourceFigure> figures;  // in the order of resource_specs()
  std::vector<ServerLatency> latencies;
  Breakdown breakdown;
  std::optional<Energy> energy;
  /// Requests that the engine finished in the windows. Far more than the client's own: others used
  /// it, too, and its figures are theirs as well.
  std::optional<double> server_requests;

  const ResourceFigure* figure(std::string_view key) const;
};

/// `telemetry` may be empty: replies may tell their times all the same (Ollama, llama.cpp).
ResourcesView make_resources(const Slice& slice, const record::Telemetry& telemetry);

/// GPU energy for each output token, by target; nullopt where none was measured.
std::vector<std::optional<double>> joules_per_output_token(std::span<const record::Row> rows,
                                                           const record::Telemetry& telemetry,
                                                           std::size_t targets);

/// Share of the input tokens that came from the engine's prefix cache, by target: as its replies
/// tell, else as its metrics do; nullopt where neither does.
std::vector<std::optional<double>> prefix_cache_shares(std::span<const record::Row> rows,
                                                       const record::Telemetry& telemetry,
                                                       std::size_t targets);

/// Only its latency breakdown.
Breakdown latency_breakdown(const Slice& slice, const record::Telemetry& telemetry);

}  // namespace tt::analysis
