// Whether a figure rises or falls over a run, and how fast. Outliers hardly move these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "stats/interval.h"

namespace tt::stats {

struct TrendOptions {
  double confidence = kConfidence;
  /// How many times the variance is what independent values would give: for a series that depends
  /// on itself its length over its effective_sample_size() (Yue and Wang 2004). At least 1.
  double variance_inflation = 1;
  std::uint64_t seed = 1;  // which pairs are drawn from a long series
};

/// A straight line: y = intercept + slope x.
struct TheilSenLine {
  double slope = 0;      // the median slope between two points
  double intercept = 0;  // median(y) - slope median(x)
  /// Of the slope (Sen 1968). nullopt where there are too few points for the confidence.
  std::optional<Interval> interval;
  std::size_t pairs = 0;  // whose slopes were taken
  /// Pairs were drawn instead of taken all. The interval allows for it.
  bool sampled = false;
};

/// The line of Theil (1950) and Sen (1968), with the interval of scipy.stats.theilslopes. Up to
/// kExactTheilSen points by the slopes of all pairs, beyond by kSampledPairs seeded random ones:
/// the same input and seed give the same line. Points with the same x have no slope between them.
/// nullopt where the lengths differ, a value is not finite, the line overflows, an option is out of
/// range, or no two x differ.
std::optional<TheilSenLine> theil_sen(std::span<const double> x, std::span<const double> y,
                                      const TrendOptions& options = {});
inline constexpr std::size_t kExactTheilSen = 2000;
inline constexpr std::size_t kSampledPairs = 500'000;

struct MannKendall {
  double s = 0;    // pairs that rise less pairs that fall
  double tau = 0;  // Kendall's tau-b with time, from -1 to 1; 0 for a constant
  /// Two-sided, of no trend: normal approximation, corrected for ties and continuity. 1 for a
  /// constant. An approximation below about ten values.
  double p_value = 1;
};

/// The test of Mann (1945) and Kendall (1975) for a trend, of values in the order of time, in
/// O(n log n). nullopt for fewer than two values, one that is not finite, or an inflation below 1.
std::optional<MannKendall> mann_kendall(std::span<const double> series,
                                        const TrendOptions& options = {});

}  // namespace tt::stats
