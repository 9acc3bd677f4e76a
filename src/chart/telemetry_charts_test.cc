// The charts of what engines and machines tell.
#include <gtest/gtest.h>

#include "analysis/test_telemetry.h"
#include "chart/catalogue.h"
#include "chart/option.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

/// A run with telemetry of its first `told` targets, and of the client's machine.
struct ToldRun {
  TestRun run;
  record::Telemetry telemetry;
  std::vector<analysis::ResourcesView> resources;

  ToldRun(TestRun made, std::uint32_t told, bool gpu) : run(std::move(made)) {
    analysis::TelemetryMaker maker;
    for (double at = 0; at <= 20; at += 1) {
      for (std::uint32_t t = 0; t < told; ++t) {
        maker.add(at, t, "requests_running", 4 + t);
        maker.add(at, t, "requests_waiting", 2 * at);
        maker.add(at, t, "kv_cache_usage", 0.5);
        maker.add(at, t, "prefix_cache_hits_total", 10 * at);
        maker.add(at, t, "prefix_cache_queries_total", 40 * at);
        maker.histogram(at, t, "queue_seconds", 10 * at, 0.02);
        maker.histogram(at, t, "prefill_seconds", 10 * at, 0.03);
        maker.histogram(at, t, "decode_seconds", 10 * at, 0.05);
        if (gpu) maker.add(at, t, "gpu_utilization", 0.8, R"({"gpu":"0"})");
        if (gpu) maker.add(at, t, "gpu_power_watts", 300, R"({"gpu":"0"})");
      }
      if (told > 0) maker.add(at, record::kNoTarget, "host_cpu_utilization", 0.25);
      if (told > 0) maker.add(at, record::kNoTarget, "client_cpu_seconds_total", 0.5 * at);
    }
    telemetry = maker.make();
    for (const auto& slice : run.view.slices) {
      resources.push_back(analysis::make_resources(slice, telemetry));
    }
  }
  Input input() const {
    Input input = run.input();
    input.resources = resources;
    return input;
  }
};

Chart drawn(const char* id, const Input& input) {
  const Chart chart = make_chart(*find_chart(id), input);
  EXPECT_TRUE(chart.has_picture()) << id << ": " << chart.empty;
  EXPECT_TRUE(fits(*find_chart(id), input)) << id;
  for (const auto& row : chart.table.rows) EXPECT_EQ(row.size(), chart.table.columns.size());
  const auto svg = Renderer::create(kClock).value().svg(chart, {});
  EXPECT_TRUE(svg) << id << (svg ? "" : svg.error().message);
  EXPECT_EQ(svg.value_or("").find("NaN"), std::string::npos) << id;
  return chart;
}

TEST(TelemetryCharts, WhatIsToldIsDrawn) {
  for (const auto* ids : {"one", "three", "five"}) {
    const std::string many(ids);
    const ToldRun told(many == "one"     ? test_run({{"alone"}})
                       : many == "three" ? three_targets()
                                         : test_run({{"a"}, {"b"}, {"c"}, {"d"}, {"<b>&{e}"}}),
                       5, true);
    for (const char* id : {"health", "engine-queue", "engine-cache", "gpu", "host"}) {
      drawn(id, told.input());
    }
    drawn("latency-breakdown", told.input());
  }
}

TEST(TelemetryCharts, FiguresAreThoseThatWereTold) {
  const ToldRun told(test_run({{"a"}, {"b"}}), 2, false);
  const auto queue = drawn("engine-queue", told.input());
  EXPECT_TRUE(queue.subtitle.starts_with("Running requests, mean: a 4.00 (peak 4.00) and b 5.00"))
      << queue.subtitle;
  EXPECT_EQ(std::get<std::string>(queue.table.rows[1][2]), "raw:requests_waiting");
  const auto cache = drawn("engine-cache", told.input());
  ASSERT_EQ(cache.panels.size(), 2);
  EXPECT_EQ(std::get<double>(cache.table.rows[1][3]), 0.25) << "a hit in four";
  // 10 requests a second with 20, 30 and 50 ms each.
  const auto parts = drawn("latency-breakdown", told.input());
  ASSERT_EQ(parts.legend.size(), 4);
  EXPECT_NEAR(std::get<double>(parts.table.rows[0][3]), 20, 1e-6);
  EXPECT_NEAR(std::get<double>(parts.table.rows[0][5]), 50, 1e-6);
}

