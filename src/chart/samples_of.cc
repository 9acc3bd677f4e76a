#include "chart/samples_of.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/shape.h"

namespace tt::chart {

namespace {

void add_target(MetricSamples& samples, std::vector<double> values) {
  samples.n.push_back(values.size());
  samples.targets.emplace_back(std::move(values));
  const auto& sorted = samples.targets.back();
  for (const double value : sorted.values()) {
    if (!(value > 0)) continue;
    if (samples.low == 0 || value < samples.low) samples.low = value;
    break;
  }
  if (!sorted.empty()) samples.high = std::max(samples.high, sorted.max());
}

std::vector<double> gaps_of(const analysis::Slice& slice, analysis::MetricId metric) {
  std::vector<double> all;
  for (const auto& piece : analysis::pieces_of(slice, metric)) {
    all.insert(all.end(), piece.begin(), piece.end());
  }
  return all;
}

}  // namespace

MetricSamples samples_of(const RunView& view, analysis::MetricId metric) {
  const bool gaps = analysis::metric(metric).grain == analysis::Grain::kGap;
  MetricSamples samples;
  for (const auto& slice : view.slices) {
    add_target(samples,
               gaps ? gaps_of(slice, metric) : analysis::present(analysis::values(slice, metric)));
  }
  return samples;
}

MetricSamples samples_of(const RunView& view, analysis::Quantity quantity) {
  MetricSamples samples;
  for (const auto& slice : view.slices) {
    auto values = analysis::values(slice, quantity);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!slice.frame->ok(slice.rows[i])) values[i] = analysis::kNoValue;
    }
    add_target(samples, analysis::present(values));
  }
  return samples;
}

std::string_view counted(analysis::MetricId metric) {
  return analysis::metric(metric).grain == analysis::Grain::kGap ? "gaps" : "requests";
}

std::optional<double> resolved(const stats::Sorted& sample, double p) {
  if (static_cast<double>(sample.size()) * (1 - p) < 1 - 1e-9) return std::nullopt;
  return stats::quantile(sample, p);
}

std::optional<std::uint32_t> request_at(const analysis::Slice& slice, analysis::MetricId metric,
                                        double p) {
  const auto& values = analysis::values(slice, metric);
  std::vector<std::pair<double, std::uint32_t>> known;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) known.emplace_back(values[i], slice.rows[i]);
  }
  if (known.empty()) return std::nullopt;
  const auto at = static_cast<std::size_t>(std::ceil(p * static_cast<double>(known.size()))) - 1;
  std::ranges::nth_element(known, known.begin() + static_cast<std::ptrdiff_t>(at));
  return known[at].second;
}

std::vector<analysis::Slo> slos_on(const RunView& view, analysis::MetricId metric) {
  std::vector<analysis::Slo> result;
  std::ranges::copy_if(view.run.slos, std::back_inserter(result), [&](const analysis::Slo& slo) {
    return slo.figure.metric == metric && slo.limit > 0;
  });
  return result;
}

}  // namespace tt::chart
