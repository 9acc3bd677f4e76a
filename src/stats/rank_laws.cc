#include "stats/rank_laws.h"

#include <algorithm>
#include <cmath>

namespace tt::stats {

std::vector<double> mann_whitney_law(std::size_t n, std::size_t m) {
  __extension__ using Wide = __int128;
  const std::size_t top = n * m;
  std::vector<Wide> counts(top + 1);
  counts[0] = 1;
  // The product over i of (1 - q^(m + i)) / (1 - q^i); each division leaves no rest.
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t u = top; u >= m + i; --u) counts[u] -= counts[u - m - i];
    for (std::size_t u = i; u <= top; ++u) counts[u] += counts[u - i];
  }
  Wide total = 0;
  for (const Wide count : counts) total += count;
  std::vector<double> law(top + 1);
  std::ranges::transform(counts, law.begin(), [&](Wide count) {
    return static_cast<double>(count) / static_cast<double>(total);
  });
  return law;
}

std::vector<double> signed_rank_law(std::size_t n) {
  const std::size_t top = n * (n + 1) / 2;
  std::vector<double> counts(top + 1);
  counts[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t w = top; w >= rank; --w) counts[w] += counts[w - rank];
  }
  for (double& count : counts) count = std::ldexp(count, -static_cast<int>(n));
  return counts;
}

double at_most(std::span<const double> law, double x) {
  double total = 0;
  for (std::size_t i = 0; i < law.size() && static_cast<double>(i) <= x; ++i) total += law[i];
  return total;
}

}  // namespace tt::stats
