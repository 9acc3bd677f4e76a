#include "stats/autocorrelation.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "stats/test_samples.h"

namespace tt::stats {
namespace {

using Values = std::vector<double>;

// Each value is `memory` times the one before it and noise: lags have memory^lag.
Values autoregressive(std::size_t n, double memory, std::uint64_t seed) {
  Rng rng(seed);
  Values series;
  double last = rng.normal() / std::sqrt(1 - memory * memory);
  for (std::size_t i = 0; i < n; ++i) {
    series.push_back(last);
    last = memory * last + rng.normal();
  }
  return series;
}

TEST(Autocovariance, IsTheSumOfProductsOverN) {
  Autocovariance covariance(Values{1, 2, 3, 4, 10, 4});
  EXPECT_DOUBLE_EQ(covariance.at(2), (-3 * -1 + -2 * 0 + -1 * 6 + 0 * 0) / 6.0);
  EXPECT_DOUBLE_EQ(covariance.at(0), (9 + 4 + 1 + 36) / 6.0);
  EXPECT_DOUBLE_EQ(covariance.at(5), -3 * 0 / 6.0);
}

// acf(Nile) of R 4.2.
TEST(Autocorrelation, OfTheNileIsThatOfR) {
  const Values expected = {1.0,
                           0.498408184133029,
                           0.384576903904873,
                           0.327860437522546,
                           0.239191169941486,
                           0.228421986720840};
  const auto r = autocorrelation(kNile, 5);
  ASSERT_TRUE(r);
  ASSERT_EQ(r->size(), 6u);
  for (std::size_t lag = 0; lag < 6; ++lag) EXPECT_NEAR((*r)[lag], expected[lag], 1e-14);
}

TEST(Autocorrelation, StopsAtTheLastLagThereIs) {
  EXPECT_EQ(autocorrelation(Values{1, 2, 4}, 100)->size(), 3u);
  EXPECT_EQ(autocorrelation(Values{1, 2, 4}, 1)->size(), 2u);
}

TEST(Autocorrelation, OfFewOrEqualValues) {
  EXPECT_FALSE(autocorrelation({}, 3));
  EXPECT_FALSE(autocorrelation(Values{1}, 3));
  EXPECT_FALSE(autocorrelation(Values(50, 0.1), 3));
  EXPECT_FALSE(autocorrelation(Values{1, NAN, 2}, 3));
  EXPECT_FALSE(autocorrelation(Values{-1e300, 1e300}, 3));
  EXPECT_EQ(*autocorrelation(Values{1, 2}, 3), (Values{1, -0.5}));
}

// Box.test(Nile, 5, "Ljung") of R 4.2; the p-value by scipy.stats.chi2.sf, as R subtracts from 1.
TEST(LjungBox, OfTheNileIsThatOfR) {
  const auto test = ljung_box(kNile, 5);
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->q, 63.9717123481333, 1e-12);
  EXPECT_NEAR(test->p_value, 1.8311453543502984e-12, 1e-23);
  EXPECT_NEAR(ljung_box(kNile, 10, 1)->p_value, 3.86535517775462e-15, 1e-25);
}

TEST(LjungBox, RefusesWhatHasNoAnswer) {
  EXPECT_FALSE(ljung_box(kNile, 0));
  EXPECT_FALSE(ljung_box(kNile, 3, 3));
  EXPECT_FALSE(ljung_box(kNile, 100));
  EXPECT_TRUE(ljung_box(kNile, 99));
  EXPECT_FALSE(ljung_box(Values(50, 0.1), 3));
  EXPECT_FALSE(ljung_box(Values{1, 2, NAN, 4}, 1));
}

TEST(LjungBox, RejectsIndependentValuesAsOftenAsItSays) {
  int rejected = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    rejected += ljung_box(autoregressive(200, 0, seed), 10)->p_value < 0.05 ? 1 : 0;
  }
  EXPECT_GT(rejected, 8);  // 20 expected
  EXPECT_LT(rejected, 36);
}

// An autoregressive series of memory m has n (1 - m) / (1 + m).
TEST(EffectiveSampleSize, OfAutoregressiveSeries) {
  for (const double memory : {0.3, 0.6, 0.9}) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      sum += *effective_sample_size(autoregressive(4000, memory, seed));
    }
    const double expected = 4000 * (1 - memory) / (1 + memory);
    EXPECT_NEAR(sum / 20, expected, 0.1 * expected) << memory;
  }
}

TEST(EffectiveSampleSize, IsNoMoreThanTheSeriesHas) {
  EXPECT_EQ(*effective_sample_size(autoregressive(1000, -0.8, 1)), 1000);
  EXPECT_EQ(*effective_sample_size(Values{1, 2}), 2);
  EXPECT_GT(*effective_sample_size(autoregressive(1000, 0, 1)), 800);
}

TEST(EffectiveSampleSize, OfADriftIsAFewValues) {
  Values drift;
  for (int i = 0; i < 1000; ++i) drift.push_back(i);
  EXPECT_LT(*effective_sample_size(drift), 5);
  EXPECT_GE(*effective_sample_size(drift), 1);
}

TEST(EffectiveSampleSize, OfFewOrEqualValues) {
  EXPECT_FALSE(effective_sample_size({}));
  EXPECT_FALSE(effective_sample_size(Values{1}));
  EXPECT_FALSE(effective_sample_size(Values(50, 0.1)));
  EXPECT_FALSE(effective_sample_size(Values{1, NAN}));
}

}  // namespace
}  // namespace tt::stats
