#include "stats/histogram_bins.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tt::stats {
namespace {

// Of a sample with spread. At least 1; as a double, as it may be too large for an integer.
double wanted_bins(const Sorted& sample) {
  const auto n = static_cast<double>(sample.size());
  const double iqr = *quantile(sample, 0.75) - *quantile(sample, 0.25);
  if (!(iqr > 0)) return std::ceil(std::log2(n) + 1);
  const double width = 2 * iqr / std::cbrt(n);
  return std::max(1.0, std::ceil((sample.max() - sample.min()) / width));
}

// How many bins there can be before their edges run into each other.
double distinct_bins(double low, double high) {
  const double size = std::max(std::fabs(low), std::fabs(high));
  const double step = std::max(2 * size * std::numeric_limits<double>::epsilon(),
                               2 * std::numeric_limits<double>::denorm_min());
  return std::max(1.0, std::floor((high - low) / step));
}

std::vector<double> edges_on_axis(const Sorted& sample, std::size_t max_bins) {
  const double low = sample.min();
  const double high = sample.max();
  if (low == high) {
    const double half = std::max(0.5, std::fabs(low) * std::numeric_limits<double>::epsilon());
    return {low - half, low + half};
  }
  const double most = std::min(static_cast<double>(max_bins), distinct_bins(low, high));
  const auto bins = static_cast<std::size_t>(std::min(wanted_bins(sample), most));
  // As numpy.linspace, to the last bit.
  const double width = (high - low) / static_cast<double>(bins);
  std::vector<double> edges(bins + 1);
  for (std::size_t i = 0; i < bins; ++i) edges[i] = static_cast<double>(i) * width + low;
  edges[bins] = high;
  return edges;
}

}  // namespace

std::vector<double> bin_edges(const Sorted& sample, const BinOptions& options) {
  if (sample.empty() || options.max_bins == 0) return {};
  if (!std::isfinite(sample.max() - sample.min())) return {};
  if (!options.log_scale) return edges_on_axis(sample, options.max_bins);

  if (sample.min() <= 0) return {};
  std::vector<double> logs(sample.size());
  std::ranges::transform(sample.values(), logs.begin(), [](double x) { return std::log(x); });
  std::vector<double> edges = edges_on_axis(Sorted(std::move(logs)), options.max_bins);
  for (double& edge : edges) edge = std::exp(edge);
  // Rounding must not leave the extremes out.
  edges.front() = std::min(edges.front(), sample.min());
  edges.back() = std::max(edges.back(), sample.max());
  return edges;
}

std::vector<std::uint64_t> count_in_bins(const Sorted& sample, std::span<const double> edges) {
  if (edges.size() < 2) return {};
  const auto values = sample.values();
  std::vector<std::uint64_t> counts;
  counts.reserve(edges.size() - 1);
  auto from = std::ranges::lower_bound(values, edges.front());
  for (std::size_t bin = 1; bin < edges.size(); ++bin) {
    const bool last = bin + 1 == edges.size();
    const auto to = last ? std::upper_bound(from, values.end(), edges[bin])
                         : std::lower_bound(from, values.end(), edges[bin]);
    counts.push_back(static_cast<std::uint64_t>(to - from));
    from = to;
  }
  return counts;
}

}  // namespace tt::stats
