// A smooth line through a cloud of points.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace tt::stats {

struct LoessOptions {
  /// The share of the points that each place of the line is fitted to: its nearest ones. In (0, 1].
  double span = 0.3;
  /// How often points far from the line lose weight and the line is fitted again, so that outliers
  /// do not bend it. 0: never; 3 is Cleveland's usual number.
  unsigned robust_iterations = 0;
};

/// Local linear regression with tricube weights (Cleveland 1979): the line at each place of `at`,
/// which may be few where the points are many; R's loess with degree = 1 and surface = "direct".
/// Points may come in any order; lie `at` within their range, as outside it the line is a guess.
/// Where nearest points share one x, or only the ends of the window have any, their mean.
/// The time it takes grows with the number of places times the points in a window. With robust
/// iterations, the line is also needed at the points: past kExactResiduals of them it is taken
/// between that many of its places, evenly spaced by rank.
/// nullopt for no points, values that are not finite or overflow when added, lengths that differ,
/// and a span out of range.
std::optional<std::vector<double>> loess(std::span<const double> x, std::span<const double> y,
                                         std::span<const double> at,
                                         const LoessOptions& options = {});
inline constexpr std::size_t kExactResiduals = 200;

}  // namespace tt::stats
