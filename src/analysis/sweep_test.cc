#include "analysis/sweep.h"

#include <cmath>
#include <deque>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

std::vector<Throughput> curve(double (*rate)(double), double scatter = 0) {
  std::vector<Throughput> points;
  for (double load = 1; load <= 256; load *= 2) {
    const double x = rate(load);
    points.push_back({load, x, stats::Interval{x * (1 - scatter), x * (1 + scatter)}});
  }
  return points;
}

TEST(Saturation, IsWhereLatencyBeginsToGrowFasterThanThroughput) {
  // N / (1 + N / 20): by Kleinrock the power, X / R = X^2 / N, is greatest at N = 20.
  const auto found = find_saturation(curve([](double n) { return n / (1 + n / 20); }));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->load, 20, 0.5);
  EXPECT_LE(found->low, 20);
  EXPECT_GE(found->high, 20);
  EXPECT_NEAR(found->throughput, 256 / (1 + 12.8), 1e-9);
}

TEST(Saturation, OfAnEngineThatIsFullAtOnceIsItsCorner) {
  const auto found = find_saturation(curve([](double n) { return std::min(n, 24.0); }, 0.01));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->low, 22.6, 0.1) << "the step from 16 to 32 surely pays";
  EXPECT_NEAR(found->high, 45.3, 0.1) << "that from 32 to 64 surely does not";
  EXPECT_NEAR(found->load, 24, 2);
}

TEST(Saturation, IsNotSeenWhereTheLastStepStillPays) {
  EXPECT_FALSE(find_saturation(curve([](double n) { return n; })));
  EXPECT_FALSE(find_saturation(std::vector<Throughput>{{1, 1, {}}}));
}

TEST(Saturation, NoiseWidensTheInterval) {
  const auto exact = find_saturation(curve([](double n) { return n / (1 + n / 20); }, 0.01));
  const auto blurred = find_saturation(curve([](double n) { return n / (1 + n / 20); }, 0.2));
  ASSERT_TRUE(exact && blurred);
  EXPECT_LT(std::log(exact->high / exact->low), std::log(blurred->high / blurred->low));
}

// A closed loop of `users`, each request `gap_ms` a token of 11 tokens, for a while.
std::vector<record::Row> closed_loop(std::uint32_t users, double gap_ms, std::uint32_t target = 0) {
  std::vector<record::Row> rows;
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t user = 0; user < users; ++user) {
      rows.push_back(make_row(
          {.target = target, .planned_ms = round * (100 + 10 * gap_ms) + user, .gap_ms = gap_ms},
          rows.size()));
    }
  }
  return rows;
}

struct Sweep {
  std::deque<RunInput> inputs;
  std::deque<std::vector<record::Row>> rows;
  std::vector<SweepRun> runs;

  void add(double load, std::vector<std::string> targets, std::vector<record::Row> played) {
    auto& input = inputs.emplace_back();
    for (auto& name : targets) input.targets.push_back({name, "vllm", "m"});
    rows.push_back(std::move(played));
    runs.push_back({load, &input, rows.back()});
  }
};

TEST(SweepReport, RepeatsOfALoadAreOnePoint) {
  Sweep sweep;
  for (const double load : {4.0, 1.0, 2.0, 4.0}) {
    sweep.add(load, {"a"}, closed_loop(static_cast<std::uint32_t>(load), 10));
  }
  const auto report = sweep_report("concurrency", sweep.runs);
  ASSERT_EQ(report.curves.size(), 1u);
  const auto& points = report.curves[0].points;
  ASSERT_EQ(points.size(), 3u);
  EXPECT_EQ(points[0].load, 1);
  EXPECT_EQ(points[2].runs, 2u);
  EXPECT_EQ(points[2].summary.counts.ok, 160u);
  EXPECT_NEAR(*points[2].per_user, 100, 1);
  // Twice the rows of the same kind are no twice as high rate.
  EXPECT_NEAR(*points[2].summary.rate(MetricId::kOutputRate)->value,
              4 * *points[0].summary.rate(MetricId::kOutputRate)->value,
              0.1 * 4 * *points[0].summary.rate(MetricId::kOutputRate)->value);
}

TEST(SweepReport, IsTheSameLoadByLoadInAnyOrder) {
  Sweep sweep;
  for (const double load : {4.0, 1.0, 2.0}) {
    sweep.add(load, {"a"}, closed_loop(static_cast<std::uint32_t>(load), 10 + load));
  }
  const auto whole = sweep_report("concurrency", sweep.runs);
  SweepBuilder builder("concurrency", std::vector<std::string>{"silent"});
  for (const SweepRun& run : sweep.runs) builder.add(run.load, std::span(&run, 1));
  const auto built = std::move(builder).finish();
  ASSERT_EQ(built.curves.size(), 1u) << "a target without a run has no curve";
  ASSERT_EQ(built.curves[0].points.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const CurvePoint& one = built.curves[0].points[i];
    const CurvePoint& other = whole.curves[0].points[i];
    EXPECT_EQ(one.load, std::pow(2, i));
    EXPECT_EQ(one.load, other.load);
    EXPECT_EQ(one.pareto, other.pareto);
    EXPECT_EQ(one.per_user, other.per_user);
  }
}

TEST(SweepReport, ParetoPointsAreThoseThatNoOtherBeats) {
  Sweep sweep;
  // b is slower for a user, and at 2 brings no more in all than a.
  for (const std::uint32_t users : {1u, 2u}) {
    auto rows = closed_loop(users, 10, 0);
    for (auto& row : closed_loop(users, 30, 1)) rows.push_back(row);
    sweep.add(users, {"a", "b"}, std::move(rows));
  }
  const auto report = sweep_report("concurrency", sweep.runs);
  ASSERT_EQ(report.curves.size(), 2u);
  EXPECT_TRUE(report.curves[0].points[1].pareto) << "most tokens, and as fast for a user";
  EXPECT_FALSE(report.curves[1].points[0].pareto);
  EXPECT_FALSE(report.curves[1].points[1].pareto);
}

TEST(SweepReport, ATargetThatNeverAnswersHasPointsWithoutFigures) {
  Sweep sweep;
  for (const double load : {1.0, 2.0, 4.0}) {
    sweep.add(load, {"a"}, {make_failed({}, Status::kConnectFailed)});
  }
  const auto report = sweep_report("rate", sweep.runs);
  EXPECT_FALSE(report.curves[0].points[0].pareto);
  EXPECT_FALSE(report.curves[0].points[0].per_user);
  EXPECT_FALSE(report.curves[0].saturation);
  EXPECT_EQ(report.curves[0].why, "it takes three loads at which something was answered");
  EXPECT_TRUE(sweep_report("rate", {}).curves.empty());
}

}  // namespace
}  // namespace tt::analysis
