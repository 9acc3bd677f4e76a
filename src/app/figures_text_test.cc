#include "app/figures_text.h"

#include <gtest/gtest.h>

namespace tt::app {
namespace {

TEST(ClockText, GrowsWithTheTime) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(7 * kSecond), "0:07");
  EXPECT_EQ(clock_text(750 * kSecond), "12:30");
  EXPECT_EQ(clock_text(3723 * kSecond), "1:02:03");
  EXPECT_EQ(clock_text(-kSecond), "0:00");
}

TEST(AgoText, Rounds) {
  constexpr Nanos kNoon = 43'200 * kSecond;
  EXPECT_EQ(ago_text(kNoon, kNoon + 59 * kSecond), "just now");
  EXPECT_EQ(ago_text(kNoon, kNoon + 61 * kSecond), "1 min ago");
  EXPECT_EQ(ago_text(kNoon, kNoon + 7200 * kSecond), "2 h ago");
  EXPECT_EQ(ago_text(kNoon, kNoon + 3 * 86400 * kSecond), "3 days ago");
  EXPECT_EQ(ago_text(kNoon, 0), "just now");
  EXPECT_EQ(ago_text(0, kNoon), "–") << "nobody knows when";
}

}  // namespace
}  // namespace tt::app
