// Which ids were there before.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_set>

namespace tt::import {

/// Whole numbers below 2^26 by a bit each, other ids by their 64-bit hash (two different ids of a
/// million are taken for one with a chance of 3 in 100 million). Thread-safe.
class RepeatedIds {
 public:
  /// True where this id was given before. An empty one never is.
  bool seen(std::string_view id);

 private:
  static constexpr std::uint64_t kBits = std::uint64_t{1} << 26;
  static constexpr std::size_t kMostHashes = std::size_t{1} << 24;  // beyond, ids are not checked
  std::once_flag made_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> bits_;
  std::mutex mutex_;
  std::unordered_set<std::uint64_t> hashes_;
};

}  // namespace tt::import
