#include "stats/ecdf.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace tt::stats {
namespace {

TEST(Ecdf, CountsWhatIsAtMostX) {
  const Sorted sample({1, 2, 2, 5});
  EXPECT_EQ(ecdf(sample, 0.9), 0);
  EXPECT_EQ(ecdf(sample, 1), 0.25);
  EXPECT_EQ(ecdf(sample, 2), 0.75);
  EXPECT_EQ(ecdf(sample, 4.9), 0.75);
  EXPECT_EQ(ecdf(sample, 5), 1);
  EXPECT_EQ(ecdf(Sorted(), 5), 0);
}

TEST(EcdfSteps, AreAllOfThemWhereTheyAreFew) {
  const Sorted sample({1, 2, 2, 5});
  const std::vector<EcdfStep> all = {{1, 0.25}, {2, 0.75}, {5, 1}};
  EXPECT_EQ(ecdf_steps(sample, 3), all);
  EXPECT_EQ(ecdf_steps(sample, 1000), all);
}

TEST(EcdfSteps, OfFewValues) {
  EXPECT_TRUE(ecdf_steps(Sorted(), 10).empty());
  EXPECT_TRUE(ecdf_steps(Sorted({1}), 1).empty());
  EXPECT_EQ(ecdf_steps(Sorted({7}), 2), (std::vector<EcdfStep>{{7, 1}}));
  EXPECT_EQ(ecdf_steps(Sorted({7, 7, 7}), 2), (std::vector<EcdfStep>{{7, 1}}));
  EXPECT_EQ(ecdf_steps(Sorted({1, 2, 3, 4}), 2), (std::vector<EcdfStep>{{1, 0.25}, {4, 1}}));
  EXPECT_EQ(ecdf_steps(Sorted({1, 2, 3, 4}), 3), (std::vector<EcdfStep>{{1, 0.25}, {4, 1}}));
}

// The drawn function: the share of the last step at or before x.
double drawn(const std::vector<EcdfStep>& steps, double x) {
  const auto after = std::ranges::upper_bound(steps, x, {}, &EcdfStep::x);
  return after == steps.begin() ? 0 : std::prev(after)->share;
}

class ReducedEcdfSteps : public testing::TestWithParam<std::size_t> {};

TEST_P(ReducedEcdfSteps, AreExactAndKeepMiddleAndTail) {
  const std::size_t limit = GetParam();
  Rng rng(limit);
  std::vector<double> values;
  for (int i = 0; i < 20'000; ++i) {
    const double latency = 10 * std::exp(rng.normal());
    values.push_back(i % 2 == 0 ? latency : std::round(latency));  // half of them tied
  }
  const Sorted sample(std::move(values));
  const auto steps = ecdf_steps(sample, limit);
  ASSERT_LE(steps.size(), limit);
  ASSERT_GE(steps.size(), limit / 2);
  EXPECT_EQ(steps.front().x, sample.min());
  EXPECT_EQ(steps.back(), (EcdfStep{sample.max(), 1}));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].share, ecdf(sample, steps[i].x));
    if (i > 0) {
      EXPECT_LT(steps[i - 1].x, steps[i].x);
    }
  }
  const std::size_t gaps = limit / 2;
  for (std::size_t i = 0; i < gaps; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(gaps);
    const double x = sample.min() + part * (sample.max() - sample.min());
    EXPECT_EQ(drawn(steps, x), ecdf(sample, x));
    // The first step above that share stands at the value of that rank.
    const auto rank = static_cast<std::size_t>(part * static_cast<double>(sample.size()));
    const double below = static_cast<double>(rank) / static_cast<double>(sample.size());
    EXPECT_EQ(std::ranges::upper_bound(steps, below, {}, &EcdfStep::share)->x, sample[rank]);
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, ReducedEcdfSteps, testing::Values(2, 3, 4, 7, 50, 501));

}  // namespace
}  // namespace tt::stats
