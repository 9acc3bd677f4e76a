#include "chart/samples_of.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "analysis/shape.h"
#include "base/jobs.h"

namespace tt::chart {

namespace {

// Sorts each target's values, several targets at a time: a long run has millions of gaps.
MetricSamples samples_of_targets(
    const RunView& view,
    const std::function<std::vector<double>(const analysis::Slice&)>& values_of) {
  MetricSamples samples;
  samples.targets.resize(view.slices.size());
  std::vector<Job> jobs;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    jobs.emplace_back([&, t] { samples.targets[t] = stats::Sorted(values_of(view.slices[t])); });
  }
  run_jobs(jobs);
  for (const auto& sorted : samples.targets) {
    samples.n.push_back(sorted.size());
    const auto least = std::ranges::upper_bound(sorted.values(), 0.0);
    if (least == sorted.values().end()) continue;
    if (samples.low == 0 || *least < samples.low) samples.low = *least;
    samples.high = std::max(samples.high, sorted.max());
  }
  return samples;
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
  return samples_of_targets(view, [&](const analysis::Slice& slice) {
    return gaps ? gaps_of(slice, metric) : analysis::present(analysis::values(slice, metric));
  });
}

MetricSamples samples_of(const RunView& view, analysis::Quantity quantity) {
  return samples_of_targets(view, [&](const analysis::Slice& slice) {
    auto values = analysis::values(slice, quantity);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!slice.frame->ok(slice.rows[i])) values[i] = analysis::kNoValue;
    }
    return analysis::present(values);
  });
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
