#include "app/figures_text.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace tt::app {
namespace {

std::string all_of(const Scale& scale, std::initializer_list<double> values) {
  std::string text;
  for (const double v : values) text += (text.empty() ? "" : " ") + scale.text(v);
  return text + " " + scale.unit;
}

std::string millis(std::initializer_list<double> values) {
  return all_of(scale_millis(std::vector<double>(values)), values);
}

TEST(ScaleMillis, OneUnitForAll) {
  EXPECT_EQ(millis({45.23, 120.71}), "45.2 120.7 ms");
  EXPECT_EQ(millis({8.312, 9.9}), "8.31 9.90 ms");
  EXPECT_EQ(millis({45.23, 2210.4}), "45.2 2,210.4 ms");
  EXPECT_EQ(millis({1200, 9800}), "1.20 9.80 s");
  EXPECT_EQ(millis({45, 12'345}), "0.04 12.35 s");
  EXPECT_EQ(millis({0.05, 0.2}), "50.0 200.0 us");
  EXPECT_EQ(millis({0, 0}), "0 0 ms");
  EXPECT_EQ(millis({}), " ms");
}

TEST(ScalePlain, GroupsThousands) {
  const std::vector<double> values = {1240.4, 98.2};
  EXPECT_EQ(scale_plain(values).text(1240.4), "1,240.4");
  EXPECT_EQ(scale_plain(std::vector<double>{98.2, 12'345}).text(12'345), "12,345.0");
  EXPECT_EQ(scale_plain(std::vector<double>{2.5, 4.25}).text(2.5), "2.50");
}

TEST(Scale, GetsCoarserStepByStep) {
  Scale scale{.factor = 1, .decimals = 1, .unit = "ms"};
  EXPECT_EQ(scale.text(2340.4), "2,340.4");
  scale = scale.coarser();
  EXPECT_EQ(scale.text(2340.4), "2,340");
  EXPECT_FALSE(scale.coarsest());
  scale = scale.coarser();
  EXPECT_EQ(scale.text(2340.4), "2340");
  EXPECT_TRUE(scale.coarsest());
}

TEST(Scale, SaysNothingOfWhatIsNotFinite) {
  EXPECT_EQ(Scale{}.text(NAN), "-");
  EXPECT_EQ(Scale{}.text(INFINITY), "-");
  EXPECT_EQ(Scale{}.text(-0.2), "0");
  EXPECT_EQ(Scale{}.text(-1234), "-1,234");
}

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
