#include "analysis/resources.h"

#include <gtest/gtest.h>

#include "analysis/insights.h"
#include "analysis/test_rows.h"
#include "analysis/test_telemetry.h"
#include "record/frame.h"

namespace tt::analysis {
namespace {

// Ten requests of one second each, one after the other, from 1 s on: 100 ms to the first of 10
// tokens, the last at 1,000 ms.
struct Fixture {
  Fixture() {
    for (std::uint64_t i = 0; i < 10; ++i) {
      rows.push_back(make_row({.planned_ms = 1000.0 + 1000.0 * static_cast<double>(i),
                               .ttft_ms = 100,
                               .gap_ms = 100,
                               .tokens = 10},
                              i));
    }
    frame = record::make_frame(rows);
    slices = make_slices(frame, 2);
  }
  ResourcesView view() const { return make_resources(slices[0], telemetry.make()); }

  std::vector<record::Row> rows;
  record::Frame frame;
  std::vector<Slice> slices;
  TelemetryMaker telemetry;
};

void add_vllm(TelemetryMaker& t) {
  for (int s = 0; s <= 12; ++s) {
    const double done = std::min(std::max(s - 1, 0), 10);
    t.add(s, 0, "kv_cache_usage", s == 5 ? 0.97 : 0.5);
    t.add(s, 0, "requests_running", s == 0 || s > 11 ? 0 : 1);
    t.add(s, 0, "output_tokens_total", 500 + 10 * done);
    t.add(s, 0, "prefix_cache_hits_total", 30 * done);
    t.add(s, 0, "prefix_cache_queries_total", 50 * done);
    t.add(s, 0, "requests_finished_total", done, R"({"reason":"stop"})");
    t.histogram(s, 0, "queue_seconds", done, 0.02);
    t.histogram(s, 0, "prefill_seconds", done, 0.07);
    t.histogram(s, 0, "decode_seconds", done, 0.9);
    t.histogram(s, 0, "ttft_seconds", done, 0.095);
  }
}

TEST(Resources, NothingRecordedIsNotExposedAnywhere) {
  const Fixture f;
  const ResourcesView view = f.view();
  EXPECT_EQ(view.figures.size(), resource_specs().size());
  for (const ResourceFigure& figure : view.figures) {
    EXPECT_FALSE(figure.exposed()) << figure.spec->key;
    EXPECT_FALSE(figure.peak) << figure.spec->key;
  }
  EXPECT_FALSE(view.energy);
  EXPECT_FALSE(view.breakdown.complete());
  EXPECT_EQ(view.breakdown.of(Part::kRest)->mean_ms, 1000.0) << "all of it is unexplained";
}

TEST(Resources, FiguresOfTheWindow) {
  Fixture f;
  add_vllm(f.telemetry);
  const ResourcesView view = f.view();
  EXPECT_DOUBLE_EQ(view.measured_s, 10);
  EXPECT_EQ(view.figure("kv_cache")->peak, 0.97);
  EXPECT_EQ(view.figure("kv_cache")->source, "raw:kv_cache_usage");
  EXPECT_DOUBLE_EQ(*view.figure("output_rate")->mean, 10);
  EXPECT_DOUBLE_EQ(*view.figure("prefix_hits")->mean, 0.6);
  EXPECT_EQ(view.server_requests, 10.0);
  EXPECT_FALSE(view.figure("preemptions")->exposed());
  EXPECT_FALSE(view.figure("host_cpu")->exposed());
}

TEST(Resources, WhatThePrefixCacheServedAsRepliesOrMetricsTell) {
  Fixture f;
  add_vllm(f.telemetry);
  EXPECT_DOUBLE_EQ(*prefix_cache_shares(f.rows, f.telemetry.make(), 1)[0], 0.6);
  for (auto& row : f.rows) row.cached_tokens = row.input_tokens / 5;
  EXPECT_DOUBLE_EQ(*prefix_cache_shares(f.rows, f.telemetry.make(), 1)[0], 0.2);
  for (auto& row : f.rows) row.cached_tokens = 0;
  EXPECT_FALSE(prefix_cache_shares(f.rows, {}, 1)[0]);
}

TEST(Resources, TheEnginesTimesAndTheRestAreE2e) {
  Fixture f;
  add_vllm(f.telemetry);
  const ResourcesView view = f.view();
  const Breakdown& b = view.breakdown;
  ASSERT_TRUE(b.complete());
  EXPECT_NEAR(*b.of(Part::kQueue)->mean_ms, 20, 1e-6);
  EXPECT_NEAR(*b.of(Part::kPrefill)->mean_ms, 70, 1e-6);
  EXPECT_NEAR(*b.of(Part::kDecode)->mean_ms, 900, 1e-6);
  EXPECT_NEAR(*b.of(Part::kRest)->mean_ms, 10, 1e-6);
  EXPECT_EQ(b.of(Part::kQueue)->source, "raw:queue_seconds");
  ASSERT_FALSE(view.latencies.empty());
  EXPECT_EQ(view.latencies[0].key, "ttft");
  EXPECT_NEAR(view.latencies[0].mean_ms, 95, 1e-6);
  EXPECT_NEAR(*view.latencies[0].client_mean_ms, 100, 1e-6);
  EXPECT_NEAR(view.latencies[0].p50->high, 100, 1e-6);
}

TEST(Resources, WhatAnEngineLeavesOutFollowsFromItsOthers) {
  Fixture f;
  for (const double at : {0.0, 12.0}) {
    const double n = at > 0 ? 10 : 0;
    f.telemetry.histogram(at, 0, "queue_seconds", n, 0.02);
    f.telemetry.histogram(at, 0, "ttft_seconds", n, 0.09);
    f.telemetry.histogram(at, 0, "e2e_seconds", n, 0.99);
  }
  const Breakdown b = f.view().breakdown;
  EXPECT_NEAR(*b.of(Part::kPrefill)->mean_ms, 70, 1e-6);
  EXPECT_NEAR(*b.of(Part::kDecode)->mean_ms, 900, 1e-6);
  EXPECT_EQ(b.of(Part::kPrefill)->source, "raw:ttft_seconds - raw:queue_seconds");
}

TEST(Resources, RepliesThatTellTheirTimesNeedNoMetrics) {
  Fixture f;
  for (auto& row : f.rows) {
    row.engine.prefill_ns = 60 * kMillisecond;
    row.engine.decode_ns = 880 * kMillisecond;
    row.engine.queue_ns = 5 * kMillisecond;
  }
  const auto frame = record::make_frame(f.rows);
  const auto slices = make_slices(frame, 2);
  const Breakdown b = latency_breakdown(slices[0], {});
  EXPECT_TRUE(b.by_reply);
  EXPECT_TRUE(b.complete());
  EXPECT_NEAR(*b.of(Part::kRest)->mean_ms, 55, 1e-6);
}

TEST(Resources, AQueueThatRepliesDoNotTellIsNotZero) {
  Fixture f;
  for (auto& row : f.rows) {
    row.engine.prefill_ns = 60 * kMillisecond;
    row.engine.decode_ns = 500 * kMillisecond;
  }
  auto frame = record::make_frame(f.rows);
  const Breakdown untold = latency_breakdown(make_slices(frame, 2)[0], {});  // llama.cpp
  EXPECT_FALSE(untold.complete());
  EXPECT_FALSE(untold.of(Part::kQueue)->mean_ms);
  EXPECT_NEAR(*untold.of(Part::kRest)->mean_ms, 440, 1e-6);
  for (auto& row : f.rows) row.engine.total_ns = 980 * kMillisecond;
  frame = record::make_frame(f.rows);
  const Breakdown told = latency_breakdown(make_slices(frame, 2)[0], {});  // Ollama
  EXPECT_TRUE(told.complete());
  EXPECT_NEAR(*told.of(Part::kQueue)->mean_ms, 420, 1e-6);
  EXPECT_NEAR(*told.of(Part::kRest)->mean_ms, 20, 1e-6);
}

TEST(Resources, EnergyByItsCounterElseByPower) {
  Fixture f;
  const std::string first = R"({"gpu":"0"})";
  for (int s = 0; s <= 12; ++s) {
    for (const std::string& gpu : {first, std::string(R"({"gpu":"1"})")}) {
      f.telemetry.add(s, 0, "gpu_power_watts", 300, gpu);
      f.telemetry.add(s, 0, "gpu_energy_joules_total", 1e6 + 310.0 * s, gpu);
      f.telemetry.add(s, 0, "gpu_memory_used_bytes", 1e9, gpu);
      f.telemetry.add(s, 0, "gpu_utilization", gpu == first ? 0.9 : 0.5, gpu);
    }
  }
  const ResourcesView view = f.view();
  EXPECT_DOUBLE_EQ(*view.figure("gpu_memory")->mean, 2e9);
  EXPECT_NEAR(*view.figure("gpu_utilization")->mean, 0.7, 1e-12);
  ASSERT_TRUE(view.energy);
  EXPECT_NEAR(view.energy->joules, 6200, 1e-6);
  EXPECT_NEAR(*view.energy->joules_per_output_token, 62, 1e-6);
  EXPECT_NEAR(*view.energy->tokens_per_joule, 1.0 / 62, 1e-9);

  Fixture power_only;
  for (int s = 0; s <= 12; ++s) power_only.telemetry.add(s, 0, "gpu_power_watts", 300);
  EXPECT_NEAR(power_only.view().energy->joules, 3000, 1e-6);
  const auto joules = joules_per_output_token(f.rows, f.telemetry.make(), 2);
  EXPECT_NEAR(*joules[0], 62, 1e-6);
  EXPECT_FALSE(joules[1]);
}

TEST(Resources, ARateIsOverTheTimeThatReadingsCover) {
  Fixture f;  // measured from 1 s to 11 s
  for (int s = 0; s <= 6; ++s) f.telemetry.add(s, 0, "output_tokens_total", 100.0 * s);
  const ResourcesView view = f.view();
  EXPECT_NEAR(*view.figure("output_rate")->mean, 100, 1e-9)
      << "500 from 1 s to 6 s, over those five seconds, not over ten";
}

TEST(Resources, EnergyOfACardThatIsReadLateIsScaledByItself) {
  Fixture f;
  for (int s = 0; s <= 12; ++s) {
    f.telemetry.add(s, 0, "gpu_energy_joules_total", 100.0 * s, R"({"gpu":"0"})");
    // Its first reading comes in the middle of the ten seconds from 1 s on.
    if (s >= 6) f.telemetry.add(s, 0, "gpu_energy_joules_total", 200.0 * s, R"({"gpu":"1"})");
  }
  EXPECT_NEAR(f.view().energy->joules, 1000 + 2000, 1e-6);
}

TEST(Resources, GapsAreToldBySourceAndInSeconds) {
  Fixture f;
  const std::string page = R"({"source":"vllm"})";
  const std::string exporter = R"({"source":"http://h:9400/metrics"})";
  for (const double at : {0.0, 2.0, 3.0, 5.0, 9.0, 10.0}) {
    f.telemetry.add(at, 0, "scrape_up", at == 3 || at == 5 ? 0 : 1, page);
    f.telemetry.add(at, 0, "scrape_up", at < 10 ? 1 : 0, exporter);
  }
  f.telemetry.add(1, 0, "scrape_up", 1, R"({"source":"good"})");
  const ResourcesView view = f.view();
  ASSERT_EQ(view.gaps.size(), 2u) << "a source that never failed has none";
  EXPECT_EQ(view.gaps[0].source, "http://h:9400/metrics");
  EXPECT_DOUBLE_EQ(view.gaps[0].seconds, 1) << "from 10 s to the end at 11 s";
  EXPECT_EQ(view.gaps[1].source, "vllm");
  EXPECT_EQ(view.gaps[1].readings, 6u);
  EXPECT_EQ(view.gaps[1].missed, 2u);
  EXPECT_DOUBLE_EQ(view.gaps[1].seconds, 6) << "from 3 s to 9 s";
  EXPECT_EQ(view.readings, 10u);
  EXPECT_EQ(view.missed, 3u);
}

TEST(Signals, KnowTheBottleneckByTheEnginesMetrics) {
  Fixture f;
  for (const double at : {0.0, 12.0}) {
    const double n = at > 0 ? 10 : 0;
    f.telemetry.histogram(at, 0, "queue_seconds", n, 0.6);
    f.telemetry.histogram(at, 0, "prefill_seconds", n, 0.1);
    f.telemetry.histogram(at, 0, "decode_seconds", n, 0.25);
  }
  f.telemetry.add(5, 0, "kv_cache_usage", 0.99);
  const auto telemetry = f.telemetry.make();
  const RunInput run = make_run({"vllm"});
  const Entry with{.run = &run, .rows = f.rows, .telemetry = &telemetry};
  bool queue = false;
  bool kv = false;
  for (const Signal& one : find_signals(with)) {
    queue = queue || (one.name == "part_queue" && one.strength > 0.5 &&
                      one.tells.at("part_text").find("raw:queue_seconds") != std::string::npos);
    kv = kv || (one.name == "kv_full" && one.strength == 0.99);
    EXPECT_NE(one.name, "part_first") << "the parts are known";
  }
  EXPECT_TRUE(queue);
  EXPECT_TRUE(kv);
}

}  // namespace
}  // namespace tt::analysis
