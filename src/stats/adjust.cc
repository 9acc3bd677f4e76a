#include "stats/adjust.h"

#include <algorithm>
#include <numeric>

namespace tt::stats {
namespace {

std::vector<std::size_t> rising_order(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

}  // namespace

std::vector<double> holm_adjust(std::span<const double> p_values) {
  const std::vector<std::size_t> order = rising_order(p_values);
  std::vector<double> adjusted(p_values.size());
  double highest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto left = static_cast<double>(order.size() - rank);
    highest = std::max(highest, std::min(1.0, left * p_values[order[rank]]));
    adjusted[order[rank]] = highest;
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg_adjust(std::span<const double> p_values) {
  const std::vector<std::size_t> order = rising_order(p_values);
  const auto count = static_cast<double>(p_values.size());
  std::vector<double> adjusted(p_values.size());
  double lowest = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    lowest = std::min(lowest, count / static_cast<double>(rank) * p_values[i]);
    adjusted[i] = lowest;
  }
  return adjusted;
}

}  // namespace tt::stats
