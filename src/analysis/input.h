// What the analysis needs to know of a run beside its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metrics.h"
#include "base/time.h"

namespace tt::analysis {

struct TargetInput {
  std::string name;    // display name, unique within the run
  std::string engine;  // "vllm"; empty where not known
  std::string model;
  std::string colour = {};  // "#2563eb" where the user chose one; may be foreign text
  /// Share of the input tokens that the engine's prefix cache knew, though by plan no two prompts
  /// begin alike; nullopt where the plan says otherwise, or the engine tells nothing of it.
  std::optional<double> known_prompts = {};
};

/// An objective: latencies must not be above the limit, rates and shares not below.
struct Slo {
  Figure figure;
  double limit = 0;  // in the metric's unit: milliseconds, a rate, a share of 1
  std::string text;  // as the user wrote it
};

/// An objective from its parts as a plan holds them: `limit` in nanoseconds for latencies. nullopt
/// where there is no such metric.
std::optional<Slo> make_slo(std::string_view metric_name, double quantile, double limit,
                            std::string text);

enum class LoadKind : std::uint8_t {
  kClosed,  // so many requests in flight
  kOpen,    // requests leave at planned instants
};

/// How targets took turns.
enum class TurnOrder : std::uint8_t { kInterleaved, kSequential, kTogether };

/// One stretch of a load that changes by plan.
struct LoadStage {
  std::string label;  // "10 to 40/s linear over 4s"
  Nanos until = 0;    // its end, from the start of the target's load
};

struct RunInput {
  std::string run_id;
  std::string scenario;  // the plan's name
  std::vector<TargetInput> targets;
  LoadKind load = LoadKind::kClosed;
  /// What is asked changes with time by plan: rates are means over all of the time, and a change of
  /// latency in mid-run is no change of the engine.
  bool load_varies = false;
  std::vector<LoadStage> stages = {};  // where the plan has two or more; in their order
  std::string load_text;      // "concurrency 16"; two runs are comparable where it is the same
  std::string workload_text;  // "synthetic 256 in, 128 out"; likewise
  TurnOrder order = TurnOrder::kInterleaved;
  std::vector<Slo> slos;
  /// The busiest worker's CPU time over wall time, 0 to 1; nullopt where not measured.
  std::optional<double> client_cpu_share;
  bool partial = false;  // ended before its plan did
};

}  // namespace tt::analysis
