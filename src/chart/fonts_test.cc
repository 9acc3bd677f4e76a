#include "chart/fonts.h"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "chart/machine_fonts.h"

namespace tt::chart {
namespace {

class Fonts : public testing::Test {
 protected:
  Fonts() { EXPECT_TRUE(use_own_fonts()); }
  TextRuler ruler_;
};

TEST_F(Fonts, WidthsAreThoseOfTheFonts) {
  // JetBrains Mono: each letter 600 of 1000 units. Inter: "n" is 1216 of 2048 in Regular.
  EXPECT_NEAR(ruler_.width("abcdefghij", 10, 400, true), 60, 0.01);
  EXPECT_NEAR(ruler_.width("iiiiiiiiii", 10, 400, true), 60, 0.01);
  EXPECT_LT(ruler_.width("iiii", 14, 400, false), ruler_.width("mmmm", 14, 400, false) / 2);
  EXPECT_GT(ruler_.width("Latency", 14, 600, false), ruler_.width("Latency", 14, 400, false));
}

TEST_F(Fonts, WidthsGrowWithTheSize) {
  const double one = ruler_.width("Time to first token (ms)", 10, 400, false);
  EXPECT_GT(one, 90);
  EXPECT_NEAR(ruler_.width("Time to first token (ms)", 25, 400, false), 2.5 * one, 0.05);
}

TEST_F(Fonts, AnyTextHasAWidth) {
  EXPECT_EQ(ruler_.width("", 14, 400, false), 0);
  EXPECT_EQ(ruler_.width("x", 0, 400, false), 0);
  EXPECT_EQ(ruler_.width("x", std::nan(""), 400, false), 0);
  EXPECT_GT(ruler_.width("\xFF\xFE", 14, 400, false), 0);
  EXPECT_GT(ruler_.width("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xF0\x9F\x98\x80", 14, 400, false), 0);
  EXPECT_GT(ruler_.width("x", 14, 100'000, false), 0);
  EXPECT_GT(ruler_.width(std::string(10'000, 'x'), 14, 400, false), 10'000);
}

TEST_F(Fonts, LettersWeLackAreAsWideOnEveryMachine) {
  EXPECT_TRUE(we_have(U'a'));
  EXPECT_TRUE(we_have(U'\u00e9'));
  EXPECT_FALSE(we_have(U'\u4f60'));
  EXPECT_NEAR(ruler_.width("\u4f60\u597d", 20, 400, false), 40, 0.01);
  EXPECT_NEAR(ruler_.width("\U0001F600", 20, 400, false), 20, 0.01);
  EXPECT_NEAR(ruler_.width("n\u4f60", 20, 400, false), ruler_.width("n", 20, 400, false) + 20,
              0.01);
  EXPECT_NEAR(ruler_.width("\u05e9", 20, 400, false), 12.4, 0.01);
  EXPECT_NEAR(ruler_.width("n\u202e", 20, 400, false), ruler_.width("n", 20, 400, false), 0.01);
}

TEST_F(Fonts, LettersWeLackAreFoundOnce) {
  EXPECT_EQ(letters_we_lack("plain \xFF\xFE caf\u00e9 \u00b7 1 \u00b1 2 \u202e"), U"");
  EXPECT_EQ(letters_we_lack("\u4f60 a \u4f60 \u05e9\u200d \U0001F600 \xE4\xBD"),
            U"\u4f60\u05e9\U0001F600");
}

TEST_F(Fonts, ThreadsMeasureTheSame) {
  const double here = ruler_.width("Goodput", 13, 400, false);
  std::vector<double> there(4);
  std::vector<std::thread> threads;
  for (double& width : there) {
    threads.emplace_back([&width] { width = TextRuler().width("Goodput", 13, 400, false); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(there, std::vector<double>(4, here));
}

}  // namespace
}  // namespace tt::chart
