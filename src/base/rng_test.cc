#include "base/rng.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace tt {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
  double skewness = 0;
};

Moments moments(int n, const std::function<double()>& draw) {
  std::vector<double> values(static_cast<std::size_t>(n));
  Moments m;
  for (auto& v : values) m.mean += (v = draw()) / n;
  double third = 0;
  for (const double v : values) {
    m.variance += (v - m.mean) * (v - m.mean) / n;
    third += std::pow(v - m.mean, 3) / n;
  }
  m.skewness = third / std::pow(m.variance, 1.5);
  return m;
}

TEST(Rng, GivesTheNumbersOfTheReferenceCode) {
  // xoshiro256++ seeded by SplitMix64 from 0 and from 42: the authors' C code says the same.
  Rng zero(0);
  EXPECT_EQ(zero.next(), 0x53175d61490b23dfULL);
  EXPECT_EQ(zero.next(), 0x61da6f3dc380d507ULL);
  EXPECT_EQ(zero.next(), 0x5c0fdf91ec9a7bfcULL);
  Rng other(42);
  EXPECT_EQ(other.next(), 0xd0764d4f4476689fULL);
  EXPECT_EQ(other.next(), 0x519e4174576f3791ULL);
}

TEST(Rng, Fnv1aIsThePublishedHash) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
  EXPECT_EQ(fnv1a(0x6f6f66, 3, fnv1a("")), fnv1a("foo"));
}

TEST(Rng, StreamsOfOneSeedAreIndependentAndRepeatable) {
  auto a = Rng::stream(1, "arrivals");
  auto b = Rng::stream(1, "lengths");
  auto again = Rng::stream(1, "arrivals");
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    const auto value = a.next();
    EXPECT_EQ(value, again.next());
    equal += value == b.next() ? 1 : 0;
  }
  EXPECT_EQ(equal, 0);
}

TEST(Rng, ItemsDoNotRepeatOneAnother) {
  EXPECT_EQ(Rng::item(1, "lengths", 7).next(), Rng::item(1, "lengths", 7).next());
  EXPECT_NE(Rng::item(1, "lengths", 7).next(), Rng::item(1, "lengths", 8).next());
  EXPECT_NE(Rng::item(1, "lengths", 7).next(), Rng::item(1, "pauses", 7).next());
  // Neighbouring seeds are not the same numbers one item apart.
  EXPECT_NE(Rng::item(1, "lengths", 8).next(), Rng::item(2, "lengths", 7).next());
}

TEST(Rng, UniformIsFlatOnTheHalfOpenUnitInterval) {
  Rng rng(1);
  const auto m = moments(200'000, [&] {
    const double u = rng.uniform();
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
    return u;
  });
  EXPECT_NEAR(m.mean, 0.5, 0.003);
  EXPECT_NEAR(m.variance, 1.0 / 12, 0.001);
}

TEST(Rng, BelowIsFlatEvenWhereTheRangeDoesNotDivide) {
  Rng rng(2);
  int counts[7] = {};
  for (int i = 0; i < 70'000; ++i) ++counts[rng.below(7)];
  double chi_squared = 0;
  for (const int count : counts) chi_squared += std::pow(count - 10'000, 2) / 10'000;
  EXPECT_LT(chi_squared, 22.5);  // 99.9% point of 6 degrees of freedom
  EXPECT_EQ(rng.below(1), 0u);
  // Two thirds of 2^64: a plain remainder would favour the lower half two to one.
  constexpr std::uint64_t kWide = 0xaaaaaaaaaaaaaaaaULL;
  int low = 0;
  for (int i = 0; i < 10'000; ++i) low += rng.below(kWide) < kWide / 2 ? 1 : 0;
  EXPECT_NEAR(low, 5000, 200);
}

TEST(Rng, BetweenReachesBothEnds) {
  Rng rng(3);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1000; ++i) {
    const auto value = rng.between(-2, 2);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 2);
    low |= value == -2;
    high |= value == 2;
  }
  EXPECT_TRUE(low && high);
  EXPECT_EQ(rng.between(5, 5), 5);
  rng.between(INT64_MIN, INT64_MAX);  // the whole range: no overflow
}

TEST(Rng, NormalHasItsMoments) {
  Rng rng(4);
  const auto m = moments(200'000, [&] { return rng.normal(); });
  EXPECT_NEAR(m.mean, 0, 0.01);
  EXPECT_NEAR(m.variance, 1, 0.02);
  EXPECT_NEAR(m.skewness, 0, 0.03);
}

TEST(Rng, LognormalHasItsOwnMeanAndDeviation) {
  Rng rng(7);
  const auto m = moments(400'000, [&] { return rng.lognormal(250, 100); });
  EXPECT_NEAR(m.mean, 250, 1);
  EXPECT_NEAR(std::sqrt(m.variance), 100, 2);
  EXPECT_NEAR(rng.lognormal(250, 0), 250, 1e-9);
}

TEST(Rng, ExponentialHasItsMoments) {
  Rng rng(5);
  const auto m = moments(200'000, [&] { return rng.exponential(); });
  EXPECT_NEAR(m.mean, 1, 0.01);
  EXPECT_NEAR(m.variance, 1, 0.03);
  EXPECT_NEAR(m.skewness, 2, 0.15);
}

TEST(Rng, GammaHasItsMomentsOnBothSidesOfShapeOne) {
  for (const double shape : {0.2, 0.5, 1.0, 2.5, 30.0}) {
    Rng rng(6);
    const auto m = moments(200'000, [&] { return rng.gamma(shape); });
    EXPECT_NEAR(m.mean / shape, 1, 0.02) << shape;
    EXPECT_NEAR(m.variance / shape, 1, 0.04) << shape;
    EXPECT_NEAR(m.skewness * std::sqrt(shape) / 2, 1, 0.12) << shape;
  }
}

}  // namespace
}  // namespace tt
