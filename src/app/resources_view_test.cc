#include <string>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"
#include "analysis/test_telemetry.h"
#include "app/analyze_view.h"
#include "app/test_gold.h"
#include "record/frame.h"
#include "report/analysis_json.h"

namespace tt::app {
namespace {

using analysis::Section;

std::vector<record::Row> rows() {
  std::vector<record::Row> made;
  for (std::uint64_t i = 0; i < 40; ++i) {
    made.push_back(analysis::make_row({.target = static_cast<std::uint32_t>(i % 2),
                                       .planned_ms = 500.0 * static_cast<double>(i),
                                       .ttft_ms = 100,
                                       .gap_ms = 10,
                                       .tokens = 41},
                                      i));
  }
  return made;
}

// vllm tells a lot; the second target tells nothing.
record::Telemetry telemetry() {
  analysis::TelemetryMaker t;
  for (int s = 0; s <= 21; ++s) {
    const double done = s;
    t.add(s, 0, "scrape_up", s == 7 ? 0 : 1, R"({"source":"vllm"})");
    if (s == 7) continue;
    t.add(s, 0, "kv_cache_usage", 0.03 * s, "", "vllm:kv_cache_usage_perc");
    t.add(s, 0, "requests_running", s % 4, "", "vllm:num_requests_running");
    t.add(s, 0, "requests_waiting", 0, "", "vllm:num_requests_waiting");
    t.add(s, 0, "output_tokens_total", 41 * done, "", "vllm:generation_tokens_total");
    t.add(s, 0, "requests_finished_total", 3 * done, "", "vllm:request_success_total");
    t.histogram(s, 0, "queue_seconds", done, 0.02);
    t.histogram(s, 0, "prefill_seconds", done, 0.07);
    t.histogram(s, 0, "decode_seconds", done, 0.4);
    t.histogram(s, 0, "e2e_seconds", done, 2.0);
    for (const char* gpu : {R"({"gpu":"0"})", R"({"gpu":"1"})"}) {
      t.add(s, 0, "gpu_power_watts", 350, gpu, "DCGM_FI_DEV_POWER_USAGE");
      t.add(s, 0, "gpu_energy_joules_total", 1e6 + 350 * s, gpu,
            "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION");
      t.add(s, 0, "gpu_memory_used_bytes", 70e9, gpu, "DCGM_FI_DEV_FB_USED");
      t.add(s, 0, "gpu_utilization", 0.8, gpu, "DCGM_FI_DEV_GPU_UTIL");
    }
    t.add(s, record::kNoTarget, "host_cpu_utilization", 0.1, "", "/proc/stat");
    t.add(s, record::kNoTarget, "host_receive_bytes_total", 1e5 * s, R"({"device":"eth0"})",
          "/proc/net/dev");
  }
  return t.make();
}

analysis::RunAnalysis analyzed(const record::Telemetry* told) {
  const auto made = rows();
  analysis::AnalyzeOptions options{.sections = {Section::kResources}};
  options.telemetry = told;
  return analysis::analyze(record::make_frame(made), analysis::make_run({"vllm", "silent"}),
                           options);
}

TEST(ResourcesView, Gold) {
  const auto told = telemetry();
  const auto analysis = analyzed(&told);
  std::string all;
  for (const std::size_t width : {79u, 119u}) {
    const auto lines = section_lines(analysis, Section::kResources, width);
    expect_within(lines, width);
    all += plain_text(lines) + "\n";
  }
  expect_gold(all, "resources.txt");
}

TEST(ResourcesView, JsonGold) {
  const auto told = telemetry();
  expect_gold(report::analysis_json(analyzed(&told)), "resources.json");
}

TEST(ResourcesView, FitsAnyWidth) {
  const auto told = telemetry();
  const auto analysis = analyzed(&told);
  for (std::size_t width = 60; width < 160; ++width) {
    expect_within(section_lines(analysis, Section::kResources, width), width);
  }
}

TEST(ResourcesView, ManyTargetsStandBesideEachOtherInTablesThatFit) {
  std::vector<record::Row> made;
  std::vector<std::string> names;
  analysis::TelemetryMaker t;
  for (std::uint32_t target = 0; target < 7; ++target) {
    names.push_back("a-target-with-a-long-name-" + std::to_string(target));
    for (std::uint64_t i = 0; i < 5; ++i) {
      made.push_back(analysis::make_row({.target = target,
                                         .planned_ms = 1000.0 * static_cast<double>(i),
                                         .ttft_ms = 100,
                                         .gap_ms = 10,
                                         .tokens = 41},
                                        i));
    }
    for (int s = 0; s < 5; ++s) t.add(s, target, "kv_cache_usage", 0.1 * target);
  }
  const auto told = t.make();
  analysis::AnalyzeOptions options{.sections = {Section::kResources}};
  options.telemetry = &told;
  const auto analysis =
      analysis::analyze(record::make_frame(made), analysis::make_run(names), options);
  for (const std::size_t width : {60u, 80u, 120u, 200u}) {
    const auto lines = resources_beside_lines(analysis, width);
    expect_within(lines, width);
    const std::string text = plain_text(lines);
    for (const char* value : {" 0.0%", "10.0%", "20.0%", "30.0%", "40.0%", "50.0%", "60.0%"}) {
      EXPECT_NE(text.find(value), std::string::npos) << value << " at " << width;
    }
  }
}

TEST(ResourcesView, OneTargetHasNothingBesideIt) {
  const auto told = telemetry();
  auto analysis = analyzed(&told);
  analysis.targets.resize(1);
  EXPECT_TRUE(resources_beside_lines(analysis, 80).empty());
}

TEST(ResourcesView, WithoutTelemetryItSaysNotExposed) {
  const std::string text = plain_text(section_lines(analyzed(nullptr), Section::kResources, 100));
  EXPECT_NE(text.find("not exposed"), std::string::npos);
  EXPECT_EQ(text.find(" 0.0%"), std::string::npos) << text;
}

}  // namespace
}  // namespace tt::app
