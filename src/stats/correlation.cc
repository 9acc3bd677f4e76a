#include "stats/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>

#include "stats/moments.h"

namespace tt::stats {
namespace {

// A column less its mean, as a vector of length 1; the dot product of two is their correlation.
// Empty where the column has no correlation with anything.
std::vector<double> direction(std::span<const double> column, CorrelationKind kind) {
  if (column.size() < 2 || !all_finite(column)) return {};
  if (std::ranges::all_of(column, [&](double x) { return x == column.front(); })) return {};
  std::vector<double> values = kind == CorrelationKind::kSpearman
                                   ? midranks(column)
                                   : std::vector<double>(column.begin(), column.end());
  const auto centre = mean(values);
  if (!centre) return {};
  double largest = 0;
  for (double& v : values) {
    v -= *centre;
    largest = std::max(largest, std::fabs(v));
  }
  double squares = 0;
  for (double& v : values) {
    v /= largest;  // so that no square over- or underflows
    squares += v * v;
  }
  if (!std::isfinite(squares)) return {};
  const double length = std::sqrt(squares);
  for (double& v : values) v /= length;
  return values;
}

double p_value_of(double r, double n) {
  if (n <= 2) return 1;
  const double shape = n / 2 - 1;  // r is beta distributed on [-1, 1]
  return std::min(1.0, 2 * boost::math::ibeta(shape, shape, (1 - std::fabs(r)) / 2));
}

Interval interval_of(double r, double n, CorrelationKind kind, double confidence) {
  if (n <= 3) return {-1, 1, confidence};
  const double variance = (kind == CorrelationKind::kSpearman ? 1 + r * r / 2 : 1) / (n - 3);
  const double half = quantile(boost::math::normal(), 0.5 + confidence / 2) * std::sqrt(variance);
  return {std::tanh(std::atanh(r) - half), std::tanh(std::atanh(r) + half), confidence};
}

std::optional<Correlation> of_directions(std::span<const double> a, std::span<const double> b,
                                         CorrelationKind kind, double confidence) {
  if (a.empty() || a.size() != b.size()) return std::nullopt;
  const double dot = std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  const double r = std::clamp(dot, -1.0, 1.0);
  const auto n = static_cast<double>(a.size());
  return Correlation{r, p_value_of(r, n), interval_of(r, n, kind, confidence)};
}

}  // namespace

std::optional<Correlation> correlate(std::span<const double> x, std::span<const double> y,
                                     CorrelationKind kind, double confidence) {
  return of_directions(direction(x, kind), direction(y, kind), kind, confidence);
}

CorrelationMatrix::CorrelationMatrix(std::span<const std::span<const double>> columns,
                                     CorrelationKind kind, double confidence)
    : size_(columns.size()), cells_(size_ * size_) {
  std::vector<std::vector<double>> directions;
  for (const auto column : columns) directions.push_back(direction(column, kind));
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const auto cell = of_directions(directions[i], directions[j], kind, confidence);
      cells_[i * size_ + j] = cell;
      cells_[j * size_ + i] = cell;
    }
  }
}

std::vector<double> midranks(std::span<const double> sample) {
  std::vector<std::size_t> order(sample.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return sample[i]; });
  std::vector<double> ranks(sample.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && sample[order[to]] == sample[order[from]]) ++to;
    const double shared = static_cast<double>(from + 1 + to) / 2;
    for (; from < to; ++from) ranks[order[from]] = shared;
  }
  return ranks;
}

}  // namespace tt::stats
