#include "stats/log_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tt::stats {
namespace {

// Of the 52 bits of the fraction, 8 number the bucket within its power of two.
constexpr unsigned kDropped = 52 - 8;

// Rises with `x`, for x >= 0: the exponent stands above the fraction.
std::size_t bucket_of(double x) {
  if (x < std::numeric_limits<double>::min()) return 0;
  return std::bit_cast<std::uint64_t>(x) >> kDropped;
}

double middle_of(std::size_t bucket) {
  if (bucket == 0) return 0;
  const std::uint64_t bits = static_cast<std::uint64_t>(bucket) << kDropped;
  return std::bit_cast<double>(bits | (std::uint64_t{1} << (kDropped - 1)));
}

}  // namespace

bool LogHistogram::add(double x, std::uint64_t times) {
  if (!std::isfinite(x) || x < 0) return false;
  if (times == 0) return true;
  min_ = count_ == 0 ? x : std::min(min_, x);
  max_ = count_ == 0 ? x : std::max(max_, x);
  count_ += times;
  const std::size_t bucket = bucket_of(x);
  make_room(bucket);
  counts_[bucket - first_] += times;
  return true;
}

void LogHistogram::make_room(std::size_t bucket) {
  if (counts_.empty()) {
    first_ = bucket;
    counts_.resize(1);
  } else if (bucket < first_) {
    counts_.insert(counts_.begin(), first_ - bucket, 0);
    first_ = bucket;
  } else if (bucket - first_ >= counts_.size()) {
    counts_.resize(bucket - first_ + 1);
  }
}

void LogHistogram::merge(const LogHistogram& other) {
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
  count_ += other.count_;
  make_room(other.first_);
  make_room(other.first_ + other.counts_.size() - 1);
  const std::size_t offset = other.first_ - first_;
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[offset + i] += other.counts_[i];
}

std::optional<double> LogHistogram::min() const {
  if (count_ == 0) return std::nullopt;
  return min_;
}

std::optional<double> LogHistogram::max() const {
  if (count_ == 0) return std::nullopt;
  return max_;
}

std::optional<double> LogHistogram::quantile(double p) const {
  if (count_ == 0) return std::nullopt;
  if (p <= 0) return min_;
  if (p >= 1) return max_;
  const double wanted = p * static_cast<double>(count_);
  std::uint64_t reached = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    reached += counts_[i];
    if (static_cast<double>(reached) >= wanted) {
      return std::clamp(middle_of(first_ + i), min_, max_);
    }
  }
  return max_;
}

}  // namespace tt::stats
