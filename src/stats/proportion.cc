#include "stats/proportion.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

namespace tt::stats {

std::optional<Interval> wilson_interval(std::uint64_t successes, std::uint64_t n,
                                        double confidence) {
  if (n == 0) return std::nullopt;
  const double z = quantile(boost::math::normal(), 0.5 + confidence / 2);
  const auto count = static_cast<double>(n);
  const double share = static_cast<double>(successes) / count;
  const double shrink = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / shrink;
  const double half =
      z / shrink * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  // At the borders the formula gives them up to rounding only.
  return Interval{successes == 0 ? 0 : std::max(0.0, centre - half),
                  successes == n ? 1 : std::min(1.0, centre + half), confidence};
}

std::optional<Interval> share_difference_interval(std::uint64_t a_successes, std::uint64_t a_n,
                                                  std::uint64_t b_successes, std::uint64_t b_n,
                                                  double confidence) {
  const auto a = wilson_interval(a_successes, a_n, confidence);
  const auto b = wilson_interval(b_successes, b_n, confidence);
  if (!a || !b) return std::nullopt;
  const double a_share = static_cast<double>(a_successes) / static_cast<double>(a_n);
  const double b_share = static_cast<double>(b_successes) / static_cast<double>(b_n);
  const double difference = a_share - b_share;
  return Interval{difference - std::hypot(a_share - a->low, b->high - b_share),
                  difference + std::hypot(a->high - a_share, b_share - b->low), confidence};
}

std::optional<double> share_difference_p(std::uint64_t a_successes, std::uint64_t a_n,
                                         std::uint64_t b_successes, std::uint64_t b_n) {
  if (a_n == 0 || b_n == 0) return std::nullopt;
  const auto n = static_cast<double>(a_n);
  const auto m = static_cast<double>(b_n);
  const double pooled = static_cast<double>(a_successes + b_successes) / (n + m);
  const double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
  if (variance <= 0) return 1;
  const double difference =
      static_cast<double>(a_successes) / n - static_cast<double>(b_successes) / m;
  return std::erfc(std::fabs(difference) / std::sqrt(2 * variance));
}

}  // namespace tt::stats
