#include "stats/autocorrelation.h"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

#include "stats/moments.h"

namespace tt::stats {
namespace {

// Nothing where the series is empty, constant or not finite, or its squares overflow.
std::optional<Autocovariance> of_varying(std::span<const double> series) {
  if (std::ranges::all_of(series, [&](double x) { return x == series.front(); })) {
    return std::nullopt;
  }
  if (!mean(series)) return std::nullopt;
  Autocovariance covariance(series);
  const double variance = covariance.at(0);
  if (!(variance > 0) || !std::isfinite(variance)) return std::nullopt;
  return covariance;
}

}  // namespace

Autocovariance::Autocovariance(std::span<const double> series)
    : deviations_(series.begin(), series.end()) {
  // Twice: a large offset leaves its rounding in the first mean.
  for (int i = 0; i < 2; ++i) {
    const double centre = mean(deviations_).value_or(0);
    for (double& d : deviations_) d -= centre;
  }
}

double Autocovariance::at(std::size_t lag) {
  constexpr std::size_t kLanes = 4;  // sums that do not wait for each other
  while (known_.size() <= lag) {
    const std::size_t apart = known_.size();
    const std::size_t count = deviations_.size() - apart;
    double total[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        total[lane] += deviations_[i + lane] * deviations_[i + lane + apart];
      }
    }
    for (; i < count; ++i) total[0] += deviations_[i] * deviations_[i + apart];
    known_.push_back((total[0] + total[1] + total[2] + total[3]) /
                     static_cast<double>(deviations_.size()));
  }
  return known_[lag];
}

std::optional<std::vector<double>> autocorrelation(std::span<const double> series,
                                                   std::size_t max_lag) {
  auto covariance = of_varying(series);
  if (!covariance) return std::nullopt;
  std::vector<double> result;
  for (std::size_t lag = 0; lag < series.size() && lag <= max_lag; ++lag) {
    result.push_back(covariance->at(lag) / covariance->at(0));
  }
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
  auto covariance = of_varying(series);
  if (!covariance) return std::nullopt;
  double sum = 0;
  double last = 2;  // no pair can be larger
  for (std::size_t lag = 0; lag + 1 < series.size(); lag += 2) {
    const double pair = (covariance->at(lag) + covariance->at(lag + 1)) / covariance->at(0);
    if (pair <= 0) break;
    last = std::min(last, pair);
    sum += last;
  }
  const auto n = static_cast<double>(series.size());
  return std::clamp(n / std::max(1.0, 2 * sum - 1), 1.0, n);
}

}  // namespace tt::stats
