#include "base/scale.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace tt {
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

}  // namespace
}  // namespace tt
