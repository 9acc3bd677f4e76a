// automatic_block_length() of stats/bootstrap.h.
#include <algorithm>
#include <cmath>

#include "stats/bootstrap.h"
#include "stats/moments.h"

namespace tt::stats {
namespace {

// Autocovariances, computed when first asked for: a series without dependence needs few.
class Correlogram {
 public:
  explicit Correlogram(std::span<const double> series) : series_(series.begin(), series.end()) {
    const double centre = *mean(series);
    for (double& x : series_) x -= centre;
    const auto n = static_cast<double>(series.size());
    small_ = 2 * std::sqrt(std::log10(n) / n);
  }

  double covariance(std::size_t lag) {
    while (covariance_.size() <= lag) covariance_.push_back(products(covariance_.size()));
    return covariance_[lag];
  }

  // Whether the autocorrelations of the lags after `lag` are all small.
  bool quiet_after(std::size_t lag, std::size_t lags) {
    for (std::size_t k = lag + 1; k <= lag + lags; ++k) {
      if (std::fabs(covariance(k)) >= small_ * covariance(0)) return false;
    }
    return true;
  }

 private:
  double products(std::size_t lag) const {
    constexpr std::size_t kLanes = 4;  // sums that do not wait for each other
    double total[kLanes] = {};
    const std::size_t count = series_.size() - lag;
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        total[lane] += series_[i + lane] * series_[i + lane + lag];
      }
    }
    for (; i < count; ++i) total[0] += series_[i] * series_[i + lag];
    return (total[0] + total[1] + total[2] + total[3]) / static_cast<double>(series_.size());
  }

  std::vector<double> series_;  // less its mean
  double small_;
  std::vector<double> covariance_;
};

}  // namespace

std::size_t automatic_block_length(std::span<const double> series) {
  constexpr std::size_t kShortest = 10;
  const std::size_t n = series.size();
  if (n < kShortest || !mean(series)) return 1;
  const auto count = static_cast<double>(n);
  const std::size_t quiet = 5;  // so many small autocorrelations in a row end the dependence
  const std::size_t longest = static_cast<std::size_t>(std::ceil(std::sqrt(count))) + quiet;
  const std::size_t lags = std::min(longest + quiet, n - 1);
  Correlogram correlogram(series);
  if (correlogram.covariance(0) <= 0) return 1;

  std::size_t last = longest;  // the last lag that matters
  for (std::size_t lag = 0; lag + quiet <= lags; ++lag) {
    if (correlogram.quiet_after(lag, quiet)) {
      last = lag;
      break;
    }
  }
  const std::size_t window = std::min({2 * std::max<std::size_t>(last, 1), longest, lags});

  double spread = correlogram.covariance(0);  // long-run variance
  double slope = 0;                           // G of the paper
  for (std::size_t k = 1; k <= window; ++k) {
    const double at = static_cast<double>(k) / static_cast<double>(window);
    const double weight = at <= 0.5 ? 1 : 2 * (1 - at);  // flat-top lag window
    spread += 2 * weight * correlogram.covariance(k);
    slope += 2 * weight * static_cast<double>(k) * correlogram.covariance(k);
  }
  const double d = 4.0 / 3 * spread * spread;
  if (d <= 0) return 1;
  const double length = std::cbrt(2 * slope * slope / d * count);
  const double cap = std::ceil(std::min(3 * std::sqrt(count), count / 3));
  return static_cast<std::size_t>(std::clamp(std::ceil(length), 1.0, cap));
}

}  // namespace tt::stats
