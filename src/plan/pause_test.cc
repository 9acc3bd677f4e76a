#include "plan/pause.h"

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

TEST(Pause, ReadsEveryForm) {
  EXPECT_EQ(*parse_pause(" 1500ms "), (Pause{.mean = 1500 * kMillisecond}));
  const Pause uniform{.kind = Pause::Kind::kUniform, .min = kSecond, .max = 5 * kSecond};
  EXPECT_EQ(*parse_pause("uniform(1s, 5s)"), uniform);
  const Pause exponential{.kind = Pause::Kind::kExponential, .mean = 4 * kSecond};
  EXPECT_EQ(*parse_pause("exponential(4s)"), exponential);
  const Pause bounded{.kind = Pause::Kind::kLognormal,
                      .mean = 8 * kSecond,
                      .stddev = 4 * kSecond,
                      .min = kSecond,
                      .max = 60 * kSecond};
  EXPECT_EQ(*parse_pause("LogNormal(8s,4s,1s,60s)"), bounded);
  EXPECT_EQ(*parse_pause(format_pause(bounded)), bounded);
  EXPECT_EQ(format_pause(uniform), "uniform(1s,5s)");
}

TEST(Pause, RefusesNonsenseWithARemedy) {
  for (const auto* text :
       {"", "soon", "2 parsecs", "uniform(5s,1s)", "uniform(1s)", "lognormal(8s)",
        "normal(1s,1s,1s)", "fixed(1s,2s,3s)", "gauss(1s,2s)", "uniform(1s,5s", "lognormal(0s,1s)",
        "exponential(48h)", "normal(9s,1s,1s,2s)"}) {
    const auto pause = parse_pause(text);
    ASSERT_FALSE(pause) << text;
    EXPECT_GT(pause.error().message.size(), 10u) << text;
  }
}

// Means of 20,000 draws, within four standard errors of what the text says.
TEST(Pause, DrawsHaveTheMomentsThatWereAskedFor) {
  struct Case {
    const char* text;
    double mean;
    double stddev;
  };
  for (const Case& c :
       {Case{"2s", 2, 0}, Case{"uniform(1s,5s)", 3, 1.1547}, Case{"exponential(4s)", 4, 4},
        Case{"normal(10s,1s)", 10, 1}, Case{"lognormal(8s,4s)", 8, 4}}) {
    const Pause pause = *parse_pause(c.text);
    Rng rng(7);
    double sum = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) sum += to_seconds(draw_pause(pause, rng));
    EXPECT_NEAR(sum / kDraws, c.mean, 4 * c.stddev / 141.42 + 1e-9) << c.text;
    EXPECT_NEAR(to_seconds(mean_pause(pause)), c.mean, 1e-9) << c.text;
  }
}

TEST(Pause, DrawsStayWithinTheBounds) {
  const Pause pause = *parse_pause("exponential(4s,3s,5s)");
  Rng rng(3);
  for (int i = 0; i < 1000; ++i) {
    const Nanos drawn = draw_pause(pause, rng);
    EXPECT_GE(drawn, 3 * kSecond);
    EXPECT_LE(drawn, 5 * kSecond);
  }
}

}  // namespace
}  // namespace tt::plan
