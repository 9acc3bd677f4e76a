#include "stats/rank.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "stats/moments.h"

namespace tt::stats {
namespace {

// How many values of `sample` from `from` on equal `value`.
std::size_t run_of(const Sorted& sample, std::size_t from, double value) {
  std::size_t i = from;
  while (i < sample.size() && sample[i] == value) ++i;
  return i - from;
}

// Of a count that lies `distance` from its mean, with the correction for continuity.
double two_sided_normal(double distance, double variance) {
  if (variance <= 0) return 1;
  const double z = std::max(0.0, distance - 0.5) / std::sqrt(variance);
  return std::erfc(z / std::numbers::sqrt2);
}

}  // namespace

std::optional<RankTest> mann_whitney(const Sorted& a, const Sorted& b, PValue how) {
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
  const double distance = std::fabs(u - n * m / 2);
  RankTest test{.u = u, .cliffs_delta = 2 * u / (n * m) - 1, .p_value = 1, .exact = false};
  const bool can_count = ties == 0 && a.size() < kExactMannWhitney && b.size() < kExactMannWhitney;
  if (how == PValue::kExact && !can_count) return std::nullopt;
  test.exact = can_count && how != PValue::kApproximate;
  if (test.exact) {
    const std::vector<double> law = mann_whitney_law(a.size(), b.size());
    test.p_value = std::min(1.0, 2 * at_most(law, n * m / 2 - distance));
  } else {
    test.p_value = two_sided_normal(distance, variance);
  }
  return test;
}

std::optional<SignedRankTest> signed_rank_test(std::span<const double> differences,
                                               ZeroDifferences zeros) {
  if (differences.empty() || !all_finite(differences)) return std::nullopt;
  std::vector<double> ordered(differences.begin(), differences.end());
  if (zeros == ZeroDifferences::kDrop) std::erase(ordered, 0.0);
  std::ranges::sort(ordered, {}, [](double x) { return std::fabs(x); });

  SignedRankTest test;
  double variance = 0;  // times 48
  bool ties = false;
  double left_out = 0;  // zeros, which have the lowest ranks
  for (std::size_t i = 0; i < ordered.size();) {
    const double distance = std::fabs(ordered[i]);
    std::size_t above = 0;
    std::size_t end = i;
    for (; end < ordered.size() && std::fabs(ordered[end]) == distance; ++end) {
      above += ordered[end] > 0 ? 1 : 0;
    }
    const auto t = static_cast<double>(end - i);
    const double rank = (static_cast<double>(i + end) + 1) / 2;
    if (distance == 0) {
      left_out = t;
    } else {
      test.w_plus += rank * static_cast<double>(above);
      variance -= t * t * t - t;
      ties = ties || end - i > 1;
    }
    i = end;
  }
  const auto all = static_cast<double>(ordered.size());
  test.n = ordered.size() - static_cast<std::size_t>(left_out);
  if (test.n == 0) return test;

  const double mean = (all * (all + 1) - left_out * (left_out + 1)) / 4;
  const double distance = std::fabs(test.w_plus - mean);
  test.exact = !ties && test.n == differences.size() && test.n <= kExactSignedRank;
  if (test.exact) {
    test.p_value = std::min(1.0, 2 * at_most(signed_rank_law(test.n), mean - distance));
    return test;
  }
  variance +=
      2 * (all * (all + 1) * (2 * all + 1) - left_out * (left_out + 1) * (2 * left_out + 1));
  test.p_value = two_sided_normal(distance, variance / 48);
  return test;
}

}  // namespace tt::stats
