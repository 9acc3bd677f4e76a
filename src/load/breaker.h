// Gives a target up when it plainly does not work, so that the run can go on with the others.
#pragma once

#include <atomic>
#include <cstdint>

namespace tt::load {

/// Opens after 5 failures in a row at the start, or when at least half of 20 or more ended requests
/// failed. Shared by all workers of a target; thread-safe without locks. Once open it stays so.
class Breaker {
 public:
  static constexpr std::uint64_t kFailuresAtStart = 5;
  static constexpr std::uint64_t kJudgedFrom = 20;

  /// One request ended.
  void note(bool ok) {
    const std::uint64_t failed =
        failed_.fetch_add(ok ? 0 : 1, std::memory_order_relaxed) + (ok ? 0 : 1);
    const std::uint64_t ended = ended_.fetch_add(1, std::memory_order_relaxed) + 1;
    const bool all_failed_at_start = failed == ended && ended >= kFailuresAtStart;
    const bool half_failed = ended >= kJudgedFrom && failed * 2 >= ended;
    if (all_failed_at_start || half_failed) open_.store(true, std::memory_order_relaxed);
  }

  bool open() const { return open_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> ended_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<bool> open_{false};
};

}  // namespace tt::load
