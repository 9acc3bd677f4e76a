// What the charts of one metric start from: the values of each target.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/metrics.h"
#include "analysis/slice.h"
#include "chart/input.h"
#include "stats/quantile.h"

namespace tt::chart {

/// In milliseconds, or the quantity's unit; one a target, in their order.
struct MetricSamples {
  std::vector<stats::Sorted> targets;
  std::vector<std::uint64_t> n;
  double low = 0;   // the least value above 0
  double high = 0;  // the largest
  bool empty() const { return !(high > 0); }
};
/// Of a metric with a value a request, or a value a gap: then n counts gaps. Of successful
/// requests.
MetricSamples samples_of(const RunView& view, analysis::MetricId metric);
MetricSamples samples_of(const RunView& view, analysis::Quantity quantity);

/// What the metric's values are of: "requests", "gaps".
std::string_view counted(analysis::MetricId metric);

/// The quantile at `p`; nullopt where not even one value would lie above it.
std::optional<double> resolved(const stats::Sorted& sample, double p);

/// The row of the frame whose value is nearest to the quantile from above; nullopt where none has
/// one. Of a metric with a value a request.
std::optional<std::uint32_t> request_at(const analysis::Slice& slice, analysis::MetricId metric,
                                        double p);

/// The run's objectives on quantiles of a metric, in milliseconds.
std::vector<analysis::Slo> slos_on(const RunView& view, analysis::MetricId metric);

}  // namespace tt::chart
