#include "stats/variances.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/fisher_f.hpp>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> deviations(std::span<const double> sample, Centre centre) {
  std::vector<double> values(sample.begin(), sample.end());
  // Relative to a value of the sample, so that a large offset costs the centre no digits.
  const double origin = *quantile_in_place(values, 0.5);
  for (double& x : values) x -= origin;
  std::vector<double> scratch = values;
  const double middle = centre == Centre::kMean ? *mean(values) : *quantile_in_place(scratch, 0.5);
  for (double& x : values) x = std::fabs(x - middle);
  return values;
}

}  // namespace

std::optional<TestResult> f_test(std::span<const double> a, std::span<const double> b) {
  const auto of_a = variance(a, 1);
  const auto of_b = variance(b, 1);
  if (!of_a || !of_b) return std::nullopt;
  if (*of_a == 0 && *of_b == 0) return TestResult{.statistic = 1, .p_value = 1};
  if (*of_a == 0) return TestResult{.statistic = 0, .p_value = 0};
  if (*of_b == 0) return TestResult{.statistic = kInfinity, .p_value = 0};
  const double f = *of_a / *of_b;
  const boost::math::fisher_f law(static_cast<double>(a.size() - 1),
                                  static_cast<double>(b.size() - 1));
  const double smaller = std::min(cdf(law, f), cdf(complement(law, f)));
  return TestResult{.statistic = f, .p_value = std::min(1.0, 2 * smaller)};
}

std::optional<TestResult> levene_test(std::span<const double> a, std::span<const double> b,
                                      Centre centre) {
  if (a.size() < 2 || b.size() < 2 || !all_finite(a) || !all_finite(b)) return std::nullopt;
  const std::vector<double> of_a = deviations(a, centre);
  const std::vector<double> of_b = deviations(b, centre);
  const auto a_mean = mean(of_a);
  const auto b_mean = mean(of_b);
  const auto a_spread = variance(of_a, 0);
  const auto b_spread = variance(of_b, 0);
  if (!a_mean || !b_mean || !a_spread || !b_spread) return std::nullopt;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const double apart = *a_mean - *b_mean;
  const double between = apart * apart * n * m / (n + m);
  const double within = (n * *a_spread + m * *b_spread) / (n + m - 2);
  if (between == 0) return TestResult{};
  if (within == 0) return TestResult{.statistic = kInfinity, .p_value = 0};
  const double w = between / within;
  const boost::math::fisher_f law(1, n + m - 2);
  return TestResult{.statistic = w, .p_value = cdf(complement(law, w))};
}

}  // namespace tt::stats
