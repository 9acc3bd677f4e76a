#include "base/time.h"

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(Time, SecondsAreRoundedToTheNearestNanosecond) {
  EXPECT_EQ(from_seconds(1.5), 1'500'000'000);
  EXPECT_EQ(from_seconds(0.3), 300'000'000);  // 0.3 * 1e9 is a little less
  EXPECT_EQ(from_seconds(1e-9), 1);
  EXPECT_EQ(from_seconds(4e-10), 0);
  EXPECT_EQ(from_seconds(-0.3), -300'000'000);
  EXPECT_EQ(to_seconds(2'500'000'000), 2.5);
  EXPECT_EQ(to_millis(2'500'000), 2.5);
}

TEST(Time, AVirtualClockStandsStillUntilTold) {
  VirtualClock clock;
  EXPECT_EQ(clock.now(), 0);
  clock.advance(5 * kSecond);
  EXPECT_EQ(clock.now(), 5 * kSecond);
  clock.advance(kMillisecond);
  EXPECT_EQ(clock.now(), 5 * kSecond + kMillisecond);
  clock.set(7);
  const Clock& base = clock;
  EXPECT_EQ(base.now(), 7);
}

TEST(Time, TheSteadyClockNeverGoesBack) {
  const SteadyClock clock;
  Nanos last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const Nanos now = i % 2 == 0 ? clock.now() : steady_now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Time, TheWallClockCountsFrom1970) {
  EXPECT_GT(realtime_now(), 1'700'000'000 * kSecond);  // November 2023
}

}  // namespace
}  // namespace tt
