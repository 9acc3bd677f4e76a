// Mean, spread and skewness, computed so that a large offset does not eat the digits. Figures of a
// sample that holds NaN or an infinity, or whose squares overflow, are nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace tt::stats {

/// Neither NaN nor an infinity among them.
bool all_finite(std::span<const double> sample);

/// Neumaier's compensated sum. 0 for an empty sample.
double sum(std::span<const double> sample);

/// nullopt for an empty sample.
std::optional<double> mean(std::span<const double> sample);

/// Sum of squared deviations over (n - ddof), by the corrected two-pass method (Chan, Golub and
/// LeVeque 1983). ddof 1: of the population the sample was drawn from; ddof 0: of the sample
/// itself. nullopt unless n > ddof. Exactly 0 for a constant.
std::optional<double> variance(std::span<const double> sample, unsigned ddof);

/// The root of `variance`.
std::optional<double> standard_deviation(std::span<const double> sample, unsigned ddof);

/// Standard deviation over mean. nullopt unless n > ddof and the mean is above 0: a ratio to what
/// may be 0 or negative says nothing.
std::optional<double> coefficient_of_variation(std::span<const double> sample, unsigned ddof);

/// Median of the distances from the median, as it is; times kMadToDeviation it estimates the
/// standard deviation of a normal sample. nullopt for an empty sample.
std::optional<double> median_absolute_deviation(std::span<const double> sample);
inline constexpr double kMadToDeviation = 1.482602218505602;  // 1 / the normal quantile of 3/4

/// Which skewness, by the names of Joanes and Gill (1998).
enum class Skewness {
  kMoment,    // g1 = m3 / m2^(3/2), of the sample itself
  kAdjusted,  // G1 = g1 sqrt(n (n - 1)) / (n - 2), as Excel, SAS and pandas; needs n > 2
};

/// nullopt for an empty or constant sample.
std::optional<double> skewness(std::span<const double> sample, Skewness kind);

/// The same figures of a stream, in one pass, and mergeable (Pebay 2008). What it takes in is first
/// made relative to the first value, so that an offset costs no digits. The same values in the same
/// order, merged in the same order, give the same bits.
class Moments {
 public:
  /// False, and nothing changes, where `x` is not finite.
  bool add(double x);
  /// As if everything `other` has seen had been added here.
  void merge(const Moments& other);

  std::uint64_t count() const { return count_; }
  std::optional<double> min() const;
  std::optional<double> max() const;
  std::optional<double> mean() const;
  std::optional<double> variance(unsigned ddof) const;
  std::optional<double> skewness(Skewness kind) const;

 private:
  std::uint64_t count_ = 0;
  double origin_ = 0;  // the first value
  double mean_ = 0;    // of what is left after taking `origin_` away
  double squares_ = 0;
  double cubes_ = 0;  // sums of powers of deviations from the mean
  double min_ = 0;
  double max_ = 0;
};

}  // namespace tt::stats
