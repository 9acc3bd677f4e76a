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

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  double operator[](std::size_t i) const { return values_[i]; }
  double min() const { return values_.front(); }  // not when empty
  double max() const { return values_.back(); }   // not when empty
  std::span<const double> values() const { return values_; }

 private:
  std::vector<double> values_;
};

/// The quantile at `p` in [0, 1] by linear interpolation between order statistics: type 7 of
/// Hyndman and Fan (1996), the default of NumPy and R. nullopt for an empty sample.
std::optional<double> quantile(const Sorted& sample, double p);

/// The same for an unsorted scratch sample, which it reorders, in linear time.
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
