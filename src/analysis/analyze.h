// A run looked at from every side: what `tokentrial analyze` prints and charts are drawn from. Each
// section is made only where it is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/experience.h"
#include "analysis/failures.h"
#include "analysis/groups.h"
#include "analysis/input.h"
#include "analysis/request_parts.h"
#include "analysis/resources.h"
#include "analysis/shape.h"
#include "analysis/slice.h"
#include "analysis/smoothness.h"
#include "analysis/steadiness.h"
#include "analysis/timeline.h"
#include "analysis/token_effects.h"
#include "analysis/warmup.h"
#include "base/outcome.h"
#include "record/journal.h"

namespace tt::analysis {

struct LatencyView {
  std::vector<Shape> shapes;  // of every latency that the rows have
  MeanParts parts;
  std::optional<Smoothness> smoothness;  // nullopt where no chunk times are known
  GroupQuantiles first_sentence;         // ms; n = 0 where no texts are kept
  Experience experience;
  std::vector<Group> by_concurrency;
  std::vector<Group> by_block;  // where there are several
};

struct ThroughputView {
  double measured_s = 0;
  Timeline timeline;            // buckets empty where the rows have no instants
  GroupQuantiles request_rate;  // tokens/s of single requests over their E2E
  Histogram request_rates;
  DecodeLoad decode;
};

struct TimeView {
  Timeline timeline;
  std::vector<Group> by_stage;            // of the load, where it has several
  Warmup warmup;                          // found by itself, on TTFT, or on E2E without it
  std::optional<FirstAgainstRest> first;  // of the number that was asked for
  std::uint64_t planned_warmup = 0;       // requests that the plan leaves out
  bool load_varies = false;               // by plan: then steadiness cannot be told, and is empty
  std::vector<Steadiness> steadiness;     // of TTFT, TPOT and E2E, where they are there
  Heatmap heatmap;                        // of E2E
  std::vector<RollingPoint> rolling;      // of TTFT, or of E2E without it
};

/// What the engine says that its prefix cache served, over the successful requests.
struct CacheUse {
  std::uint64_t requests = 0;  // of whose prompt some tokens were cached
  std::uint64_t of_requests = 0;
  std::uint64_t cached_tokens = 0;
  std::uint64_t input_tokens = 0;
  double share() const {
    return static_cast<double>(cached_tokens) / static_cast<double>(input_tokens);
  }
};

struct TokensView {
  Lengths lengths;
  std::optional<CacheUse> cache;  // nullopt where no request tells of cached tokens
  Scatter output_over_input;
  Scatter ttft_over_input;
  Scatter tpot_over_output;
  Scatter e2e_over_output;
  PrefillRate prefill;
  std::vector<Anomalies> anomalies;
  std::vector<Group> by_input;
  std::vector<Group> by_output;
  Correlations correlations;
};

/// Sessions by the place of their turns, and one by one. Empty where the load has none.
struct SessionsView {
  std::vector<Group> by_turn;
  std::vector<Group> by_session;
};

/// How much of what the figures need the rows hold.
struct QualityView {
  std::uint64_t requests = 0;  // sent
  std::uint64_t ok = 0;
  std::uint64_t with_instants = 0;  // of the successful: sent, first token and end
  std::uint64_t with_chunks = 0;    // of the successful: two chunk times or more
  std::uint64_t with_input = 0;     // of the successful: input tokens counted
  std::array<std::uint64_t, kTokenSourceCount>
      output_sources{};  // of the successful, by TokenSource
  std::uint64_t reads = 0;
  std::uint64_t stamped_reads = 0;  // of them with a kernel stamp
  GroupQuantiles client_lag;        // ms
};

struct TargetAnalysis {
  TargetInput target;
  std::uint64_t requests = 0;  // looked at: measured, and sent
  std::uint64_t ok = 0;
  std::optional<LatencyView> latency;
  std::optional<ThroughputView> throughput;
  std::optional<TimeView> time;
  std::optional<TokensView> tokens;
  std::optional<Failures> errors;
  std::optional<std::vector<Group>> users;
  std::optional<SessionsView> sessions;  // with the users
  std::optional<QualityView> quality;
  std::optional<ResourcesView> resources;
};

/// The sections that this file makes, by the names of the command line.
enum class Section : std::uint8_t {
  kLatency,
  kThroughput,
  kTime,
  kTokens,
  kErrors,
  kUsers,
  kQuality,
  kResources,
};
inline constexpr std::size_t kSectionCount = 8;
std::string_view section_name(Section section);  // "latency"

struct AnalyzeOptions {
  std::set<Section> sections;        // empty: all
  Phase phase = Phase::kMeasured;    // which rows are looked at
  double bucket_s = 0;               // 0: make_grid chooses
  std::optional<std::size_t> first;  // how many requests count as warm-up in TimeView::first
  std::size_t rolling_window = 50;   // requests
  /// For resources, which are made where this is set, or where they are asked for by name. Must
  /// outlive the call.
  const record::Telemetry* telemetry = nullptr;
};

struct RunAnalysis {
  int method_version = 0;
  std::string run_id;
  std::string scenario;
  std::vector<TargetAnalysis> targets;
};

/// True where a section reads chunk times, the largest part of a file.
bool needs_chunks(const AnalyzeOptions& options);

/// `texts` may be empty. Pure: the same input gives the same result.
RunAnalysis analyze(const record::Frame& frame, const RunInput& run, const AnalyzeOptions& options,
                    std::span<const record::TextRow> texts = {});

}  // namespace tt::analysis
