// Where a run's warm-up ends, when the plan did not leave it out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "analysis/groups.h"
#include "analysis/slice.h"

namespace tt::analysis {

/// The first requests of a run against the rest of it.
struct FirstAgainstRest {
  std::size_t count = 0;           // requests at the beginning, of those with the metric
  GroupQuantiles first;            // in the metric's unit
  GroupQuantiles rest;             // the steady state
  std::optional<double> excess;    // first's median over rest's, less 1: 0.25 is 25% slower
  std::optional<double> p_value;   // Mann-Whitney; takes requests for independent
  std::optional<double> steady_s;  // when the first of the rest was sent, since the run's start
};

/// `count` as given; at most all of them.
FirstAgainstRest first_against_rest(const Slice& slice, MetricId metric, std::size_t count);

enum class WarmupOutcome : std::uint8_t {
  kTooFew,       // fewer than kFewestForWarmup values: nothing can be told
  kNone,         // steady from the beginning
  kFound,        // `part.count` requests at the beginning are unlike the rest
  kNeverSteady,  // what is unlike the rest reaches half of the run: it is no warm-up
};

struct Warmup {
  MetricId metric = MetricId::kTtft;
  WarmupOutcome outcome = WarmupOutcome::kTooFew;
  std::size_t n = 0;      // requests with the metric
  FirstAgainstRest part;  // what was found; count 0 for kTooFew and kNone
};

inline constexpr std::size_t kFewestForWarmup = 50;
inline constexpr double kWarmupExcess = 0.10;  // of the medians
inline constexpr double kWarmupP = 0.001;

/// MSER-5 (White, Cobb and Spratt 2000) on the logarithms of the metric in the order of sending:
/// the cut, in the first half, at which the standard error of the mean of what remains, in batches
/// of five, is least. Called a warm-up only where the part that is cut off differs by kWarmupExcess
/// and kWarmupP.
Warmup find_warmup(const Slice& slice, MetricId metric);

}  // namespace tt::analysis
