// How latency depends on lengths and load: scatters, prefill and decode rates, requests that do not
// fit, and what goes with what.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/groups.h"
#include "analysis/shape.h"
#include "analysis/slice.h"
#include "stats/correlation.h"
#include "stats/trend.h"

namespace tt::analysis {

/// Statistics of dependence take at most this many requests, picked evenly.
inline constexpr std::size_t kMostForDependence = 5'000;

struct Scatter {
  struct Point {
    double x = 0;
    double y = 0;
    RowRef row;
  };
  Quantity x = Quantity::kInputTokens;
  Quantity y = Quantity::kTtft;
  std::uint64_t n = 0;        // successful requests that have both
  std::vector<Point> points;  // evenly picked
  std::optional<stats::Correlation> pearson;
  std::optional<stats::Correlation> spearman;
  std::optional<stats::TheilSenLine> line;  // y = intercept + slope x
};
Scatter scatter(const Slice& slice, Quantity x, Quantity y, std::size_t most_points = 2000);

/// The engine's pace over the prompt, from how much longer TTFT is for a longer one: what every
/// request waits for regardless (network, queue, the first step) is in `base_ms`. Not there where
/// inputs differ too little (kLengthSpread), or TTFT does not certainly rise with them.
struct PrefillRate {
  std::optional<double> tokens_per_s;
  std::optional<stats::Interval> interval;
  double base_ms = 0;
  std::uint64_t n = 0;
  bool lengths_alike = false;
};
PrefillRate prefill_rate(const Scatter& ttft_over_input);
/// p95 of the lengths over p5, at least: else no slope can be told.
inline constexpr double kLengthSpread = 1.2;

/// A single request's pace against the number in flight at its send.
struct DecodeLoad {
  struct Step {
    Range concurrency;
    std::uint64_t n = 0;
    double tokens_per_s = 0;  // median of single requests
  };
  std::vector<Step> steps;
  std::optional<stats::TheilSenLine> tpot_over_load;  // ms a token, per request in flight
};
DecodeLoad decode_load(const Slice& slice);

/// Requests whose latency does not fit their tokens: those for which the log of latency over what
/// a robust line through all expects lies more than kAnomalyScore robust deviations (1.4826 MAD)
/// off the median (the modified z-score of Iglewicz and Hoaglin 1993), and by kAnomalyRatio at
/// least, as hardly anything scatters on an idle machine.
struct Anomaly {
  RowRef row;
  double tokens = 0;
  double value_ms = 0;
  double expected_ms = 0;
  double score = 0;  // above 0: slower than expected
};
struct Anomalies {
  Quantity tokens = Quantity::kOutputTokens;
  Quantity latency = Quantity::kE2e;
  std::uint64_t n = 0;
  std::uint64_t slow = 0;
  std::uint64_t fast = 0;
  std::vector<Anomaly> worst;  // at most kWorstAnomalies, farthest off first
};
inline constexpr double kAnomalyScore = 3.5;
inline constexpr double kAnomalyRatio = 1.25;
inline constexpr std::size_t kWorstAnomalies = 20;
inline constexpr std::size_t kFewestForAnomalies = 20;
Anomalies find_anomalies(const Slice& slice, Quantity tokens, Quantity latency);

/// Over requests that have all of the quantities; those that nobody has, or that do not vary, have
/// empty cells.
struct Correlations {
  std::vector<Quantity> quantities;
  std::uint64_t n = 0;  // requests used
  stats::CorrelationMatrix pearson;
  stats::CorrelationMatrix spearman;
};
Correlations correlations(const Slice& slice);

/// Lengths of the successful requests.
struct Lengths {
  GroupQuantiles input;
  GroupQuantiles output;
  double mean_input = 0;
  double mean_output = 0;
  Histogram input_histogram;
  Histogram output_histogram;
};
Lengths lengths(const Slice& slice);

}  // namespace tt::analysis
