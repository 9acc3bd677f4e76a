#include "stats/normality.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include <boost/math/distributions/normal.hpp>

namespace tt::stats {
namespace {

// Royston's polynomials, from the constant term on.
constexpr double kFirstWeight[] = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
constexpr double kSecondWeight[] = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
constexpr double kSmallShift[] = {-2.273, 0.459};  // n from 4 to 11
constexpr double kSmallMean[] = {0.544, -0.39978, 0.025054, -6.714e-4};
constexpr double kSmallLogDeviation[] = {1.3822, -0.77857, 0.062767, -0.0020322};
constexpr double kMean[] = {-1.5861, -0.31082, -0.083751, 0.0038915};  // n from 12 on
constexpr double kLogDeviation[] = {-0.4803, -0.082676, 0.0030302};
constexpr std::size_t kLargestSmall = 11;

double polynomial(std::span<const double> coefficients, double x) {
  double y = 0;
  for (auto i = coefficients.rbegin(); i != coefficients.rend(); ++i) y = y * x + *i;
  return y;
}

// The weights of the upper half of the order statistics, from the largest on; those of the lower
// half are their negatives, and an odd one's in the middle is 0.
std::vector<double> upper_weights(std::size_t n) {
  std::vector<double> weights(n / 2);
  if (n == 3) {
    weights[0] = std::numbers::sqrt2 / 2;
    return weights;
  }
  const auto count = static_cast<double>(n);
  const boost::math::normal normal;
  double squares = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = -quantile(normal, (static_cast<double>(i) + 0.625) / (count + 0.25));
    squares += 2 * weights[i] * weights[i];
  }
  const double root = std::sqrt(squares);
  const double x = 1 / std::sqrt(count);
  // The outermost one or two have a polynomial of their own, the others share what is left.
  const std::size_t outer = n > 5 ? 2 : 1;
  double rest = 1;
  std::vector<double> own;
  for (std::size_t i = 0; i < outer; ++i) {
    own.push_back(weights[i] / root + polynomial(i == 0 ? kFirstWeight : kSecondWeight, x));
    squares -= 2 * weights[i] * weights[i];
    rest -= 2 * own[i] * own[i];
  }
  const double factor = std::sqrt(squares / rest);
  for (double& w : weights) w /= factor;
  std::ranges::copy(own, weights.begin());
  return weights;
}

// 1 - W: W itself is so near to 1 that its digits would be lost.
double one_minus_w(const Sorted& sample) {
  const std::size_t n = sample.size();
  const std::vector<double> weights = upper_weights(n);
  const double range = sample.max() - sample.min();
  const double origin = sample[n / 2];
  double centre = 0;
  for (const double x : sample.values()) centre += (x - origin) / range;
  centre /= static_cast<double>(n);
  double weight_squares = 0;
  double squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t from_end = std::min(i, n - 1 - i);
    const double size = from_end < weights.size() ? weights[from_end] : 0;
    const double weight = i < n / 2 ? -size : size;
    const double x = (sample[i] - origin) / range - centre;
    weight_squares += weight * weight;
    squares += x * x;
    products += weight * x;
  }
  const double root = std::sqrt(weight_squares * squares);
  return (root - products) * (root + products) / (weight_squares * squares);
}

double p_value(std::size_t n, double rest) {
  const auto count = static_cast<double>(n);
  if (n == 3) {
    const double w = std::clamp(1 - rest, 0.75, 1.0);
    return 6 / std::numbers::pi * (std::asin(std::sqrt(w)) - std::numbers::pi / 3);
  }
  double y = std::log(rest);
  if (n <= kLargestSmall) {
    const double limit = polynomial(kSmallShift, count);
    if (y >= limit) return 0;
    y = -std::log(limit - y);
    const double deviation = std::exp(polynomial(kSmallLogDeviation, count));
    return cdf(complement(boost::math::normal(polynomial(kSmallMean, count), deviation), y));
  }
  const double x = std::log(count);
  const double deviation = std::exp(polynomial(kLogDeviation, x));
  return cdf(complement(boost::math::normal(polynomial(kMean, x), deviation), y));
}

}  // namespace

std::optional<TestResult> shapiro_wilk(const Sorted& sample) {
  const std::size_t n = sample.size();
  if (n < kShapiroFewest || n > kShapiroMost || !std::isfinite(sample.max() - sample.min()) ||
      sample.min() == sample.max()) {
    return std::nullopt;
  }
  // Rounding may put W a little above 1; y must have a logarithm.
  const double rest = std::max(one_minus_w(sample), 1e-300);
  return TestResult{.statistic = 1 - rest, .p_value = std::max(0.0, p_value(n, rest))};
}

}  // namespace tt::stats
