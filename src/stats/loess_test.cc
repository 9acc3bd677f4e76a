#include "stats/loess.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

using Values = std::vector<double>;

Values years() {
  Values x(kNile.size());
  std::iota(x.begin(), x.end(), 1871.0);
  return x;
}

const Values kPlaces = {1871, 1890.5, 1900, 1935.25, 1970};

// loess(Nile ~ year, degree = 1) of R 4.2 with surface = "direct". R takes weights of distances
// below 0.001 and above 0.999 of the window's as 1 and 0.
TEST(Loess, IsThatOfR) {
  const Values expected = {1120.402644276307, 1067.505964903091, 966.756140637018, 839.932482963155,
                           836.880755871428};
  const auto line = loess(years(), kNile, kPlaces, {.span = 0.3});
  ASSERT_TRUE(line);
  for (std::size_t i = 0; i < kPlaces.size(); ++i) EXPECT_NEAR((*line)[i], expected[i], 1e-5);
}

// The same with family = "symmetric" and four iterations, one of which is the first fit.
TEST(Loess, WithRobustIterationsIsThatOfR) {
  const Values expected = {1154.059936354288, 1029.435943409939, 960.811820061557, 837.363458577394,
                           866.270814604967};
  const auto line = loess(years(), kNile, kPlaces, {.span = 0.5, .robust_iterations = 3});
  ASSERT_TRUE(line);
  for (std::size_t i = 0; i < kPlaces.size(); ++i) EXPECT_NEAR((*line)[i], expected[i], 1e-3);
}

TEST(Loess, FollowsALineExactly) {
  Rng rng(2);
  Values x;
  Values y;
  for (int i = 0; i < 500; ++i) {
    x.push_back(rng.uniform() * 100);  // in no order
    y.push_back(1e9 - 3 * x.back());
  }
  for (const unsigned robust : {0U, 3U}) {
    const Values at = {5, 20, 50, 95};
    const auto line = loess(x, y, at, {.span = 0.2, .robust_iterations = robust});
    ASSERT_TRUE(line);
    for (std::size_t i = 0; i < at.size(); ++i) EXPECT_NEAR((*line)[i], 1e9 - 3 * at[i], 1e-5);
  }
}

TEST(Loess, RobustIterationsTakeOutliersOut) {
  Rng rng(3);
  Values x;
  Values y;
  for (int i = 0; i < 2000; ++i) {
    x.push_back(i);
    y.push_back(10 + 0.01 * i + 0.1 * rng.normal() + (i % 10 == 0 ? 500 : 0));
  }
  const Values at = {200, 1000, 1800};
  const auto plain = loess(x, y, at);
  const auto robust = loess(x, y, at, {.robust_iterations = 4});
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_GT((*plain)[i], 40);
    EXPECT_NEAR((*robust)[i], 10 + 0.01 * at[i], 0.05);
  }
}

TEST(Loess, OfFewPoints) {
  const Values at = {1, 2};
  EXPECT_FALSE(loess({}, {}, at));
  EXPECT_EQ(loess(Values{5}, Values{7}, at), (Values{7, 7}));
  // Either of two points is as far as the window reaches, so it alone counts at the other.
  EXPECT_EQ(loess(Values{1, 2}, Values{7, 9}, at), (Values{7, 9}));
  EXPECT_EQ(loess(Values{1, 2}, Values{7, 9}, Values{1.5}), (Values{8}));
  EXPECT_EQ(loess(Values{1, 2}, Values{7, 9}, {}), Values{});
}

TEST(Loess, OfAConstantIsThatConstant) {
  const Values x = {1, 2, 3, 4, 5, 6};
  for (const unsigned robust : {0U, 2U}) {
    const auto line = loess(x, Values(6, 0.1), x, {.span = 0.6, .robust_iterations = robust});
    ASSERT_TRUE(line);
    for (const double y : *line) EXPECT_DOUBLE_EQ(y, 0.1);
  }
}

TEST(Loess, WherePointsShareOneXIsTheirMean) {
  const Values x = {1, 1, 1, 1, 5, 5, 5, 5};
  const Values y = {0, 2, 4, 6, 20, 20, 20, 24};
  EXPECT_EQ(loess(x, y, Values{1, 5}, {.span = 0.5}), (Values{3, 21}));
  EXPECT_EQ(loess(x, y, Values{2, 3, 4}, {.span = 0.5}), (Values{3, 12, 21}));
}

TEST(Loess, RefusesWhatHasNoAnswer) {
  const Values x = {1, 2, 3};
  EXPECT_FALSE(loess(x, Values{1, 2}, x));
  EXPECT_FALSE(loess(x, Values{1, NAN, 3}, x));
  EXPECT_FALSE(loess(Values{1, 2, INFINITY}, x, x));
  EXPECT_FALSE(loess(x, x, Values{NAN}));
  EXPECT_FALSE(loess(x, Values{1e308, 1e308, 1e308}, x));
  EXPECT_FALSE(loess(x, x, x, {.span = 0}));
  EXPECT_FALSE(loess(x, x, x, {.span = 1.5}));
  EXPECT_FALSE(loess(x, x, x, {.span = NAN}));
}

}  // namespace
}  // namespace tt::stats
