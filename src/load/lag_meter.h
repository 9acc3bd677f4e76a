// Counts delays in buckets: cheap enough for every read, exact enough to judge the client.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/time.h"

namespace tt::load {

/// A log-linear histogram of delays from 0 ns to 2^40 ns (18 min; longer ones count as that).
/// Buckets are at most 1/16 of their value wide. One thread at a time; add() never allocates.
class LagMeter {
 public:
  void add(Nanos lag) {
    ++counts_[bucket_of(lag)];
    ++total_;
    if (lag > max_) max_ = lag;
  }
  void merge(const LagMeter& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
    if (other.max_ > max_) max_ = other.max_;
  }

  std::uint64_t count() const { return total_; }
  Nanos max() const { return max_; }
  /// The middle of the bucket in which the quantile lies; -1 where nothing was counted.
  Nanos quantile(double p) const {
    if (total_ == 0) return -1;
    const auto rank = static_cast<std::uint64_t>(p * static_cast<double>(total_ - 1));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return (floor_of(i) + floor_of(i + 1)) / 2;
    }
    return max_;
  }

 private:
  static constexpr int kSubBits = 4;
  static constexpr int kMaxBits = 40;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;

  static std::size_t bucket_of(Nanos lag) {
    if (lag < 0) lag = 0;
    auto value = static_cast<std::uint64_t>(lag);
    if (value < kSub) return value;
    if (value >= std::uint64_t{1} << kMaxBits) value = (std::uint64_t{1} << kMaxBits) - 1;
    const int shift = std::bit_width(value) - 1 - kSubBits;
    return (static_cast<std::size_t>(shift) + 1) * kSub + ((value >> shift) - kSub);
  }
  static Nanos floor_of(std::size_t bucket) {
    if (bucket < kSub) return static_cast<Nanos>(bucket);
    const std::size_t shift = bucket / kSub - 1;
    return static_cast<Nanos>((kSub + bucket % kSub) << shift);
  }

  std::array<std::uint64_t, (kMaxBits - kSubBits + 1) * kSub> counts_{};
  std::uint64_t total_ = 0;
  Nanos max_ = -1;
};

}  // namespace tt::load
