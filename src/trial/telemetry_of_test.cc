#include "trial/telemetry_of.h"

#include <gtest/gtest.h>

namespace tt::trial {
namespace {

ProbedTarget probed(std::uint32_t index, const std::string& url, std::string_view engine = "vllm") {
  ProbedTarget target;
  load::LoadTarget ready;
  ready.index = index;
  ready.url = *net::parse_url(url);
  ready.engine = engine::find_engine(engine);
  ready.model = "m";
  ready.headers = {{"Authorization", "Bearer secret"}};
  target.load = std::move(ready);
  return target;
}

plan::Plan plan_of(std::vector<plan::Target> targets) {
  plan::Plan plan;
  plan.targets = std::move(targets);
  return plan;
}

bool sends_key(const telemetry::PageSource& page) {
  return !net::find_header(page.address.headers, "Authorization").empty();
}

TEST(TelemetryOf, TheEnginesOwnPageWithTheTargetsKey) {
  const auto plan = plan_of({{.name = "a", .url = "http://h:8000/team/v1"}});
  const auto planned = telemetry_of(plan, {probed(0, "http://h:8000/team/v1")});
  ASSERT_EQ(planned.setup.pages.size(), 1u);
  const auto& page = planned.setup.pages[0];
  EXPECT_EQ(page.name, "a");
  EXPECT_EQ(page.address.path, "/team/metrics") << "/v1 is the protocol's";
  EXPECT_EQ(page.address.endpoint.url.text(), "http://h:8000");
  EXPECT_EQ(page.targets, std::vector<std::uint32_t>{0});
  EXPECT_TRUE(sends_key(page));
}

TEST(TelemetryOf, TheKeyStaysWithItsOrigin) {
  const auto plan =
      plan_of({{.name = "a", .url = "http://h:8000", .metrics = "http://h:8002"},
               {.name = "b", .url = "http://i:8000", .metrics = "http://i:8000/x?y=z"},
               {.name = "c", .url = "http://j:8000", .metrics = "http://k:8000/x"},
               {.name = "d", .url = "http://l:8000", .metrics = "https://l:8000/x"}});
  const auto planned = telemetry_of(plan, {probed(0, "http://h:8000"), probed(1, "http://i:8000"),
                                           probed(2, "http://j:8000"), probed(3, "http://l:8000")});
  ASSERT_EQ(planned.setup.pages.size(), 4u);
  EXPECT_EQ(planned.setup.pages[0].address.path, "/metrics");
  EXPECT_FALSE(sends_key(planned.setup.pages[0])) << "another port";
  EXPECT_EQ(planned.setup.pages[1].address.path, "/x?y=z");
  EXPECT_TRUE(sends_key(planned.setup.pages[1]));
  EXPECT_FALSE(sends_key(planned.setup.pages[2])) << "another host";
  EXPECT_FALSE(sends_key(planned.setup.pages[3])) << "another scheme";
  EXPECT_NE(planned.setup.pages[3].address.endpoint.tls, nullptr);
}

TEST(TelemetryOf, EnginesWithoutAPageAndThoseToldOffHaveNone) {
  const auto plan = plan_of({{.name = "a", .url = "http://h:1"},
                             {.name = "b", .url = "http://i:1", .metrics = "off"},
                             {.name = "c", .url = "http://j:1", .metrics = "/own"}});
  const auto planned =
      telemetry_of(plan, {probed(0, "http://h:1", "ollama"), probed(1, "http://i:1"),
                          probed(2, "http://j:1", "openai")});
  ASSERT_EQ(planned.setup.pages.size(), 1u);
  EXPECT_EQ(planned.setup.pages[0].address.path, "/own");
}

TEST(TelemetryOf, ExportersBelongToTheTargetsOnTheirHost) {
  auto plan = plan_of({{.name = "a", .url = "http://h:1", .metrics = "off"},
                       {.name = "b", .url = "http://h:2", .metrics = "off"},
                       {.name = "c", .url = "http://i:1", .metrics = "off"}});
  plan.telemetry.gpu = {"http://h:9400/metrics", "b=http://x:5000", "http://unknown:9400"};
  const auto planned = telemetry_of(
      plan, {probed(0, "http://h:1"), probed(1, "http://h:2"), probed(2, "http://i:1")});
  ASSERT_EQ(planned.setup.pages.size(), 3u);
  EXPECT_EQ(planned.setup.pages[0].targets, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_FALSE(sends_key(planned.setup.pages[0]));
  EXPECT_EQ(planned.setup.pages[1].targets, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(planned.setup.pages[1].address.path, "/metrics");
  EXPECT_TRUE(planned.setup.pages[2].targets.empty());
  ASSERT_EQ(planned.notes.size(), 1u);
  EXPECT_NE(planned.notes[0].find("http://unknown:9400"), std::string::npos);
}

TEST(TelemetryOf, GpusOfThisMachineNeedATargetOnIt) {
  const auto far =
      telemetry_of(plan_of({{.name = "a", .url = "http://h:1"}}), {probed(0, "http://h:1")});
  EXPECT_TRUE(far.setup.nvml.empty());
  auto plan = plan_of({{.name = "a", .url = "http://127.0.0.1:1"}});
  const auto here = telemetry_of(plan, {probed(0, "http://127.0.0.1:1")});
  EXPECT_FALSE(here.setup.nvml.empty());
  EXPECT_EQ(here.setup.nvml_targets, std::vector<std::uint32_t>{0});
  plan.telemetry.nvml = false;
  EXPECT_TRUE(telemetry_of(plan, {probed(0, "http://127.0.0.1:1")}).setup.nvml.empty());
}

}  // namespace
}  // namespace tt::trial
