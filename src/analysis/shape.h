// The distribution of one metric of one target: percentiles with intervals, and the points of its
// histogram, density and cumulative curve.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/slice.h"
#include "stats/ecdf.h"
#include "stats/interval.h"
#include "stats/kde.h"

namespace tt::analysis {

inline constexpr std::array kTableQuantiles = {0.50, 0.90, 0.95, 0.99, 0.999};

/// One line of a percentile table.
struct Percentile {
  double quantile = 0.5;
  /// nullopt where not even one sample would lie above it, which takes `needed` samples.
  std::optional<double> value;
  std::optional<stats::Interval> interval;  // 95%; nullopt: it takes `needed_for_interval`
  std::size_t needed = 0;
  std::size_t needed_for_interval = 0;
};

/// Bins of equal width; of equal width in the logarithm where `log_scale`.
struct Histogram {
  std::vector<double> edges;  // one more than counts; both empty where there is nothing
  std::vector<std::uint64_t> counts;
  bool log_scale = false;
};

/// In the metric's unit. n, mean, extremes and percentiles are of all samples; the curves, of more
/// than kMostForCurves samples, of that many picked evenly (`curve_samples` says of how many). The
/// cumulative curve's last hundredth, the tail, is of all in any case.
struct Shape {
  MetricId metric = MetricId::kTtft;
  std::uint64_t n = 0;
  double mean = 0;
  std::optional<double> stddev;  // ddof 1; nullopt for n < 2
  double min = 0;
  double max = 0;
  std::vector<Percentile> percentiles;  // kTableQuantiles
  double q25 = 0;                       // with the median and the extremes: a box plot
  double q75 = 0;
  std::size_t curve_samples = 0;
  Histogram histogram;
  std::optional<stats::Density> density;  // nullopt where the samples have no spread
  std::vector<stats::EcdfStep> ecdf;

  /// Of the table; nullopt where not shown.
  std::optional<double> at(double quantile) const;
};

inline constexpr std::size_t kMostForCurves = 20'000;

/// A sample in pieces that follow each other in time: blocks of a run.
using Pieces = std::vector<std::vector<double>>;

/// One metric of one target; n = 0 where no request has it. Of a metric of one value a request the
/// intervals come from order statistics, of one with a value a gap from how the quantile scatters
/// over blocks or stretches of the run (docs/methods.md).
Shape shape(const Slice& slice, MetricId metric);
Shape shape_of(MetricId metric, const Pieces& pieces);

/// Values of a metric by block, in the order of sending; the gaps of a large single block in two
/// halves.
Pieces pieces_of(const Slice& slice, MetricId metric);

/// The histogram of values that are there in any order, for quantities that are no metric.
Histogram histogram_of(std::vector<double> values);

}  // namespace tt::analysis
