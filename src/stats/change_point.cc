#include "stats/change_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

std::vector<double> distances(std::span<const double> series, std::size_t lag) {
  std::vector<double> result;
  for (std::size_t i = lag; i < series.size(); ++i) {
    result.push_back(std::fabs(series[i] - series[i - lag]));
  }
  return result;
}

// The variance around a level that changes seldom, as it counts for means: a change is in one
// difference only. Neighbours that depend on each other, with correlation r, differ less at lag 1
// than at lag 2: the squared ratio is 1 + r (Chakar, Lebarbier, Levy-Leduc and Robin 2017).
double noise_variance(std::span<const double> series) {
  std::vector<double> steps = distances(series, 1);
  double squares = 0;
  for (const double step : steps) squares += step * step;
  const double mean_square = squares / static_cast<double>(steps.size());
  const double median = *quantile_in_place(steps, 0.5);
  if (median == 0) return mean_square / 2;

  std::vector<double> strides = distances(series, 2);
  const double ratio = quantile_in_place(strides, 0.5).value_or(median) / median;
  constexpr double kMost = 0.9;  // beyond, what wanders cannot be told from what changes
  const double r = std::clamp(ratio * ratio - 1, 0.0, kMost);
  const double step = kMadToDeviation * median;
  return step * step / 2 * (1 + r) / ((1 - r) * (1 - r));
}

// The variance of rounding to the finest step between values.
double rounding_variance(std::span<const double> series) {
  const Sorted sorted(std::vector<double>(series.begin(), series.end()));
  double finest = sorted.max() - sorted.min();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i] > sorted[i - 1]) finest = std::min(finest, sorted[i] - sorted[i - 1]);
  }
  return finest * finest / 12;
}

// Minus twice the log-likelihood of a segment, but for what all segmentations share.
class Cost {
 public:
  Cost(std::span<const double> series, ChangeIn change)
      : own_variance_(change == ChangeIn::kMeanAndVariance),
        variance_(own_variance_ ? rounding_variance(series) : noise_variance(series)) {}

  // Of `count` values with this sum of squared deviations from their mean.
  double operator()(double count, double squares) const {
    if (!own_variance_) return squares / variance_;
    const double variance = std::max(squares / count, variance_);
    return count * std::log(variance) + squares / variance;
  }

 private:
  bool own_variance_;
  double variance_;  // the known one, or the least
};

// A segment that begins at `begin` and runs up to now.
struct Candidate {
  std::size_t begin;
  double before;       // the cost of the best segmentation of all before it, with its penalties
  std::size_t expiry;  // from this end on, no best segmentation uses it
  double mean = 0;
  double squares = 0;  // sum of squared deviations from the mean

  // Welford 1962: no difference of large sums.
  void add(double y, double count) {
    const double delta = y - mean;
    mean += delta / count;
    squares += delta * (y - mean);
  }
};

// For each end, where the last segment of the best segmentation up to it begins.
std::vector<std::size_t> last_begins(std::span<const double> series, const Cost& cost,
                                     double penalty, std::size_t min_segment) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  constexpr std::size_t kNoExpiry = std::numeric_limits<std::size_t>::max();
  const std::size_t n = series.size();
  std::vector<double> best(n + 1, kNever);
  best[0] = -penalty;  // the first segment is no change
  std::vector<std::size_t> begins(n + 1, 0);
  std::vector<Candidate> candidates;
  std::vector<double> totals;
  for (std::size_t end = 1; end <= n; ++end) {
    if (best[end - 1] < kNever) candidates.push_back({end - 1, best[end - 1], kNoExpiry});
    for (Candidate& c : candidates) c.add(series[end - 1], static_cast<double>(end - c.begin));

    totals.clear();
    for (const Candidate& c : candidates) {
      if (end - c.begin < min_segment) break;  // as are all later ones
      totals.push_back(c.before + cost(static_cast<double>(end - c.begin), c.squares));
      if (totals.back() + penalty < best[end]) {
        best[end] = totals.back() + penalty;
        begins[end] = c.begin;
      }
    }
    // A beginning that is no better than a change just here stays so, once a segment that begins
    // here is long enough.
    for (std::size_t i = 0; i < totals.size(); ++i) {
      if (totals[i] >= best[end]) {
        candidates[i].expiry = std::min(candidates[i].expiry, end + min_segment);
      }
    }
    std::erase_if(candidates, [&](const Candidate& c) { return c.expiry <= end + 1; });
  }
  return begins;
}

Segment segment_of(std::span<const double> series, std::size_t begin, std::size_t end) {
  const auto values = series.subspan(begin, end - begin);
  return {begin, end, *mean(values), standard_deviation(values, 1).value_or(0)};
}

}  // namespace

double bic_penalty(std::size_t n, ChangeIn change) {
  const int parameters = change == ChangeIn::kMeanAndVariance ? 3 : 2;
  return parameters * std::log(static_cast<double>(std::max<std::size_t>(n, 1)));
}

std::optional<std::vector<Segment>> find_segments(std::span<const double> series,
                                                  const ChangePointOptions& options) {
  if (!all_finite(series) || options.min_segment == 0 || !(options.penalty >= 0) ||
      !std::isfinite(options.penalty)) {
    return std::nullopt;
  }
  if (series.empty()) return std::vector<Segment>{};
  const auto [low, high] = std::ranges::minmax(series);
  const double range = high - low;
  const auto n = static_cast<double>(series.size());
  if (!std::isfinite(n * range * range) || !std::isfinite(n * std::max(-low, high))) {
    return std::nullopt;
  }
  if (range == 0 || series.size() < 2 * options.min_segment) {
    return std::vector{segment_of(series, 0, series.size())};
  }
  // In units of the range, so that no square is too small for a number.
  std::vector<double> scaled(series.begin(), series.end());
  for (double& y : scaled) y = (y - low) / range;
  const Cost cost(scaled, options.change);
  const double penalty =
      options.penalty > 0 ? options.penalty : bic_penalty(series.size(), options.change);
  const auto begins = last_begins(scaled, cost, penalty, options.min_segment);
  std::vector<Segment> segments;
  for (std::size_t end = series.size(); end > 0; end = begins[end]) {
    segments.push_back(segment_of(series, begins[end], end));
  }
  std::ranges::reverse(segments);
  return segments;
}

}  // namespace tt::stats
