#include "stats/rank.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace tt::stats {
namespace {

// How many values of `sample` from `from` on equal `value`.
std::size_t run_of(const Sorted& sample, std::size_t from, double value) {
  std::size_t i = from;
  while (i < sample.size() && sample[i] == value) ++i;
  return i - from;
}

}  // namespace

std::optional<RankTest> mann_whitney(const Sorted& a, const Sorted& b) {
  if (a.empty() || b.empty()) return std::nullopt;
  double u = 0;     // pairs with a > b, ties half
  double ties = 0;  // sum of t^3 - t over groups of equal values
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    const std::size_t in_a = run_of(a, i, value);
    const std::size_t in_b = run_of(b, j, value);
    u += static_cast<double>(in_a) * (static_cast<double>(j) + static_cast<double>(in_b) / 2);
    const auto t = static_cast<double>(in_a + in_b);
    ties += t * t * t - t;
    i += in_a;
    j += in_b;
  }

  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const double total = n + m;
  const double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
  RankTest test{.u = u, .cliffs_delta = 2 * u / (n * m) - 1, .p_value = 1};
  if (variance > 0) {
    const double distance = std::max(0.0, std::fabs(u - n * m / 2) - 0.5);
    test.p_value = std::erfc(distance / std::sqrt(variance) / std::numbers::sqrt2);
  }
  return test;
}

std::vector<double> holm_adjust(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });

  std::vector<double> adjusted(p_values.size());
  double highest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto left = static_cast<double>(order.size() - rank);
    highest = std::max(highest, std::min(1.0, left * p_values[order[rank]]));
    adjusted[order[rank]] = highest;
  }
  return adjusted;
}

}  // namespace tt::stats
