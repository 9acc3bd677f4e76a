#include "net/stamp_clock.h"

#include <gtest/gtest.h>

namespace tt::net {
namespace {

/// A machine whose clocks the test turns.
struct Machine {
  Nanos monotonic = 5 * kSecond;
  Nanos offset = 1'700'000'000 * kSecond;  // realtime - monotonic
  Nanos width = 40;                        // what a sandwich takes
  int reads = 0;

  ClockSandwich read() {
    ++reads;
    const ClockSandwich s{monotonic, monotonic + width / 2 + offset, monotonic + width};
    monotonic += width;
    return s;
  }
  StampClock clock() {
    return StampClock([this] { return read(); });
  }
  Nanos stamp(Nanos ago) const { return monotonic - ago + offset; }
};

TEST(StampClock, PlacesStamps) {
  Machine m;
  StampClock clock = m.clock();
  clock.to_monotonic(m.stamp(0), m.monotonic);
  for (int i = 0; i < 10; ++i) {
    m.monotonic += 3 * kMillisecond;
    EXPECT_EQ(clock.to_monotonic(m.stamp(700), m.monotonic), m.monotonic - 700);
  }
  EXPECT_EQ(clock.stats().samples, 1U);
  EXPECT_EQ(m.reads, StampClock::kSandwiches);
}

TEST(StampClock, SamplesAgainEachInterval) {
  Machine m;
  StampClock clock = m.clock();
  for (int i = 0; i < 10; ++i) {
    clock.to_monotonic(m.stamp(0), m.monotonic);
    m.monotonic += StampClock::kInterval;
  }
  EXPECT_EQ(clock.stats().samples, 10U);
  EXPECT_EQ(clock.stats().steps, 0U);
  EXPECT_EQ(clock.stats().worst_half_width, 20);
}

TEST(StampClock, TakesTheTightestSandwich) {
  Machine m;
  int call = 0;
  StampClock clock([&] {
    ClockSandwich s = m.read();
    if (++call != 3) {  // interrupted between its reads
      s.after += kMillisecond;
      s.realtime += kMillisecond - 1;
    }
    return s;
  });
  clock.to_monotonic(m.stamp(0), m.monotonic);
  EXPECT_EQ(clock.stats().worst_half_width, 20);
  m.monotonic += 1000;
  EXPECT_EQ(clock.to_monotonic(m.stamp(500), m.monotonic), m.monotonic - 500);
}

TEST(StampClock, NeverAfterTheRead) {
  Machine m;
  StampClock clock = m.clock();
  clock.to_monotonic(m.stamp(0), m.monotonic);
  m.monotonic += 1000;
  EXPECT_EQ(clock.to_monotonic(m.stamp(-200), m.monotonic), m.monotonic);
}

class StampClockStep : public testing::TestWithParam<Nanos> {};

TEST_P(StampClockStep, IsSeenAtOnceAndStampsFromBeforeItStayRight) {
  Machine m;
  StampClock clock = m.clock();
  clock.to_monotonic(m.stamp(0), m.monotonic);
  m.monotonic += kMillisecond;
  const Nanos early = m.monotonic;
  const Nanos before_step = m.stamp(0);
  m.offset += GetParam();
  m.monotonic += 2 * kMillisecond;
  // The first stamp after the step, well within the sampling interval.
  EXPECT_NEAR(static_cast<double>(clock.to_monotonic(m.stamp(500), m.monotonic)),
              static_cast<double>(m.monotonic - 500), 300);
  EXPECT_EQ(clock.stats().steps, 1U);
  // A stamp from before it that is read only now.
  EXPECT_NEAR(static_cast<double>(clock.to_monotonic(before_step, m.monotonic)),
              static_cast<double>(early), 300);
  // And later ones.
  m.monotonic += 3 * kSecond;
  EXPECT_EQ(clock.to_monotonic(m.stamp(900), m.monotonic), m.monotonic - 900);
}

INSTANTIATE_TEST_SUITE_P(BothWays, StampClockStep,
                         testing::Values(kSecond, -kSecond, 3600 * kSecond, -3600 * kSecond,
                                         50 * kMillisecond, -50 * kMillisecond));

TEST(StampClock, AnOldStampIsBelieved) {
  Machine m;
  StampClock clock = m.clock();
  clock.to_monotonic(m.stamp(0), m.monotonic);
  m.monotonic += 2 * kSecond;  // user space was away
  EXPECT_EQ(clock.to_monotonic(m.stamp(1'500 * kMillisecond), m.monotonic),
            m.monotonic - 1'500 * kMillisecond);
}

TEST(StampClock, ABusyClientIsNotKeptBusier) {
  Machine m;
  StampClock clock = m.clock();
  for (int i = 0; i < 1000; ++i) {
    m.monotonic += kMicrosecond;
    clock.to_monotonic(m.stamp(50 * kMillisecond), m.monotonic);
  }
  EXPECT_LE(clock.stats().samples, 3U);
}

TEST(StampClock, ReadsTheSystem) {
  StampClock clock;
  const Nanos stamp = realtime_now();
  const Nanos now = steady_now();
  EXPECT_LE(clock.to_monotonic(stamp, now), now);
  EXPECT_GT(clock.to_monotonic(stamp, now), now - kSecond);
}

}  // namespace
}  // namespace tt::net
