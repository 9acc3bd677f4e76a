#include "plan/load_curve.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

LoadCurve curve_of(const std::vector<Stage>& stages, Nanos whole = 0) {
  return LoadCurve(stages, whole);
}

/// The area by a fine midpoint sum, which knows nothing of closed forms.
double summed(const LoadCurve& curve, Nanos until) {
  constexpr int kParts = 200'000;
  const double width = to_seconds(until) / kParts;
  double sum = 0;
  for (int i = 0; i < kParts; ++i) sum += curve.level(from_seconds((i + 0.5) * width)) * width;
  return sum;
}

TEST(LoadCurve, EachCurvePassesThroughItsLevels) {
  const auto at = [](const Stage& stage, double seconds) {
    return curve_of({stage}).level(from_seconds(seconds));
  };
  const Stage line{.duration = 10 * kSecond, .from = 2, .to = 12};
  EXPECT_DOUBLE_EQ(at(line, 0), 2);
  EXPECT_DOUBLE_EQ(at(line, 5), 7);
  EXPECT_DOUBLE_EQ(at(line, 10), 12);
  EXPECT_DOUBLE_EQ(at(line, 99), 12) << "after the end it stays";
  const Stage rise{.duration = 10 * kSecond, .from = 1, .to = 100, .curve = Curve::kExponential};
  EXPECT_NEAR(at(rise, 5), 10, 1e-9);
  const Stage wave{
      .duration = 20 * kSecond, .from = 2, .to = 10, .curve = Curve::kWave, .period = 10 * kSecond};
  EXPECT_NEAR(at(wave, 0), 2, 1e-9);
  EXPECT_NEAR(at(wave, 2.5), 6, 1e-9);
  EXPECT_NEAR(at(wave, 5), 10, 1e-9);
  EXPECT_NEAR(at(wave, 10), 2, 1e-9);
  EXPECT_NEAR(at(wave, 15), 10, 1e-9);
  const Stage burst{.duration = 240 * kSecond,
                    .from = 2,
                    .to = 10,
                    .curve = Curve::kBurst,
                    .period = 120 * kSecond,
                    .burst = 30 * kSecond};
  EXPECT_DOUBLE_EQ(at(burst, 89), 2);
  EXPECT_DOUBLE_EQ(at(burst, 91), 10);
  EXPECT_DOUBLE_EQ(at(burst, 121), 2);
  EXPECT_DOUBLE_EQ(at(burst, 211), 10);
  const Stage step{
      .duration = 40 * kSecond, .from = 5, .to = 20, .curve = Curve::kStep, .steps = 4};
  EXPECT_DOUBLE_EQ(at(step, 1), 5);
  EXPECT_DOUBLE_EQ(at(step, 11), 10);
  EXPECT_DOUBLE_EQ(at(step, 39), 20);
  const Stage day{.duration = 24 * kSecond, .from = 1, .to = 11, .curve = Curve::kBusinessHours};
  EXPECT_DOUBLE_EQ(at(day, 3), 1);
  EXPECT_NEAR(at(day, 9), 9, 1e-6);
  EXPECT_NEAR(at(day, 11.5), 11, 1e-6);
  EXPECT_NEAR(at(day, 13), 8, 1e-6);
  EXPECT_NEAR(at(day, 24), 1, 1e-6);
}

TEST(LoadCurve, AreasAreExactAndTheirInverseFindsTheInstant) {
  for (const Curve curve : {Curve::kLinear, Curve::kExponential, Curve::kWave, Curve::kBurst,
                            Curve::kStep, Curve::kBusinessHours}) {
    for (const auto& [from, to] : {std::pair{3.0, 40.0}, std::pair{40.0, 3.0}}) {
      const auto shape =
          curve_of({{.duration = 30 * kSecond, .from = from, .to = to, .curve = curve},
                    {.duration = 7 * kSecond, .from = 0, .to = 0},
                    {.duration = 20 * kSecond,
                     .from = to,
                     .to = from,
                     .curve = curve,
                     .period = 9 * kSecond}});
      EXPECT_EQ(shape.length(), 57 * kSecond);
      for (const double seconds : {0.5, 11.0, 29.0, 33.0, 45.0, 57.0}) {
        EXPECT_NEAR(shape.area_until(from_seconds(seconds)), summed(shape, from_seconds(seconds)),
                    0.02)
            << static_cast<int>(curve) << " at " << seconds;
      }
      for (double area = 0.25; area < shape.area(); area += 3.7) {
        const Nanos at = shape.reach(area);
        EXPECT_NEAR(shape.area_until(at), area, 1e-6) << static_cast<int>(curve);
      }
    }
  }
}

