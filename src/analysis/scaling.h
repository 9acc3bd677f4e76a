// How throughput goes on with more load than was measured: Gunther's universal scalability law,
// fitted to the points of a sweep.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::analysis {

/// One load that was measured.
struct ScalingPoint {
  double load = 0;        // requests in flight, above 0
  double throughput = 0;  // tokens/s or requests/s, above 0
};

/// X(N) = gain N / (1 + contention (N - 1) + crosstalk N (N - 1)); Gunther 1993. `contention` is
/// the share of the work that waits for a common resource, `crosstalk` what each pair of requests
/// costs the other; both from 0. Fitted as N / X(N), which is linear in the three, by least squares
/// with weights of equal relative error; a share that would come out below 0 is 0.
struct Scaling {
  double gain = 0;  // throughput of one request alone
  double contention = 0;
  double crosstalk = 0;
  std::size_t points = 0;
  double largest_load = 0;          // that was measured
  double relative_error = 0;        // standard deviation of the residuals, as a share
  std::optional<double> peak_load;  // where more load begins to cost throughput; none: never
  std::optional<double> most;       // throughput there, or what it rises to without crosstalk
};

/// Fewest loads to fit: one more than there are unknowns.
inline constexpr std::size_t kFewestScalingPoints = 4;
/// A relative error above which points do not follow the law: nothing is projected from them. A
/// batch limit, for one, ends all growth at once, which the law cannot bend to.
inline constexpr double kMostScalingError = 0.05;
/// How far beyond the largest load measured a projection is shown.
inline constexpr double kFarthestProjection = 2;

/// nullopt with fewer than kFewestScalingPoints different loads, or where the fit makes no sense.
std::optional<Scaling> fit_scaling(std::span<const ScalingPoint> points);

/// What is expected at another load: with the 95% interval of one new measurement (Student, from
/// the same regression; wide where the points say little).
/// nullopt beyond kFarthestProjection, or where the points do not follow the law.
struct Projection {
  double load = 0;
  double throughput = 0;
  stats::Interval interval;
  bool beyond = false;  // of what was measured
};
std::optional<Projection> project(std::span<const ScalingPoint> points, double load);

}  // namespace tt::analysis
