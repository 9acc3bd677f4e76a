// The charts over a group's loads that need more than a run: cost by load, radars by load.
#include <gtest/gtest.h>

#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

const SteadyClock kClock;

struct CurveMaker {
  std::string target;
  double ttft_ms = 40;     // median at load 1; grows with the load
  double capacity = 4;     // requests/s that are answered at most
  std::uint64_t ok = 100;  // of 100
};

CurveView test_curves(const std::vector<CurveMaker>& makers, std::vector<double> loads) {
  analysis::SweepReport report{.over = "rate", .curves = {}};
  for (const auto& maker : makers) {
    analysis::LoadCurve curve{.target = maker.target, .points = {}, .why = {}};
    for (const double load : loads) {
      analysis::CurvePoint point{.load = load, .runs = 1};
      auto& summary = point.summary;
      summary.target = {maker.target, "vllm", "model"};
      summary.counts = {.planned = 100, .ok = maker.ok, .failed = 100 - maker.ok};
      summary.tokens = {.input = 10'000, .output = 5'000, .mean_input = 100, .mean_output = 50};
      const double done = std::min(load, maker.capacity);
      if (maker.ok > 0) {
        summary.rates = {{MetricId::kRequestRate, done, {}},
                         {MetricId::kOutputRate, 50 * done, stats::Interval{45 * done, 55 * done}},
                         {MetricId::kGoodput, load <= maker.capacity ? done : 0.1, {}}};
        for (const auto& [metric, value] : {std::pair(MetricId::kTtft, maker.ttft_ms * load),
                                            {MetricId::kTpot, 10 * load},
                                            {MetricId::kE2e, 600 * load}}) {
          analysis::Distribution distribution{.metric = metric, .n = 100};
          for (const double p : {0.5, 0.95})
            distribution.quantiles.push_back({p, value * 2 * p, {}});
          summary.distributions.push_back(distribution);
        }
      }
      point.slos_met = load <= maker.capacity;
      curve.points.push_back(point);
    }
    report.curves.push_back(curve);
  }
  auto view = curve_view_of("test-sweep", report);
  view.machines.resize(makers.size());
  return view;
}

Chart drawn(const char* id, const CurveView& view) {
  const Input input{.run = nullptr, .curve = &view};
  const Chart chart = make_chart(*find_chart(id), input);
  EXPECT_TRUE(chart.has_picture()) << id << ": " << chart.empty;
  EXPECT_TRUE(fits(*find_chart(id), input)) << id;
  EXPECT_FALSE(chart.table.rows.empty());
  EXPECT_FALSE(chart.subtitle.empty());
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size()) << id;
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  EXPECT_TRUE(svg) << id << (svg ? "" : svg.error().message);
  EXPECT_EQ(svg.value_or("").find("NaN"), std::string::npos) << id;
  return chart;
}

TEST(CostByLoad, MoneyIsThatOfTheMachineOverWhatItDelivered) {
  auto view = test_curves({{"vllm", 40, 4}, {"tgi", 40, 2}}, {1, 2, 4, 8});
  view.machines[0].gpu_hour = 3.6;
  view.machines[1].gpu_hour = 1.8;
  const auto chart = drawn("cost-by-load", view);
  // 3.6 an hour is 0.001 a second; 50 output tokens and as much as 100 input tokens a request.
  EXPECT_NEAR(std::get<double>(chart.table.rows[0][2]), 1e6 * 0.001 / 150, 1e-6);
  EXPECT_NEAR(std::get<double>(chart.table.rows[2][2]), 1e6 * 0.001 / 600, 1e-6);
  // A thousand good requests at 4 a second.
  EXPECT_NEAR(std::get<double>(chart.table.rows[2][6]), 1000 * 0.001 / 4, 1e-9);
  EXPECT_NEAR(std::get<double>(chart.table.rows[3][6]), 1000 * 0.001 / 0.1, 1e-9) << "overloaded";
  EXPECT_TRUE(chart.subtitle.starts_with(
      "Cheapest load that keeps every objective, a million tokens: vllm $1.67 at rate 4 and tgi "
      "$1.67 at rate 2."))
      << chart.subtitle;
}

TEST(CostByLoad, WithoutAPriceTheWayToOneIsSaid) {
  auto view = test_curves({{"vllm"}, {"tgi"}}, {1, 2});
  const Input input{.run = nullptr, .curve = &view};
  EXPECT_FALSE(fits(*find_chart("cost-by-load"), input));
  EXPECT_NE(make_chart(*find_chart("cost-by-load"), input).empty.find("--price"),
            std::string::npos);
  // One that has a price, and answered nothing.
  view = test_curves({{"vllm", 40, 4, 0}}, {1, 2});
  view.machines[0].gpu_hour = 1;
  EXPECT_NE(make_chart(*find_chart("cost-by-load"), input).empty.find("no request of the group"),
            std::string::npos);
}

TEST(RadarByLoad, ScoresAreOnOneScaleForAllLoads) {
  const auto view = test_curves({{"quick", 40, 8}, {"slow", 80, 8}}, {1, 2, 4});
  const auto chart = drawn("radar-by-load", view);
  ASSERT_EQ(chart.table.rows.size(), 6);
  const auto value = [&](std::size_t row, std::size_t column) {
    return std::get<double>(chart.table.rows[row][column]);
  };
  EXPECT_EQ(value(0, 2), 100) << "quick at load 1";
  EXPECT_EQ(value(1, 2), 50) << "quick at load 2 waits twice as long";
  EXPECT_EQ(value(3, 2), 50) << "slow at load 1";
  EXPECT_EQ(value(0, 4), 25) << "a quarter of the throughput of load 4";
  EXPECT_NEAR(value(0, 5), 100 / 1.9, 1e-9) << "p50 over p95";
  EXPECT_EQ(value(0, 6), 100);
}

TEST(RadarByLoad, OneToTwentyLoadsAndTargets) {
  drawn("radar-by-load", test_curves({{"alone"}}, {4}));
  std::vector<double> loads;
  for (int i = 1; i <= 20; ++i) loads.push_back(i);
  std::vector<CurveMaker> makers;
  for (int i = 0; i < 20; ++i) makers.push_back({"a-target-with-a-long-name-" + std::to_string(i)});
  const auto chart = drawn("radar-by-load", test_curves(makers, loads));
  EXPECT_EQ(chart.table.rows.size(), 400);
  auto view = test_curves(makers, loads);
  for (auto& machine : view.machines) machine.gpu_hour = 2;
  drawn("cost-by-load", view);
}

TEST(RadarByLoad, WhatAnsweredNothingIsNotDrawnAsZero) {
  const auto view = test_curves({{"good"}, {"<b>dead", 40, 4, 0}}, {1, 2});
  const auto chart = drawn("radar-by-load", view);
  EXPECT_EQ(chart.table.rows.size(), 2);
  EXPECT_NE(chart.subtitle.find("Nothing was answered by <b>dead at rate 1"), std::string::npos)
      << chart.subtitle;
  const auto dead = test_curves({{"dead", 40, 4, 0}}, {1});
  EXPECT_EQ(make_chart(*find_chart("radar-by-load"), {.run = nullptr, .curve = &dead}).empty,
            "Nothing to draw: no request of the group succeeded.");
}

}  // namespace
}  // namespace tt::chart
