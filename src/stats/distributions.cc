#include "stats/distributions.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace tt::stats {
namespace {

constexpr double kPi = std::numbers::pi;

// Calls visit(value, in a, in b, a up to it, b up to it) for every distinct value, rising.
template <class Visit>
void merge_values(const Sorted& a, const Sorted& b, Visit visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    const std::size_t a_before = i;
    const std::size_t b_before = j;
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    visit(i - a_before, j - b_before, i, j);
  }
}

// The probability that a path of n steps one way and m the other, all orders alike, ever is `limit`
// or more from the diagonal, in units of 1 / (n m).
double path_leaves(std::size_t n, std::size_t m, std::int64_t limit) {
  const auto rows = static_cast<std::int64_t>(n);
  const auto columns = static_cast<std::int64_t>(m);
  std::vector<double> left(m + 1);  // for each column of the row at hand
  for (std::int64_t i = 0; i <= rows; ++i) {
    for (std::int64_t j = 0; j <= columns; ++j) {
      auto& p = left[static_cast<std::size_t>(j)];
      const auto a = static_cast<double>(i);
      const auto b = static_cast<double>(j);
      if (std::llabs(i * columns - j * rows) >= limit) {
        p = 1;
      } else if (i + j == 0) {
        p = 0;
      } else {
        const double beside = j > 0 ? left[static_cast<std::size_t>(j) - 1] : 0;
        p = (a * p + b * beside) / (a + b);
      }
    }
  }
  return left[m];
}

// The variance of the k-sample statistic for k = 2 (Scholz and Stephens 1987, equation 4).
double anderson_darling_variance(double n, double m) {
  const double total = n + m;
  const double big_h = 1 / n + 1 / m;
  double h = 0;
  double g = 0;
  for (double i = 1; i < total; ++i) {
    // So far h is the sum of 1 / (total - 1), ..., down to 1 / (total - i + 1).
    if (i > 1) g += h / i;
    h += 1 / (total - i);
  }
  const double a = (4 * g - 6) + (10 - 6 * g) * big_h;
  const double b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * big_h - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * big_h + 4 * h;
  const double d = (2 * h + 6) * 4 - 8 * h;
  return (((a * total + b) * total + c) * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

}  // namespace

double kolmogorov_tail(double x) {
  if (x <= 0) return 1;
  constexpr double kMeet = 1;  // either series needs few terms on its side
  double total = 0;
  if (x < kMeet) {
    const double q = kPi * kPi / (8 * x * x);
    for (double k = 1; k < 12; k += 2) total += std::exp(-k * k * q);
    return 1 - std::sqrt(2 * kPi) / x * total;
  }
  for (double k = 1; k < 12; ++k) {
    total += (static_cast<int>(k) % 2 == 1 ? 2 : -2) * std::exp(-2 * k * k * x * x);
  }
  return total;
}

std::optional<TestResult> kolmogorov_smirnov(const Sorted& a, const Sorted& b, PValue how) {
  constexpr std::uint64_t kMostSteps = 1'000'000'000;
  if (a.empty() || b.empty()) return std::nullopt;
  const std::uint64_t steps = std::uint64_t{a.size()} * b.size();
  if (how == PValue::kExact && steps > kMostSteps) return std::nullopt;
  const auto n = static_cast<std::int64_t>(a.size());
  const auto m = static_cast<std::int64_t>(b.size());
  std::int64_t farthest = 0;  // in units of 1 / (n m)
  merge_values(a, b, [&](std::size_t, std::size_t, std::size_t i, std::size_t j) {
    const auto apart = static_cast<std::int64_t>(i) * m - static_cast<std::int64_t>(j) * n;
    farthest = std::max(farthest, static_cast<std::int64_t>(std::llabs(apart)));
  });
  TestResult test{.statistic = static_cast<double>(farthest) / static_cast<double>(steps)};
  if (farthest == 0) return test;
  const bool exact =
      how == PValue::kExact || (how == PValue::kAuto && steps <= kExactKolmogorovSmirnov);
  const double scale = std::sqrt(static_cast<double>(steps) / static_cast<double>(n + m));
  test.p_value =
      exact ? path_leaves(a.size(), b.size(), farthest) : kolmogorov_tail(scale * test.statistic);
  return test;
}

double anderson_darling_tail(double x) {
  // Smirnov's inversion (1937) of the characteristic function, whose square is 2 pi s / |cos(...)|:
  // an alternating sum of integrals over s from 1 to 3, from 6 to 10, ..., between its poles
  // j (j + 1) / 2. At both ends the integrand goes to infinity as one over a root, for which Gauss
  // and Chebyshev's rule is made. Good where x is not tiny; there the tail is 1.
  constexpr double kTiny = 0.03;  // P(A^2 <= 0.03) < 1e-16
  constexpr double kGone = 45;    // exp(-45) changes nothing
  constexpr int kNodes = 48;
  if (x < kTiny) return 1;
  double total = 0;
  for (double j = 1;; j += 2) {
    const double low = j * (j + 1) / 2;
    const double high = (j + 1) * (j + 2) / 2;
    double integral = 0;
    for (int node = 0; node < kNodes; ++node) {
      const double t = std::cos(kPi * (node + 0.5) / kNodes);
      const double s = (low + high) / 2 + (high - low) / 2 * t;
      const double square = 2 * kPi * s / std::fabs(std::cos(kPi / 2 * std::sqrt(1 + 8 * s)));
      integral += std::exp(-x * (s - 1)) / s * std::sqrt(square * (s - low) * (high - s));
    }
    integral /= kNodes;
    total += static_cast<int>(j / 2) % 2 == 0 ? integral : -integral;
    if (x * (low - 1) > kGone) break;
  }
  return std::clamp(total * std::exp(-x), 0.0, 1.0);
}

std::optional<TestResult> anderson_darling(const Sorted& a, const Sorted& b) {
  if (a.empty() || b.empty() || a.size() + b.size() < 4) return std::nullopt;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  const double total = n + m;
  if (std::min(a.min(), b.min()) == std::max(a.max(), b.max())) return TestResult{};
  double squares = 0;
  merge_values(a, b, [&](std::size_t in_a, std::size_t in_b, std::size_t i, std::size_t j) {
    const auto equal = static_cast<double>(in_a + in_b);
    const double to_a = static_cast<double>(i) - static_cast<double>(in_a) / 2;
    const double to_both = static_cast<double>(i + j) - equal / 2;
    // What a has too many, b has too few: one square serves both.
    const double apart = total * to_a - to_both * n;
    squares += equal / total * apart * apart / (to_both * (total - to_both) - total * equal / 4);
  });
  const double statistic = (total - 1) / total * squares * (1 / n + 1 / m);
  const double standard = (statistic - 1) / std::sqrt(anderson_darling_variance(n, m));
  const double limit_deviation = std::sqrt(2 * kPi * kPi / 3 - 6);
  return TestResult{.statistic = standard,
                    .p_value = anderson_darling_tail(1 + standard * limit_deviation)};
}

}  // namespace tt::stats
