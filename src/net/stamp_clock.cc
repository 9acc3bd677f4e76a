#include "net/stamp_clock.h"

#include <algorithm>
#include <utility>

namespace tt::net {
namespace {

// A stamp later than its read by more than this cannot come from the error of a sample: the clock
// was set. A stamp earlier than its read by more than kLate may be true (a busy client), but is
// worth a fresh look, at most once in kPause so that a busy client is not kept busier.
constexpr Nanos kEarly = 5 * kMicrosecond;
constexpr Nanos kLate = 20 * kMillisecond;
constexpr Nanos kPause = kMillisecond;
// Samples differ by the errors of their readings; only more than this is a step.
constexpr Nanos kStep = 50 * kMicrosecond;

}  // namespace

ClockSandwich read_clocks() {
  ClockSandwich s{};
  s.before = steady_now();
  s.realtime = realtime_now();
  s.after = steady_now();
  return s;
}

StampClock::StampClock(std::function<ClockSandwich()> read) : read_(std::move(read)) {}

void StampClock::sample() {
  ClockSandwich best = read_();
  for (int i = 1; i < kSandwiches; ++i) {
    const ClockSandwich s = read_();
    if (s.after - s.before < best.after - best.before) best = s;
  }
  const Nanos half = (best.after - best.before) / 2;
  const Nanos offset = best.realtime - (best.before + half);
  if (stats_.samples > 0 && std::abs(offset - offset_) > kStep) {
    offset_before_step_ = offset_;
    stepped_at_ = best.after;
    ++stats_.steps;
  }
  offset_ = offset;
  sampled_at_ = best.after;
  ++stats_.samples;
  stats_.worst_half_width = std::max(stats_.worst_half_width, half);
}

Nanos StampClock::place(Nanos stamp, Nanos read_at) const {
  const Nanos now = stamp - offset_;
  if (stepped_at_ == kNever || read_at - stepped_at_ > kMemory) return now;
  // Made before or after the step? The wrong offset puts it after its own read, or further back.
  const Nanos then = stamp - offset_before_step_;
  const Nanos latest = read_at + kEarly;
  if (now > latest) return then;
  if (then > latest) return now;
  return std::max(now, then);
}

Nanos StampClock::to_monotonic(Nanos realtime_stamp, Nanos read_at) {
  if (sampled_at_ == kNever || read_at - sampled_at_ >= kInterval) sample();
  Nanos placed = place(realtime_stamp, read_at);
  const bool impossible = placed > read_at + kEarly && read_at > sampled_at_;
  const bool doubtful = placed < read_at - kLate && read_at > sampled_at_ + kPause;
  if (impossible || doubtful) {
    sample();
    placed = place(realtime_stamp, read_at);
  }
  return std::min(placed, read_at);
}

}  // namespace tt::net
