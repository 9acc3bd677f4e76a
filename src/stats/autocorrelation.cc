#include "stats/autocorrelation.h"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

#include "stats/moments.h"

namespace tt::stats {
namespace {

// Deviations from the mean. Empty where the series is empty or not finite.
std::vector<double> deviations(std::span<const double> series) {
  const auto centre = mean(series);
  if (!centre) return {};
  std::vector<double> result(series.begin(), series.end());
  for (double& d : result) d -= *centre;
  return result;
}

double covariance_at(std::span<const double> deviations, std::size_t lag) {
  double products = 0;
  for (std::size_t i = lag; i < deviations.size(); ++i) {
    products += deviations[i] * deviations[i - lag];
  }
  return products / static_cast<double>(deviations.size());
}

bool varies(std::span<const double> series) {
  return std::ranges::any_of(series, [&](double x) { return x != series.front(); });
}

}  // namespace

std::vector<double> autocovariance(std::span<const double> series, std::size_t max_lag) {
  const std::vector<double> d = deviations(series);
  std::vector<double> result;
  for (std::size_t lag = 0; lag < d.size() && lag <= max_lag; ++lag) {
    result.push_back(covariance_at(d, lag));
  }
  return result;
}

std::optional<std::vector<double>> autocorrelation(std::span<const double> series,
                                                   std::size_t max_lag) {
  if (!varies(series)) return std::nullopt;
  std::vector<double> result = autocovariance(series, max_lag);
  if (result.empty() || !(result[0] > 0) || !all_finite(result)) return std::nullopt;
  const double variance = result[0];
  for (double& r : result) r /= variance;
  return result;
}

std::optional<LjungBox> ljung_box(std::span<const double> series, std::size_t lags,
                                  std::size_t fitted) {
  if (fitted >= lags || lags >= series.size()) return std::nullopt;
  const auto r = autocorrelation(series, lags);
  if (!r) return std::nullopt;
  const auto n = static_cast<double>(series.size());
  double sum = 0;
  for (std::size_t lag = 1; lag <= lags; ++lag) {
    sum += (*r)[lag] * (*r)[lag] / (n - static_cast<double>(lag));
  }
  const double q = n * (n + 2) * sum;
  const double freedom = static_cast<double>(lags - fitted);
  return LjungBox{q, boost::math::gamma_q(freedom / 2, q / 2)};
}

std::optional<double> effective_sample_size(std::span<const double> series) {
  if (!varies(series)) return std::nullopt;
  const std::vector<double> d = deviations(series);
  if (d.empty()) return std::nullopt;
  const double variance = covariance_at(d, 0);
  if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;

  double sum = 0;
  double last = 2;  // no pair can be larger
  for (std::size_t lag = 0; lag + 1 < d.size(); lag += 2) {
    const double pair = (covariance_at(d, lag) + covariance_at(d, lag + 1)) / variance;
    if (pair <= 0) break;
    last = std::min(last, pair);
    sum += last;
  }
  const auto n = static_cast<double>(d.size());
  return std::clamp(n / std::max(1.0, 2 * sum - 1), 1.0, n);
}

}  // namespace tt::stats
