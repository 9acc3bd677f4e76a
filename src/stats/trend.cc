#include "stats/trend.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/distributions/normal.hpp>

#include "base/rng.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

double pairs_among(double n) { return n * (n - 1) / 2; }

// What n tied values take away from the variance of S, and what n values give it: 18 times that.
double variance_term(double n) { return n * (n - 1) * (2 * n + 5); }

// Groups of equal values.
struct Ties {
  double variance_terms = 0;
  double pairs = 0;
};

Ties ties_in(const Sorted& sample) {
  Ties ties;
  for (std::size_t from = 0, to = 0; from < sample.size(); from = to) {
    while (to < sample.size() && sample[to] == sample[from]) ++to;
    const auto group = static_cast<double>(to - from);
    ties.variance_terms += variance_term(group);
    ties.pairs += pairs_among(group);
  }
  return ties;
}

Sorted sorted(std::span<const double> values) {
  return Sorted(std::vector<double>(values.begin(), values.end()));
}

std::vector<double> all_slopes(std::span<const double> x, std::span<const double> y) {
  std::vector<double> slopes;
  slopes.reserve(x.size() * (x.size() - 1) / 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (x[i] != x[j]) slopes.push_back((y[i] - y[j]) / (x[i] - x[j]));
    }
  }
  return slopes;
}

std::vector<double> drawn_slopes(std::span<const double> x, std::span<const double> y,
                                 std::uint64_t seed) {
  Rng rng = Rng::stream(seed, "theil-sen");
  std::vector<double> slopes;
  slopes.reserve(kSampledPairs);
  // Where most x are equal, most draws are in vain.
  for (std::size_t draw = 0; draw < 8 * kSampledPairs && slopes.size() < kSampledPairs; ++draw) {
    const std::size_t i = rng.below(x.size());
    const std::size_t j = rng.below(x.size());
    if (x[i] != x[j]) slopes.push_back((y[i] - y[j]) / (x[i] - x[j]));
  }
  return slopes;
}

double normal_quantile(double p) { return quantile(boost::math::normal(), p); }

// Sen's interval: order statistics of the slopes as far from the middle as S is likely to be from
// 0. `spread` is the standard deviation of S, in numbers of the slopes at hand.
std::optional<Interval> slope_interval(std::span<double> slopes, double spread, double confidence) {
  const auto count = static_cast<double>(slopes.size());
  const double far = normal_quantile(0.5 + confidence / 2) * spread;
  const double low = std::nearbyint((count - far) / 2) - 1;
  const double high = std::nearbyint((count + far) / 2);
  if (!(low >= 0) || high >= count) return std::nullopt;
  const auto at = [&](double rank) {
    const auto nth = slopes.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(slopes.begin(), nth, slopes.end());
    return *nth;
  };
  return Interval{at(low), at(high), confidence};
}

bool good(const TrendOptions& options) {
  return options.confidence > 0 && options.confidence < 1 && options.variance_inflation >= 1 &&
         std::isfinite(options.variance_inflation);
}

// Sorts `values` and counts the pairs that stood the wrong way round. `spare` has the same size.
double sort_counting_falls(std::span<double> values, std::span<double> spare) {
  if (values.size() < 2) return 0;
  const std::size_t half = values.size() / 2;
  double falls = sort_counting_falls(values.first(half), spare.first(half)) +
                 sort_counting_falls(values.subspan(half), spare.subspan(half));
  std::size_t left = 0;
  std::size_t right = half;
  for (double& out : spare) {
    if (right == values.size() || (left < half && values[left] <= values[right])) {
      out = values[left++];
    } else {
      out = values[right++];
      falls += static_cast<double>(half - left);
    }
  }
  std::ranges::copy(spare, values.begin());
  return falls;
}

}  // namespace

std::optional<TheilSenLine> theil_sen(std::span<const double> x, std::span<const double> y,
                                      const TrendOptions& options) {
  if (x.size() != y.size() || !all_finite(x) || !all_finite(y) || !good(options)) {
    return std::nullopt;
  }
  const Sorted sorted_x = sorted(x);
  const Sorted sorted_y = sorted(y);
  if (x.empty() || sorted_x.min() == sorted_x.max()) return std::nullopt;

  TheilSenLine line{.sampled = x.size() > kExactTheilSen};
  std::vector<double> slopes = line.sampled ? drawn_slopes(x, y, options.seed) : all_slopes(x, y);
  if (slopes.empty() || !all_finite(slopes)) return std::nullopt;
  line.pairs = slopes.size();
  line.slope = *quantile_in_place(slopes, 0.5);
  line.intercept = *quantile(sorted_y, 0.5) - line.slope * *quantile(sorted_x, 0.5);
  if (!std::isfinite(line.intercept)) return std::nullopt;

  const auto n = static_cast<double>(x.size());
  const Ties x_ties = ties_in(sorted_x);
  const Ties y_ties = ties_in(sorted_y);
  const double terms = variance_term(n) - x_ties.variance_terms - y_ties.variance_terms;
  const double variance = std::max(0.0, terms / 18) * options.variance_inflation;
  const auto count = static_cast<double>(slopes.size());
  // A share of the pairs there are, and the chance in which of them were drawn.
  const double share = count / (pairs_among(n) - x_ties.pairs);
  const double spread = std::sqrt(variance * share * share + (line.sampled ? count : 0));
  line.interval = slope_interval(slopes, spread, options.confidence);
  return line;
}

std::optional<MannKendall> mann_kendall(std::span<const double> series,
                                        const TrendOptions& options) {
  if (series.size() < 2 || !all_finite(series) || !good(options)) return std::nullopt;
  std::vector<double> values(series.begin(), series.end());
  std::vector<double> spare(values.size());
  const double falls = sort_counting_falls(values, spare);
  const Ties ties = ties_in(Sorted(std::move(values)));

  const auto n = static_cast<double>(series.size());
  const double pairs = pairs_among(n);
  MannKendall test{.s = pairs - ties.pairs - 2 * falls};
  if (ties.pairs == pairs) return test;
  test.tau = test.s / std::sqrt(pairs) / std::sqrt(pairs - ties.pairs);
  const double variance =
      (variance_term(n) - ties.variance_terms) / 18 * options.variance_inflation;
  const double distance = std::max(0.0, std::fabs(test.s) - 1);
  test.p_value = std::erfc(distance / std::sqrt(2 * variance));
  return test;
}

}  // namespace tt::stats
