#include "import/repeated.h"

#include <charconv>

#include "base/rng.h"

namespace tt::import {

bool RepeatedIds::seen(std::string_view id) {
  if (id.empty()) return false;
  std::uint64_t number = 0;
  const auto [end, ec] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (ec == std::errc{} && end == id.data() + id.size() && number < kBits) {
    std::call_once(made_,
                   [&] { bits_ = std::make_unique<std::atomic<std::uint64_t>[]>(kBits / 64); });
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    return (bits_[number / 64].fetch_or(bit, std::memory_order_relaxed) & bit) != 0;
  }
  const std::lock_guard lock(mutex_);
  if (hashes_.size() >= kMostHashes) return false;
  return !hashes_.insert(fnv1a(id)).second;
}

}  // namespace tt::import
