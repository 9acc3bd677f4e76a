// Places the kernel's receive stamps (CLOCK_REALTIME) on the monotonic clock.
#pragma once

#include <cstdint>
#include <functional>

#include "base/time.h"

namespace tt::net {

/// Realtime read between two monotonic reads: realtime - (before + after) / 2 is the offset, with
/// an error of at most half of after - before.
struct ClockSandwich {
  Nanos before;
  Nanos realtime;
  Nanos after;
};

/// Reads the system's clocks.
ClockSandwich read_clocks();

/// Samples the offset between the clocks whenever the last sample is older than kInterval or a
/// stamp comes out implausible, so that it needs no timer. On Linux the offset moves only when
/// somebody sets the clock; for kMemory after such a step stamps from before it are still placed by
/// the old offset. One a loop; not thread-safe.
class StampClock {
 public:
  static constexpr Nanos kInterval = 100 * kMillisecond;
  static constexpr Nanos kMemory = kSecond;
  static constexpr int kSandwiches = 5;  // a sample is the tightest of so many

  /// `read` is called for each sandwich; replaced in tests.
  explicit StampClock(std::function<ClockSandwich()> read = read_clocks);

  /// The monotonic instant of a kernel stamp that user space read at `read_at`. Never after
  /// `read_at`.
  Nanos to_monotonic(Nanos realtime_stamp, Nanos read_at);

  struct Stats {
    std::uint64_t samples = 0;
    std::uint64_t steps = 0;     // times the realtime clock was set
    Nanos worst_half_width = 0;  // greatest error bound of a sample
  };
  const Stats& stats() const { return stats_; }

 private:
  void sample();
  Nanos place(Nanos stamp, Nanos read_at) const;

  std::function<ClockSandwich()> read_;
  Nanos sampled_at_ = kNever;
  Nanos offset_ = 0;  // realtime - monotonic
  Nanos offset_before_step_ = 0;
  Nanos stepped_at_ = kNever;  // when the step was seen
  Stats stats_;
};

}  // namespace tt::net
