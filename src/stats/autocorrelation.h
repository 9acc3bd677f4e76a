// How far a series depends on its own past.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tt::stats {

/// Of a series that is finite and not empty: sums of products of deviations from the mean, a lag
/// apart, over n (not n - lag, so that they belong to some series; Box and Jenkins 1970). Each is
/// computed when first asked for, in time n. For one thread.
class Autocovariance {
 public:
  explicit Autocovariance(std::span<const double> series);

  /// Of a lag below the series' length.
  double at(std::size_t lag);

 private:
  std::vector<double> deviations_;
  std::vector<double> known_;
};

/// Autocovariances over that of lag 0, for lags 0 to `max_lag`, or n - 1 if that is less: R's acf.
/// nullopt where the series is empty, constant or not finite. Takes time n times the lags.
std::optional<std::vector<double>> autocorrelation(std::span<const double> series,
                                                   std::size_t max_lag);

struct LjungBox {
  double q = 0;
  double p_value = 1;  // of no autocorrelation up to that lag: chi-square
};

/// The test of Ljung and Box (1978) of all lags up to `lags` at once. `fitted` parameters of a
/// model whose residuals these are take as many degrees of freedom. nullopt unless fitted < lags <
/// n and the series is finite and varies.
std::optional<LjungBox> ljung_box(std::span<const double> series, std::size_t lags,
                                  std::size_t fitted = 0);

/// How many independent values would tell as much about the mean: n over the sum of all
/// autocorrelations, added in pairs of lags until a pair is no more than 0, each pair counted as no
/// larger than the one before (Geyer 1992, initial monotone sequence). From 1 to n; n where
/// neighbours repel each other. nullopt where the series is empty, constant or not finite. Takes
/// time n times the lags until the dependence ends: means of windows do for a long series.
std::optional<double> effective_sample_size(std::span<const double> series);

}  // namespace tt::stats
