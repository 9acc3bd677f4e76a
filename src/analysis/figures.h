// The figures of one target: counts, tokens, distributions, rates, objectives.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/input.h"
#include "analysis/metrics.h"
#include "analysis/samples.h"
#include "base/outcome.h"
#include "stats/interval.h"

namespace tt::analysis {

inline constexpr std::array kShownQuantiles = {0.50, 0.90, 0.95, 0.99};

struct QuantileFigure {
  double quantile = 0.5;
  double value = 0;
  std::optional<stats::Interval> interval;  // nullopt: too few samples to tell
};

/// A sampled metric of one target, in the metric's unit. Empty vector and zeros for n = 0.
struct Distribution {
  MetricId metric = MetricId::kTtft;
  std::uint64_t n = 0;
  std::vector<QuantileFigure> quantiles;  // kShownQuantiles
  double mean = 0;
  std::optional<double> stddev;  // ddof 1; nullopt for n < 2
  double min = 0;
  double max = 0;

  const QuantileFigure* at(double quantile) const;  // nullptr where there is none
};

/// Measured requests by fate: planned = ok + failed + cancelled + dropped.
struct Counts {
  std::uint64_t planned = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t left = 0;         // clients that went away in mid-answer, as the plan asked
  std::uint64_t left_untold = 0;  // of them before their first token
  std::uint64_t dropped = 0;      // never sent; by_status says why
  std::uint64_t warmup = 0;       // beside the measured ones
  std::array<std::uint64_t, kStatusCount> by_status{};  // measured
  /// What was said of the first of each status that came with words; foreign text.
  std::array<std::string, kStatusCount> first_error;

  /// Requests that were the target's to answer.
  std::uint64_t answerable() const { return ok + failed; }
};

/// Tokens of successful measured requests.
struct Tokens {
  std::uint64_t input = 0;
  std::uint64_t output = 0;
  double mean_input = 0;           // 0 where nothing succeeded
  double mean_output = 0;          // likewise
  double mean_planned_output = 0;  // of those that were asked for a length
  double mean_length_miss = 0;     // of the same: mean of |output / asked - 1|
  std::array<std::uint64_t, kTokenSourceCount> output_sources{};  // requests by TokenSource
  /// Requests whose count cannot be true, and what they claim (part of `output`).
  std::uint64_t incredible_requests = 0;
  std::uint64_t incredible_output = 0;
};

/// A count this many times what was asked for, and what came in chunks, cannot be true. A server
/// may pass its limit (reasoning need not count), but then the chunks show it.
inline constexpr std::uint64_t kIncredibleRatio = 10;
/// Where no length was asked for: so many tokens a chunk.
inline constexpr std::uint64_t kIncredibleChunk = 100'000;

struct RateFigure {
  MetricId metric = MetricId::kOutputRate;
  std::optional<double> value;
  std::optional<stats::Interval> interval;
};

/// How an objective's interval and confidence are come by (analysis/attainment.h).
enum class SloMethod : std::uint8_t {
  kNone,             // there is nothing to go by
  kOrderStatistics,  // a quantile of requests: binomial, of the effective sample size
  kSections,         // rates and gaps: Student, from the scatter over blocks or stretches
  kScore,            // shares: Wilson's score, of the effective sample size
};

std::string_view slo_method_name(SloMethod method);  // "none", "order_statistics", ...

struct SloResult {
  Slo slo;
  std::optional<double> value;  // nullopt: nothing to judge by, so not met
  std::optional<stats::Interval> interval;
  bool met = false;
  bool certain = false;              // the whole interval lies on one side of the limit
  std::optional<double> margin;      // what is left of the limit, over the limit; below 0: missed
  std::optional<double> confidence;  // in `met` being true of the target, not of this run alone
  SloMethod method = SloMethod::kNone;
  double effective = 0;  // independent requests that would tell as much; 0 where not used
};

/// How the client served this target: over all measured rows.
struct ClientFigures {
  std::uint64_t reads = 0;
  std::uint64_t stamped_reads = 0;
  std::optional<double> read_lag_p99_ms;  // of requests' mean read lags
  /// Sent minus planned, less the waiting for DNS, connection and TLS, which is not the client's.
  std::optional<double> send_lag_p99_ms;
};

struct TargetSummary {
  TargetInput target;
  Counts counts;
  Tokens tokens;
  double seconds = 0;             // measured, summed over blocks: from first send to last end
  double full_load_seconds = 0;   // what rates are divided by (analysis/volume.h)
  double never_full_seconds = 0;  // the part of them from blocks too short for a full load
  std::size_t blocks = 0;
  ClientFigures client;
  std::vector<Distribution> distributions;  // every sampled metric, in the order of metrics()
  std::vector<RateFigure> rates;            // every other one; goodput only where there are SLOs
  std::vector<SloResult> slos;

  const Distribution* distribution(MetricId metric) const;  // nullptr where there is none
  const RateFigure* rate(MetricId metric) const;
};

/// One number with its interval; nothing where the target has none.
struct Measured {
  std::optional<double> value;
  std::optional<stats::Interval> interval;
};
/// A quantile or a rate of a target.
Measured measured_of(const TargetSummary& target, const Figure& figure);

/// Everything of one target that needs no other.
TargetSummary summarise_target(const TargetInput& target, const TargetRows& rows,
                               std::span<const Slo> slos);

}  // namespace tt::analysis