TEST(TelemetryCharts, ALineBreaksBetweenItsTargetsTurns) {
  ToldRun told(test_run({{"a"}}), 1, false);
  const auto points = [&] {
    const auto option = Json::parse(drawn("engine-queue", told.input()).option);
    return option.at("series").at(0);
  };
  EXPECT_EQ(points().at("data").size(), 21) << "one turn, a reading a second";
  EXPECT_FALSE(points().at("showSymbol"));
  // The same readings in turns up to 9.5 s, up to 11.5 s and to the end.
  auto& stretches = told.run.view.slices[0].stretches;
  auto turn = stretches.at(0);
  turn.from = from_seconds(9.5);
  stretches.push_back(turn);
  turn.from = from_seconds(10.5);
  stretches.push_back(turn);
  const auto broken = points();
  ASSERT_EQ(broken.at("data").size(), 23);
  EXPECT_TRUE(broken.at("data").at(10).at(1).is_null());
  EXPECT_TRUE(broken.at("data").at(12).at(1).is_null());
  EXPECT_TRUE(broken.at("showSymbol")) << "a single reading is no line";
}

TEST(TelemetryCharts, TheUpperEndOfALowAxisHasALabel) {
  const ToldRun told(test_run({{"a"}, {"b"}}), 2, false);
  const auto option = Json::parse(drawn("engine-queue", told.input()).option);
  const auto& axis = option.at("yAxis").at(0);
  EXPECT_EQ(axis.at("max"), 6);
  EXPECT_EQ(axis.at("ticks"), Json({0, 2, 4, 6})) << "for 5 running requests";
}

TEST(TelemetryCharts, WhatIsNotToldIsNotZero) {
  const ToldRun told(test_run({{"a"}, {"silent"}}), 1, false);
  const auto queue = drawn("engine-queue", told.input());
  EXPECT_NE(queue.subtitle.find("silent tells none of this"), std::string::npos) << queue.subtitle;
  EXPECT_EQ(queue.legend, std::vector<std::string>{"a"});
  const Entry& gpu = *find_chart("gpu");
  EXPECT_FALSE(fits(gpu, told.input()));
  const auto without = make_chart(gpu, told.input()).empty;
  EXPECT_NE(without.find("no target tells its GPU utilization"), std::string::npos) << without;
  // Without telemetry at all the parts are those that the client saw.
  const ToldRun nothing(test_run({{"a"}}), 0, false);
  EXPECT_FALSE(fits(*find_chart("health"), nothing.input()));
  EXPECT_NE(make_chart(*find_chart("health"), nothing.input()).empty.find("no telemetry"),
            std::string::npos);
  EXPECT_NE(drawn("latency-breakdown", nothing.input()).subtitle.find("a does not tell"),
            std::string::npos);
}

TEST(TelemetryCharts, OneMachineOfTargetsAtOnceIsOneLine) {
  const ToldRun told(three_targets(), 3, false);
  const auto host = drawn("host", told.input());
  const auto series = Json::parse(host.option).at("series");
  ASSERT_EQ(series.size(), 2) << "a line a panel: the CPU, and this program's";
  EXPECT_EQ(series.at(0).at("name"), "all, at once");
  EXPECT_EQ(host.legend, std::vector<std::string>{"all, at once"});
  EXPECT_TRUE(host.subtitle.starts_with("CPU, all cores, mean: all, at once 25.0% (peak 25.0%)."))
      << host.subtitle;
  const auto health = drawn("health", told.input());
  EXPECT_EQ(health.legend.size(), 4) << "the targets, and what they share";
}

TEST(TelemetryCharts, NoRequestsAreSaid) {
  const ToldRun none(test_run({{"a", 0}}), 1, true);
  for (const char* id : {"health", "latency-breakdown"}) {
    const auto chart = make_chart(*find_chart(id), none.input());
    EXPECT_FALSE(chart.has_picture()) << id;
    EXPECT_TRUE(chart.empty.starts_with("Nothing to draw")) << chart.empty;
  }
}

}  // namespace
}  // namespace tt::chart
