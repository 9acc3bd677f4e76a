#include "stats/quantile.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <ranges>

#include <boost/math/distributions/binomial.hpp>

namespace tt::stats {
namespace {

// Where type 7 finds the quantile: between the order statistics `below` and `below + 1`, from 0.
struct Place {
  std::size_t below;
  double share;
};

Place place_of(std::size_t n, double p) {
  const double at = std::clamp(p, 0.0, 1.0) * static_cast<double>(n - 1);
  const double floor = std::floor(at);
  return {static_cast<std::size_t>(floor), at - floor};
}

double between(double low, double high, double share) {
  // Not low + share * (high - low) alone: equal neighbours must give their value exactly.
  return share == 0 || low == high ? low : low + share * (high - low);
}

}  // namespace

Sorted::Sorted(std::vector<double> values) : values_(std::move(values)) {
  assert(std::ranges::none_of(values_, [](double v) { return std::isnan(v); }));
  std::ranges::sort(values_);
}

std::optional<double> quantile(const Sorted& sample, double p) {
  if (sample.empty()) return std::nullopt;
  const auto [below, share] = place_of(sample.size(), p);
  return between(sample[below], sample[std::min(below + 1, sample.size() - 1)], share);
}

std::optional<double> quantile_in_place(std::span<double> scratch, double p) {
  if (scratch.empty()) return std::nullopt;
  const auto [below, share] = place_of(scratch.size(), p);
  const auto nth = scratch.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(scratch.begin(), nth, scratch.end());
  if (share == 0) return *nth;
  return between(*nth, *std::min_element(nth + 1, scratch.end()), share);
}

std::optional<Interval> quantile_interval(const Sorted& sample, double p, double confidence) {
  if (sample.empty() || p <= 0 || p >= 1 || confidence <= 0 || confidence >= 1) return std::nullopt;
  const double tail = (1 - confidence) / 2;
  // How many draws lie at or below the true quantile. The value of rank r, from 0, lies above it
  // where at most r draws do not, and below it where more than r do.
  const boost::math::binomial draws(static_cast<double>(sample.size()), p);
  const auto lies_above = [&](std::size_t r) { return cdf(draws, static_cast<double>(r)); };
  const auto lies_below = [&](std::size_t r) {
    return cdf(complement(draws, static_cast<double>(r)));
  };

  const auto ranks = std::views::iota(std::size_t{0}, sample.size());
  const auto past_low =
      std::ranges::partition_point(ranks, [&](std::size_t r) { return lies_above(r) <= tail; });
  const auto high =
      std::ranges::partition_point(ranks, [&](std::size_t r) { return lies_below(r) > tail; });
  if (past_low == ranks.begin() || high == ranks.end()) return std::nullopt;
  const std::size_t low = *past_low - 1;
  return Interval{sample[low], sample[*high], 1 - lies_above(low) - lies_below(*high)};
}

std::size_t samples_needed(double p, double confidence) {
  const double tail = (1 - confidence) / 2;
  return static_cast<std::size_t>(std::ceil(std::log(tail) / std::log(std::max(p, 1 - p))));
}

}  // namespace tt::stats
