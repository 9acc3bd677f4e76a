// Quantiles of a sample, and intervals for them that assume nothing about its distribution.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::stats {

/// A sample in rising order; sorted once, then shared by every function that needs order. Values
/// must be finite: NaN has no rank.
class Sorted {
 public:
  Sorted() = default;
  explicit Sorted(std::vector<double> values);
  /// The same for values that nobody has looked at yet: nullopt where one is NaN or infinite.
  static std::optional<Sorted> of(std::vector<double> values);

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  double operator[](std::size_t i) const { return values_[i]; }
  double min() const { return values_.front(); }  // not when empty
  double max() const { return values_.back(); }   // not when empty
  std::span<const double> values() const { return values_; }

 private:
  std::vector<double> values_;
};

/// Where type 7 finds the quantile of a sorted sample: the given share of the way from the order
/// statistic `below`, from 0, to the next.
struct QuantilePlace {
  std::size_t below = 0;
  double share = 0;

  double between(double low, double high) const;
};
/// n > 0.
QuantilePlace quantile_place(std::size_t n, double p);

/// The quantile at `p` in [0, 1] by linear interpolation between order statistics: type 7 of
/// Hyndman and Fan (1996), the default of NumPy and R. nullopt for an empty sample.
std::optional<double> quantile(const Sorted& sample, double p);

/// How a quantile is taken, by the numbers of Hyndman and Fan (1996). Ours is always kLinear; the
/// others are there to read figures as other tools compute them.
enum class QuantileRule {
  kLinear,      // type 7: NumPy's and R's default
  kExclusive,   // type 6, position p (n + 1), kept within the sample: NumPy's "weibull"
  kInverseCdf,  // type 1, the smallest value with at least p of the sample at or below it
  kLower,       // the order statistic at or before type 7's position: NumPy's "lower"
};

/// The quantile at `p` in [0, 1] by another rule. nullopt for an empty sample.
std::optional<double> quantile(const Sorted& sample, double p, QuantileRule rule);

/// Values that count several times, or in part.
class WeightedSample {
 public:
  /// nullopt where the lengths differ, a value is not finite, a weight is negative or not finite,
  /// or all weights are 0.
  static std::optional<WeightedSample> of(std::span<const double> values,
                                          std::span<const double> weights);

  /// The weighted inverse CDF: the smallest value at which the weights at or below reach the share
  /// `p` in [0, 1] of their total. With equal weights it is QuantileRule::kInverseCdf.
  double quantile(double p) const;

 private:
  std::vector<double> values_;   // rising
  std::vector<double> reached_;  // the weight up to and with each
};

/// The same as the first for an unsorted scratch sample, which it reorders, in linear time.
std::optional<double> quantile_in_place(std::span<double> scratch, double p);

/// A distribution-free interval for the quantile at `p` of what the sample was drawn from: two
/// order statistics whose ranks come from the binomial distribution, with at most (1 - confidence)
/// / 2 in either tail (Hahn and Meeker 1991, 5.2). Assumes independent draws. nullopt where the
/// sample is too small to bound the quantile on both sides; `samples_needed` says how many it
/// takes.
std::optional<Interval> quantile_interval(const Sorted& sample, double p,
                                          double confidence = kConfidence);

/// The smallest sample for which quantile_interval has an answer: 6 for p50, 368 for p99 at 95%.
/// `p` and `confidence` in (0, 1).
std::size_t samples_needed(double p, double confidence = kConfidence);

}  // namespace tt::stats
