// Two figures of each request against each other: as points while they are few, as hexagons that
// count them when they are many; and how the quantiles of one run along the other.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/slice.h"
#include "chart/option.h"

namespace tt::chart {

/// Of the successful requests that have both, by rising x.
struct Pairs {
  std::vector<double> x;
  std::vector<double> y;
  double low_x = 0, high_x = 0;  // of those above 0
  double low_y = 0, high_y = 0;
  bool empty() const { return x.empty() || !(high_x > 0) || !(high_y > 0); }
};
Pairs pairs_of(const analysis::Slice& slice, analysis::Quantity x, analysis::Quantity y);

/// p50 and p95 of y over windows of neighbours along x. Within a window each y is first moved along
/// `slope` to the window's middle: else a wide one would tell of the slope instead of the scatter.
struct RunningQuantiles {
  struct Point {
    double x = 0;  // the window's middle
    std::size_t n = 0;
    double p50 = 0;
    double p95 = 0;
  };
  std::vector<Point> points;  // empty where requests are too few, or x hardly varies
};
inline constexpr std::size_t kFewestForRunning = 60;
RunningQuantiles running_quantiles(const Pairs& pairs, double slope);

/// The pairs as a series named `name`. `aspect` is the panel's width over its height, about.
Json cloud_series(const std::string& name, const Pairs& pairs, const TimeScale& x,
                  const TimeScale& y, const Look& look, double aspect);

}  // namespace tt::chart
