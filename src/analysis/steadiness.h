// Does a target stay as fast as it was? Periods of degradation, change points, drift, stability.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/slice.h"
#include "stats/interval.h"

namespace tt::analysis {

/// Neighbouring requests, as many in each window: latencies in the metric's unit.
struct Window {
  std::size_t requests = 0;
  double from_s = 0;  // first and last send, since the run's start; 0 where no instants are known
  double to_s = 0;
  double mean = 0;
  double median = 0;
  double error = 0;  // standard error of the mean, of independent requests
};

enum class Severity : std::uint8_t {
  kMinor,     // 10% to 25% over the baseline on average
  kModerate,  // to 50%
  kSevere,    // more
};
std::string_view severity_name(Severity severity);  // "minor", ...

/// Windows in a row whose mean lies over the limit.
struct Degradation {
  std::size_t first = 0;  // windows [first, past)
  std::size_t past = 0;
  double from_s = 0;
  double to_s = 0;
  double excess = 0;  // mean of its windows over the baseline, less 1
  double worst = 0;   // its worst window likewise
  Severity severity = Severity::kMinor;
};

/// The level changes for good, or until the next.
struct ChangeOfLevel {
  double at_s = 0;  // first send after it
  std::size_t window = 0;
  double before = 0;  // medians of the windows before and after, in the metric's unit
  double after = 0;
};

/// A trend of the windows' medians over the run, with the dependence of neighbours allowed for.
struct Drift {
  double tau = 0;      // Mann-Kendall, from -1 (falls all the time) to 1
  double p_value = 1;  // of no trend
  /// From the run's beginning to its end along the Theil-Sen line, over the level half-way.
  std::optional<double> change;
  std::optional<stats::Interval> change_interval;
  /// How many times longer a series of independent windows would be that tells as little: 1 where
  /// neighbours do not depend on each other.
  double dependence = 1;
};

/// Fewer windows than kFewestWindows, of kFewestInWindow requests, can tell nothing: `windows` is
/// then empty.
struct Steadiness {
  MetricId metric = MetricId::kE2e;
  std::uint64_t n = 0;
  std::vector<Window> windows;
  double baseline = 0;  // the level that the best quarter of the windows holds
  double limit = 0;     // a window's mean above it is degraded
  double noise = 0;     // deviation of a window's mean though the level stays
  std::vector<Degradation> degradations;
  double degraded_share = 0;  // of the windows
  std::vector<ChangeOfLevel> changes;
  std::optional<Drift> drift;
  std::optional<double> cv;  // of the windows' means: deviation (ddof 1) over mean
};

inline constexpr std::size_t kFewestInWindow = 20;
inline constexpr std::size_t kFewestWindows = 8;
inline constexpr std::size_t kMostWindows = 60;
inline constexpr double kDegradation = 0.10;  // over the baseline
inline constexpr double kModerateFrom = 0.25;
inline constexpr double kSevereFrom = 0.50;
inline constexpr std::size_t kHeldFor = 3;  // more windows in a row than this
inline constexpr double kNoiseTimes = 2;    // the limit lies at least so much noise over the level

Steadiness steadiness(const Slice& slice, MetricId metric);
/// The same of a series of values with the instants of sending, in seconds; kNoValue where not
/// known.
Steadiness steadiness_of(MetricId metric, const std::vector<double>& values,
                         const std::vector<double>& sent_s);

}  // namespace tt::analysis
