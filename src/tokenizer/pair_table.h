// A fixed table from pairs of numbers to pairs of numbers: merges of tokens, edges of a trie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tt::tokenizer {

/// Open addressing, at most half full. Filled once, then read from any thread.
class PairTable {
 public:
  struct Entry {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
  };

  /// `count`: the most pairs that it will hold.
  explicit PairTable(std::size_t count) {
    std::size_t size = 16;
    while (size < count * 2) size *= 2;
    keys_.assign(size, kEmpty);
    entries_.resize(size);
  }

  /// The entry of a pair, made where there is none. (UINT32_MAX, UINT32_MAX) is no pair.
  Entry& put(std::uint32_t left, std::uint32_t right) {
    const auto place = find(left, right);
    keys_[place] = key(left, right);
    return entries_[place];
  }
  /// nullptr where there is none.
  const Entry* get(std::uint32_t left, std::uint32_t right) const {
    const auto place = find(left, right);
    return keys_[place] == kEmpty ? nullptr : &entries_[place];
  }

 private:
  static constexpr std::uint64_t kEmpty = UINT64_MAX;
  static std::uint64_t key(std::uint32_t left, std::uint32_t right) {
    return (std::uint64_t{left} << 32U) | right;
  }
  std::size_t find(std::uint32_t left, std::uint32_t right) const {
    const auto wanted = key(left, right);
    const std::size_t mask = keys_.size() - 1;
    // Fibonacci hashing: the high bits of the product are the well-mixed ones.
    std::size_t place = ((wanted * 0x9e3779b97f4a7c15U) >> 24U) & mask;
    while (keys_[place] != kEmpty && keys_[place] != wanted) place = (place + 1) & mask;
    return place;
  }

  std::vector<std::uint64_t> keys_;
  std::vector<Entry> entries_;
};

}  // namespace tt::tokenizer
