#include "sim/effects.h"

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

TEST(Effects, NoneChangeNothing) {
  for (const Nanos t : {Nanos{0}, kSecond, 3600 * kSecond}) EXPECT_EQ(Effects{}.factor(t), 1);
}

TEST(Effects, AWarmUpFallsEvenlyToOne) {
  const Effects e{.warm_up_factor = 3, .warm_up_time = 10 * kSecond};
  EXPECT_DOUBLE_EQ(e.factor(0), 3);
  EXPECT_DOUBLE_EQ(e.factor(5 * kSecond), 2);
  EXPECT_DOUBLE_EQ(e.factor(10 * kSecond), 1);
}

TEST(Effects, ADriftGrowsWithTheHours) {
  const Effects e{.drift_per_hour = 0.1};
  EXPECT_DOUBLE_EQ(e.factor(3600 * kSecond), 1.1);
  EXPECT_DOUBLE_EQ(e.factor(7200 * kSecond), 1.2);
}

TEST(Effects, AFallComesAndMayGo) {
  Effects e{.slow_after = 60 * kSecond, .slow_factor = 1.5};
  EXPECT_EQ(e.factor(59 * kSecond), 1);
  EXPECT_EQ(e.factor(60 * kSecond), 1.5);
  EXPECT_EQ(e.factor(600 * kSecond), 1.5);
  e.slow_for = 10 * kSecond;
  EXPECT_EQ(e.factor(69 * kSecond), 1.5);
  EXPECT_EQ(e.factor(70 * kSecond), 1);
}

}  // namespace
}  // namespace tt::sim
