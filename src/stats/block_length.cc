// automatic_block_length() of stats/bootstrap.h.
#include <algorithm>
#include <cmath>

#include "stats/autocorrelation.h"
#include "stats/bootstrap.h"
#include "stats/moments.h"

namespace tt::stats {
namespace {

// Whether the autocorrelations of `lags` lags after `lag` are all small for a series of n values.
bool quiet_after(Autocovariance& covariance, std::size_t lag, std::size_t lags, double n) {
  const double small = 2 * std::sqrt(std::log10(n) / n);
  for (std::size_t k = lag + 1; k <= lag + lags; ++k) {
    if (std::fabs(covariance.at(k)) >= small * covariance.at(0)) return false;
  }
  return true;
}

}  // namespace

std::size_t automatic_block_length(std::span<const double> series) {
  constexpr std::size_t kShortest = 10;
  const std::size_t n = series.size();
  if (n < kShortest || !mean(series)) return 1;
  const auto count = static_cast<double>(n);
  const std::size_t quiet = 5;  // so many small autocorrelations in a row end the dependence
  const std::size_t longest = static_cast<std::size_t>(std::ceil(std::sqrt(count))) + quiet;
  const std::size_t lags = std::min(longest + quiet, n - 1);
  Autocovariance covariance(series);
  if (covariance.at(0) <= 0) return 1;

  std::size_t last = longest;  // the last lag that matters
  for (std::size_t lag = 0; lag + quiet <= lags; ++lag) {
    if (quiet_after(covariance, lag, quiet, count)) {
      last = lag;
      break;
    }
  }
  const std::size_t window = std::min({2 * std::max<std::size_t>(last, 1), longest, lags});

  double spread = covariance.at(0);  // long-run variance
  double slope = 0;                  // G of the paper
  for (std::size_t k = 1; k <= window; ++k) {
    const double at = static_cast<double>(k) / static_cast<double>(window);
    const double weight = at <= 0.5 ? 1 : 2 * (1 - at);  // flat-top lag window
    spread += 2 * weight * covariance.at(k);
    slope += 2 * weight * static_cast<double>(k) * covariance.at(k);
  }
  const double d = 4.0 / 3 * spread * spread;
  if (d <= 0) return 1;
  const double length = std::cbrt(2 * slope * slope / d * count);
  const double cap = std::ceil(std::min(3 * std::sqrt(count), count / 3));
  return static_cast<std::size_t>(std::clamp(std::ceil(length), 1.0, cap));
}

}  // namespace tt::stats
