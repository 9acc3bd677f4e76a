// Instants, durations and clocks. Time is always passed in: code under test never asks the system.
#pragma once

#include <atomic>
#include <cstdint>

namespace tt {

/// A duration, or an instant on a clock, in nanoseconds. Instants of a run count from its start on
/// the monotonic clock.
using Nanos = std::int64_t;

inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;

/// Marks an instant that never happened (no first token, never sent). Never used for a duration.
inline constexpr Nanos kNever = INT64_MIN;

constexpr double to_seconds(Nanos t) { return static_cast<double>(t) / 1e9; }
constexpr double to_millis(Nanos t) { return static_cast<double>(t) / 1e6; }
/// Rounds to the nearest nanosecond.
constexpr Nanos from_seconds(double s) {
  return static_cast<Nanos>(s * 1e9 + (s < 0 ? -0.5 : 0.5));
}

/// A source of monotonic instants. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Nanos now() const = 0;
};

/// CLOCK_MONOTONIC.
class SteadyClock final : public Clock {
 public:
  Nanos now() const override;
};

/// Stands still until told otherwise. For tests and the simulator's virtual time.
class VirtualClock final : public Clock {
 public:
  Nanos now() const override { return now_.load(std::memory_order_relaxed); }
  void set(Nanos t) { now_.store(t, std::memory_order_relaxed); }
  void advance(Nanos d) { now_.fetch_add(d, std::memory_order_relaxed); }

 private:
  std::atomic<Nanos> now_{0};
};

/// CLOCK_MONOTONIC, without a virtual call. For the hot path.
Nanos steady_now();
/// CLOCK_REALTIME as nanoseconds since 1970.
Nanos realtime_now();

}  // namespace tt