TEST(LoadCurve, AnExponentialOfAlmostNoRiseIsALevel) {
  const Stage stage{.duration = 10 * kSecond,
                    .from = std::nextafter(2.0, 0.0),
                    .to = 2.0,
                    .curve = Stage::Curve::kExponential};
  const LoadCurve curve(std::span(&stage, 1), 0);
  EXPECT_NEAR(curve.area(), 20, 1e-9);
  EXPECT_NEAR(to_seconds(curve.reach(10)), 5, 1e-9);
}

TEST(LoadCurve, WhereTheLevelIsNothingTheInstantIsTheEndOfThatStretch) {
  const auto shape = curve_of({{.duration = 4 * kSecond, .from = 2, .to = 2},
                               {.duration = 6 * kSecond, .from = 0, .to = 0},
                               {.duration = 5 * kSecond, .from = 1, .to = 1}});
  EXPECT_DOUBLE_EQ(shape.area(), 13);
  EXPECT_EQ(shape.reach(7), 3500 * kMillisecond);
  EXPECT_EQ(shape.reach(8), 10 * kSecond);
  EXPECT_EQ(shape.reach(9), 11 * kSecond);
  EXPECT_EQ(shape.reach(13), shape.length());
  EXPECT_EQ(shape.reach(99), shape.length());
  const auto from_nothing = curve_of({{.duration = 10 * kSecond, .from = 0, .to = 10}});
  EXPECT_EQ(from_nothing.reach(0), 0);
  EXPECT_EQ(from_nothing.reach(12.5), 5 * kSecond);
}

TEST(LoadCurve, TheWholeCutsAndStretches) {
  const std::vector<Stage> stretched = {{.from = 0, .to = 10}};
  EXPECT_DOUBLE_EQ(LoadCurve(stretched, 20 * kSecond).area(), 100);
  const std::vector<Stage> cut = {{.duration = 20 * kSecond, .from = 0, .to = 10}};
  const LoadCurve half(cut, 10 * kSecond);
  EXPECT_EQ(half.length(), 10 * kSecond);
  EXPECT_DOUBLE_EQ(half.level(10 * kSecond), 5) << "cut, not squeezed";
  EXPECT_DOUBLE_EQ(half.area(), 25);
  EXPECT_DOUBLE_EQ(half.mean(), 2.5);
  EXPECT_DOUBLE_EQ(half.peak(), 5);
}

TEST(LoadCurve, UsersChangeWhereTheLevelPassesAHalf) {
  const auto up = curve_of({{.duration = 10 * kSecond, .from = 1, .to = 3},
                            {.duration = kSecond, .from = 3, .to = 3},
                            {.duration = kSecond, .from = 1, .to = 1}});
  EXPECT_EQ(up.users(),
            (std::vector<UserChange>{
                {0, 1}, {2500 * kMillisecond, 2}, {7500 * kMillisecond, 3}, {11 * kSecond, 1}}));
  const auto down = curve_of({{.duration = 4 * kSecond, .from = 2, .to = 0}});
  EXPECT_EQ(down.users(), (std::vector<UserChange>{{0, 2}, {kSecond, 1}, {3 * kSecond, 0}}));
  const auto wave =
      curve_of({{.duration = 12 * kSecond, .from = 0, .to = 2, .curve = Curve::kWave}});
  // (1 - cos(pi t / 6)) = 0.5 at a share of 1/3 of the half wave, 1.5 at 2/3.
  EXPECT_EQ(wave.users(),
            (std::vector<UserChange>{
                {0, 0}, {2 * kSecond, 1}, {4 * kSecond, 2}, {8 * kSecond, 1}, {10 * kSecond, 0}}));
  const auto rise =
      curve_of({{.duration = 10 * kSecond, .from = 1, .to = 4, .curve = Curve::kExponential}});
  const auto changes = rise.users();
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_NEAR(to_seconds(changes[1].at), 10 * std::log(1.5) / std::log(4), 1e-9);
}

TEST(LoadCurve, BoundsOnPiecesAndTravelHold) {
  for (const Curve curve : {Curve::kLinear, Curve::kExponential, Curve::kWave, Curve::kBurst,
                            Curve::kStep, Curve::kBusinessHours}) {
    const Stage stage{
        .duration = 50 * kSecond, .from = 3, .to = 30, .curve = curve, .period = 3 * kSecond};
    EXPECT_LE(static_cast<double>(curve_of({stage}).users().size()),
              pieces_of(stage, stage.duration) + travel_of(stage, stage.duration) + 1);
  }
}

}  // namespace
}  // namespace tt::plan
