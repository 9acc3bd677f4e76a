// Quantiles of a stream too long to keep: counts in buckets that grow with the value.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tt::stats {

/// A log-linear histogram, as HdrHistogram's (Tene 2012): each power of two is cut into 256 equal
/// buckets, whose number is the leading bits of the double itself. Takes any value from 0 on; no
/// range need be named. Memory grows with the span of the values: 2 KiB a power of two, 4 MiB at
/// the most. Merging is exact: whatever the order, the same counts.
class LogHistogram {
 public:
  /// What `quantile` gives lies within this share of an order statistic of the values added.
  /// Values below 2^-1022 count as 0.
  static constexpr double kRelativeError = 1.0 / 512;

  /// False, and nothing changes, where `x` is negative or not finite.
  bool add(double x, std::uint64_t times = 1);
  void merge(const LogHistogram& other);

  std::uint64_t count() const { return count_; }
  /// Exact. nullopt while nothing has been added.
  std::optional<double> min() const;
  std::optional<double> max() const;

  /// The smallest value with at least the share `p` in [0, 1] at or below it (type 1 of Hyndman and
  /// Fan), within kRelativeError; exact for p = 0 and p = 1. nullopt while nothing has been added.
  std::optional<double> quantile(double p) const;

 private:
  void make_room(std::size_t bucket);

  std::uint64_t count_ = 0;
  double min_ = 0;
  double max_ = 0;
  std::size_t first_ = 0;              // the bucket that counts_[0] stands for
  std::vector<std::uint64_t> counts_;  // of neighbouring buckets
};

}  // namespace tt::stats
