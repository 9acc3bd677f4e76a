#include "stats/proportion.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

namespace tt::stats {

std::optional<Interval> wilson_interval(std::uint64_t successes, std::uint64_t n,
                                        double confidence) {
  const auto count = static_cast<double>(n);
  return wilson_interval_of_share(n == 0 ? 0 : static_cast<double>(successes) / count, count,
                                  confidence);
}

std::optional<Interval> wilson_interval_of_share(double share, double count, double confidence) {
  if (!(count > 0) || !is_confidence(confidence)) return std::nullopt;
  const double z = quantile(boost::math::normal(), 0.5 + confidence / 2);
  const double shrink = 1 + z * z / count;
  const double centre = (share + z * z / (2 * count)) / shrink;
  const double half =
      z / shrink * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  // At the borders the formula gives them up to rounding only.
  return Interval{share <= 0 ? 0 : std::max(0.0, centre - half),
                  share >= 1 ? 1 : std::min(1.0, centre + half), confidence};
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

std::optional<TestResult> chi_square_test(std::uint64_t a_successes, std::uint64_t a_n,
                                          std::uint64_t b_successes, std::uint64_t b_n,
                                          Continuity continuity) {
  if (a_n == 0 || b_n == 0) return std::nullopt;
  const auto n = static_cast<double>(a_n);
  const auto m = static_cast<double>(b_n);
  const auto successes = static_cast<double>(a_successes + b_successes);
  const auto failures = n + m - successes;
  if (successes == 0 || failures == 0) return TestResult{};
  // Every cell is as far from what was to be expected of it.
  double distance = std::fabs(static_cast<double>(a_successes) - n * successes / (n + m));
  if (continuity == Continuity::kYates) distance = std::max(0.0, distance - 0.5);
  const double total = n + m;
  const double statistic =
      distance * distance / (n / total) / (m / total) / (successes / total) / failures;
  return TestResult{.statistic = statistic, .p_value = std::erfc(std::sqrt(statistic / 2))};
}

std::optional<double> fisher_exact_p(std::uint64_t a_successes, std::uint64_t a_n,
                                     std::uint64_t b_successes, std::uint64_t b_n) {
  if (a_n == 0 || b_n == 0) return std::nullopt;
  // How many of the marked lie among a's: fewer marked means fewer tables.
  const std::uint64_t successes = a_successes + b_successes;
  const std::uint64_t failures = a_n + b_n - successes;
  const bool mark_successes = successes <= failures;
  const std::uint64_t marked = mark_successes ? successes : failures;
  const std::uint64_t here = mark_successes ? a_successes : a_n - a_successes;

  const std::uint64_t fewest = marked > b_n ? marked - b_n : 0;
  const std::uint64_t most = std::min(marked, a_n);
  // A table's weight over that of the one with one marked less (hypergeometric).
  const auto growth = [&](std::uint64_t k) {
    return static_cast<double>(marked - k + 1) * static_cast<double>(a_n - k + 1) /
           (static_cast<double>(k) * static_cast<double>(b_n + k - marked));
  };
  // Weights relative to this table's, outwards from it; those that come to nothing end the way once
  // they fall.
  constexpr double kTies = 1 + 1e-12;  // tables as likely as this one, but for rounding
  constexpr double kNothing = 1e-30;
  double all = 1;
  double unlikely = 1;
  double weight = 1;
  const auto count = [&](double step) {
    weight *= step;
    all += weight;
    if (weight <= kTies) unlikely += weight;
    return step >= 1 || weight > kNothing * all;
  };
  for (std::uint64_t k = here; k < most && count(growth(k + 1));) ++k;
  weight = 1;
  for (std::uint64_t k = here; k > fewest && count(1 / growth(k));) --k;
  return std::min(1.0, unlikely / all);
}

}  // namespace tt::stats
