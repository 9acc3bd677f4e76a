#include "stats/moments.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/quantile.h"

namespace tt::stats {
namespace {

std::optional<double> finite(double x) {
  if (!std::isfinite(x)) return std::nullopt;
  return x;
}

bool constant(std::span<const double> sample) {
  return std::ranges::all_of(sample, [&](double x) { return x == sample.front(); });
}

// From the sums of squared and cubed deviations.
std::optional<double> skewness_of(double n, double squares, double cubes, Skewness kind) {
  if (n < 1 || squares <= 0) return std::nullopt;
  const double moment = std::sqrt(n) * cubes / (squares * std::sqrt(squares));
  if (kind == Skewness::kMoment) return finite(moment);
  if (n < 3) return std::nullopt;
  return finite(moment * std::sqrt(n * (n - 1)) / (n - 2));
}

}  // namespace

bool all_finite(std::span<const double> sample) {
  return std::ranges::all_of(sample, [](double x) { return std::isfinite(x); });
}

double sum(std::span<const double> sample) {
  double total = 0;
  double lost = 0;  // low digits that `total` could not hold
  for (const double x : sample) {
    const double next = total + x;
    lost += std::fabs(total) >= std::fabs(x) ? (total - next) + x : (x - next) + total;
    total = next;
  }
  return total + lost;
}

std::optional<double> mean(std::span<const double> sample) {
  if (sample.empty()) return std::nullopt;
  return finite(sum(sample) / static_cast<double>(sample.size()));
}

std::optional<double> variance(std::span<const double> sample, unsigned ddof) {
  if (sample.size() <= ddof) return std::nullopt;
  const auto centre = mean(sample);
  if (!centre) return std::nullopt;
  if (constant(sample)) return 0;
  double squares = 0;
  double rest = 0;  // would be 0 if the mean were exact
  for (const double x : sample) {
    const double d = x - *centre;
    squares += d * d;
    rest += d;
  }
  const auto n = static_cast<double>(sample.size());
  return finite((squares - rest * rest / n) / (n - ddof));
}

std::optional<double> standard_deviation(std::span<const double> sample, unsigned ddof) {
  const auto v = variance(sample, ddof);
  if (!v) return std::nullopt;
  return std::sqrt(*v);
}

std::optional<double> coefficient_of_variation(std::span<const double> sample, unsigned ddof) {
  const auto centre = mean(sample);
  const auto deviation = standard_deviation(sample, ddof);
  if (!centre || !deviation || *centre <= 0) return std::nullopt;
  return finite(*deviation / *centre);
}

std::optional<double> median_absolute_deviation(std::span<const double> sample) {
  if (sample.empty() || !all_finite(sample)) return std::nullopt;
  std::vector<double> scratch(sample.begin(), sample.end());
  // Twice, as beside a large offset the first median is rounded; what is left of it is not.
  for (int pass = 0; pass < 2; ++pass) {
    const double median = *quantile_in_place(scratch, 0.5);
    for (double& x : scratch) x -= median;
  }
  for (double& x : scratch) x = std::fabs(x);
  return finite(*quantile_in_place(scratch, 0.5));
}

std::optional<double> skewness(std::span<const double> sample, Skewness kind) {
  const auto centre = mean(sample);
  if (!centre || constant(sample)) return std::nullopt;
  const auto n = static_cast<double>(sample.size());
  // What rounding left in the mean, which a large offset would turn into lost digits of the cubes.
  double rest = 0;
  for (const double x : sample) rest += x - *centre;
  rest /= n;
  double squares = 0;
  double cubes = 0;
  for (const double x : sample) {
    const double d = (x - *centre) - rest;
    squares += d * d;
    cubes += d * d * d;
  }
  return skewness_of(n, squares, cubes, kind);
}

bool Moments::add(double x) {
  if (!std::isfinite(x)) return false;
  if (count_ == 0) origin_ = min_ = max_ = x;
  min_ = std::min(min_, x);
  max_ = std::max(max_, x);
  const auto before = static_cast<double>(count_);
  const auto n = static_cast<double>(++count_);
  const double delta = (x - origin_) - mean_;
  const double step = delta / n;
  const double square = delta * step * before;
  cubes_ += square * step * (n - 2) - 3 * step * squares_;
  squares_ += square;
  mean_ += step;
  return true;
}

void Moments::merge(const Moments& other) {
  if (other.count_ == 0) return;
  if (count_ == 0) {
    *this = other;
    return;
  }
  const auto a = static_cast<double>(count_);
  const auto b = static_cast<double>(other.count_);
  const double n = a + b;
  const double delta = (other.origin_ - origin_) + (other.mean_ - mean_);
  cubes_ += other.cubes_ + delta * delta * delta * a * b * (a - b) / (n * n) +
            3 * delta * (a * other.squares_ - b * squares_) / n;
  squares_ += other.squares_ + delta * delta * a * b / n;
  mean_ += delta * b / n;
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::optional<double> Moments::min() const {
  if (count_ == 0) return std::nullopt;
  return min_;
}

std::optional<double> Moments::max() const {
  if (count_ == 0) return std::nullopt;
  return max_;
}

std::optional<double> Moments::mean() const {
  if (count_ == 0) return std::nullopt;
  return finite(origin_ + mean_);
}

std::optional<double> Moments::variance(unsigned ddof) const {
  if (count_ <= ddof) return std::nullopt;
  return finite(squares_ / static_cast<double>(count_ - ddof));
}

std::optional<double> Moments::skewness(Skewness kind) const {
  return skewness_of(static_cast<double>(count_), squares_, cubes_, kind);
}

}  // namespace tt::stats
