#include "stats/moments.h"

#include <cmath>

namespace tt::stats {

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
  return sum(sample) / static_cast<double>(sample.size());
}

std::optional<double> variance(std::span<const double> sample, unsigned ddof) {
  if (sample.size() <= ddof) return std::nullopt;
  const double centre = *mean(sample);
  double squares = 0;
  double rest = 0;  // would be 0 if the mean were exact
  for (const double x : sample) {
    const double d = x - centre;
    squares += d * d;
    rest += d;
  }
  const auto n = static_cast<double>(sample.size());
  return (squares - rest * rest / n) / (n - ddof);
}

std::optional<double> standard_deviation(std::span<const double> sample, unsigned ddof) {
  const auto v = variance(sample, ddof);
  if (!v) return std::nullopt;
  return std::sqrt(*v);
}

}  // namespace tt::stats
