#include "plan/telemetry_section.h"

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

Plan good(std::string_view yaml) {
  auto plan = parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().text());
  return plan ? *plan : Plan{};
}

std::string faults(std::string_view yaml) {
  const auto plan = parse_plan(yaml, "p.yaml");
  return plan ? "" : plan.error().text();
}

TEST(PlanTelemetry, IsOnOnceASecondWhereNothingIsSaid) {
  const Plan plan = good("name: x");
  EXPECT_TRUE(plan.telemetry.enabled);
  EXPECT_EQ(plan.telemetry.interval, kSecond);
  EXPECT_TRUE(plan.telemetry.host && plan.telemetry.nvml);
}

TEST(PlanTelemetry, ReadsTheSectionAndItsShortForms) {
  const Plan plan = good(R"(targets:
  - name: a
    url: http://h:8000
    metrics: http://h:8002/metrics?name[]=x
  - {name: b, url: 'http://i:8000', metrics: off}
  - {name: c, url: 'http://j:8000', metrics: /prometheus/metrics}
telemetry:
  interval: 250ms
  timeout: 1s
  raw: true
  host: false
  nvml: false
  gpu: [http://h:9400/metrics, 'b=http://i:5000']
)");
  EXPECT_EQ(plan.targets[0].metrics, "http://h:8002/metrics?name[]=x");
  EXPECT_EQ(plan.targets[1].metrics, "off");
  EXPECT_EQ(plan.telemetry, (TelemetryPlan{.interval = 250 * kMillisecond,
                                           .timeout = kSecond,
                                           .raw = true,
                                           .host = false,
                                           .nvml = false,
                                           .gpu = {"http://h:9400/metrics", "b=http://i:5000"}}));
  EXPECT_EQ(good(format_plan(plan)), plan);
  EXPECT_FALSE(good("telemetry: off").telemetry.enabled);
  EXPECT_EQ(good("telemetry: 5s").telemetry.interval, 5 * kSecond);
  EXPECT_EQ(good("telemetry: {gpu: 'http://h:9400/metrics'}").telemetry.gpu.size(), 1u);
}

TEST(PlanTelemetry, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(faults("telemetry: sometimes"),
            "p.yaml:1:12: telemetry: must be on, off, an interval such as 1s, or a map\n");
  EXPECT_EQ(faults("telemetry: {interval: 50ms}"),
            "p.yaml:1:23: telemetry.interval: must lie from 100ms to 15s, not 50ms\n");
  EXPECT_NE(faults("telemetry: {interval: 1m}").find("not 60s"), std::string::npos);
  EXPECT_NE(faults("telemetry: {intervall: 1s}").find("did you mean interval?"), std::string::npos);
  EXPECT_NE(faults("telemetry: {gpu: [h:9400]}").find("telemetry.gpu[0]: the URL must begin"),
            std::string::npos);
  const auto unknown =
      faults("targets: [{name: a, url: 'http://h:1'}]\ntelemetry: {gpu: ['b=http://h:9400']}");
  EXPECT_NE(unknown.find("there is no target 'b'"), std::string::npos) << unknown;
  const auto page = faults("targets: [{url: 'http://h:1', metrics: metrics}]");
  EXPECT_NE(page.find("targets[0].metrics: 'metrics' must be a URL, a path"), std::string::npos);
  EXPECT_NE(faults("targets: [{url: 'http://h:1', metrics: 'http://u:p@h'}]").find("password"),
            std::string::npos);
  EXPECT_NE(faults("telemetry: {gpu: ['http://h:1/metrics?token=abc']}").find("hold a key"),
            std::string::npos);
}

TEST(GpuExporterText, IsAUrlOrATargetsUrl) {
  EXPECT_EQ(parse_gpu_exporter("http://h/a?b=c").target, "");
  EXPECT_EQ(parse_gpu_exporter("http://h/a?b=c").url, "http://h/a?b=c");
  EXPECT_EQ(parse_gpu_exporter("t=http://h").target, "t");
  EXPECT_EQ(parse_gpu_exporter("t=http://h").url, "http://h");
}

}  // namespace
}  // namespace tt::plan
