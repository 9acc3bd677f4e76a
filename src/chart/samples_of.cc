#include "chart/samples_of.h"

#include <algorithm>
#include <utility>

namespace tt::chart {

MetricSamples samples_of(const RunView& view, analysis::MetricId metric) {
  MetricSamples samples;
  for (const auto& slice : view.slices) {
    auto values = analysis::present(analysis::values(slice, metric));
    samples.n.push_back(values.size());
    const stats::Sorted sorted(std::move(values));
    for (const double value : sorted.values()) {
      if (!(value > 0)) continue;
      if (samples.low == 0 || value < samples.low) samples.low = value;
      break;
    }
    if (!sorted.empty()) samples.high = std::max(samples.high, sorted.max());
    samples.targets.push_back(sorted);
  }
  return samples;
}

std::optional<double> resolved(const stats::Sorted& sample, double p) {
  if (static_cast<double>(sample.size()) * (1 - p) < 1 - 1e-9) return std::nullopt;
  return stats::quantile(sample, p);
}

std::vector<analysis::Slo> slos_on(const RunView& view, analysis::MetricId metric) {
  std::vector<analysis::Slo> result;
  std::ranges::copy_if(view.run.slos, std::back_inserter(result), [&](const analysis::Slo& slo) {
    return slo.figure.metric == metric && slo.limit > 0;
  });
  return result;
}

}  // namespace tt::chart
