#include "analysis/steadiness.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "base/rng.h"

namespace tt::analysis {
namespace {

// `n` values of around `level(i)`, a second apart.
template <class Level>
Steadiness run_of(std::size_t n, double sigma, std::uint64_t seed, Level level) {
  Rng rng(seed);
  std::vector<double> values;
  std::vector<double> at;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(level(i) * std::exp(sigma * rng.normal()));
    at.push_back(static_cast<double>(i));
  }
  return steadiness_of(MetricId::kTtft, values, at);
}

TEST(Steadiness, TooFewToTell) {
  const auto s = run_of(159, 0.1, 1, [](auto) { return 100.0; });
  EXPECT_TRUE(s.windows.empty());
  EXPECT_EQ(s.n, 159u);
  EXPECT_FALSE(s.drift);
  EXPECT_EQ(run_of(160, 0.1, 1, [](auto) { return 100.0; }).windows.size(), 8u);
}

TEST(Steadiness, WindowsHoldEveryRequest) {
  const auto s = run_of(1234, 0.1, 1, [](auto) { return 100.0; });
  std::size_t all = 0;
  for (const auto& w : s.windows) all += w.requests;
  EXPECT_EQ(all, 1234u);
  EXPECT_EQ(s.windows.size(), 60u);
  EXPECT_EQ(s.windows[0].from_s, 0);
  EXPECT_EQ(s.windows.back().to_s, 1233);
}

TEST(Steadiness, APeriodOfThirtyPercentIsFoundWhereItIs) {
  const auto s = run_of(2400, 0.1, 2, [](auto i) { return i >= 1200 && i < 1600 ? 130.0 : 100.0; });
  ASSERT_EQ(s.degradations.size(), 1u);
  const Degradation& d = s.degradations[0];
  EXPECT_NEAR(d.from_s, 1200, 40);
  EXPECT_NEAR(d.to_s, 1600, 40);
  EXPECT_NEAR(d.excess, 0.30, 0.03);
  EXPECT_EQ(d.severity, Severity::kModerate);
  ASSERT_EQ(s.changes.size(), 2u);
  EXPECT_NEAR(s.changes[0].at_s, 1200, 40);
  EXPECT_NEAR(s.changes[0].after / s.changes[0].before, 1.3, 0.05);
  EXPECT_NEAR(s.changes[1].at_s, 1600, 40);
}

TEST(Steadiness, ThreeWindowsAreNotHeldLongEnough) {
  // 60 windows of 20: three of them slow, then four.
  const auto slow = [](std::size_t windows) {
    return run_of(1200, 0.0, 3,
                  [=](auto i) { return i >= 400 && i < 400 + 20 * windows ? 200. : 100.; });
  };
  EXPECT_TRUE(slow(3).degradations.empty());
  ASSERT_EQ(slow(4).degradations.size(), 1u);
  EXPECT_EQ(slow(4).degradations[0].severity, Severity::kSevere);
  EXPECT_DOUBLE_EQ(slow(4).degradations[0].excess, 1.0);
  EXPECT_EQ(slow(4).degradations[0].past - slow(4).degradations[0].first, 4u);
}

TEST(Steadiness, NinePercentIsNoDegradation) {
  const auto s = run_of(1200, 0.0, 4, [](auto i) { return i >= 600 ? 109.0 : 100.0; });
  EXPECT_TRUE(s.degradations.empty());
  EXPECT_TRUE(s.changes.empty());
}

TEST(Steadiness, NoiseAloneIsHardlyEverDegraded) {
  int degraded = 0;
  int drifting = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto s = run_of(600, 0.5, seed, [](auto) { return 100.0; });
    degraded += s.degradations.empty() ? 0 : 1;
    drifting += s.drift->p_value < 0.05 ? 1 : 0;
  }
  EXPECT_LE(degraded, 4);
  EXPECT_LE(drifting, 20);  // 10 are expected
}

TEST(Steadiness, NeighboursThatDependOnEachOtherAreNoDrift) {
  int drifting = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Rng rng(seed);
    double state = 0;
    const auto s = run_of(1200, 0.0, seed, [&](auto) {
      state = 0.95 * state + 0.06 * rng.normal();
      return 100 * std::exp(state);
    });
    drifting += s.drift->p_value < 0.05 ? 1 : 0;
  }
  EXPECT_LE(drifting, 30);  // without allowing for it more than a third
}

TEST(Steadiness, ASteadyRiseIsADriftOfItsSize) {
  const auto s =
      run_of(3000, 0.1, 5, [](auto i) { return 100 + 20.0 * static_cast<double>(i) / 3000; });
  ASSERT_TRUE(s.drift);
  EXPECT_LT(s.drift->p_value, 1e-6);
  EXPECT_GT(s.drift->tau, 0.5);
  EXPECT_NEAR(*s.drift->change, 20.0 / 110, 0.03);
  EXPECT_TRUE(s.drift->change_interval->contains(20.0 / 110));
}

TEST(Steadiness, AConstantHasNoDriftAndNoScatter) {
  const auto s = run_of(200, 0.0, 6, [](auto) { return 7.0; });
  EXPECT_EQ(*s.cv, 0);
  EXPECT_EQ(s.drift->p_value, 1);
  EXPECT_TRUE(s.degradations.empty());
  EXPECT_TRUE(s.changes.empty());
}

TEST(Steadiness, ZerosAreNoCrash) {
  const auto s = run_of(200, 0.0, 6, [](auto) { return 0.0; });
  EXPECT_TRUE(s.degradations.empty());
  EXPECT_FALSE(s.cv);
}

TEST(Steadiness, WorksWithoutInstants) {
  record::Row row;
  row.status = Status::kOk;
  std::vector<record::Row> rows(200, row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].index = i;
    rows[i].reported.ttft = (i < 100 ? 100 : 200) * kMillisecond;
  }
  const record::Frame frame = record::make_frame(rows);
  const auto s = steadiness(make_slices(frame, 1)[0], MetricId::kTtft);
  ASSERT_EQ(s.degradations.size(), 1u);
  EXPECT_EQ(s.degradations[0].first, 5u);
}

}  // namespace
}  // namespace tt::analysis
