#include "plan/foreign_plan.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "plan/load_curve.h"
#include "plan/preset.h"

namespace tt::plan {
namespace {

Plan plan_of(std::string_view yaml, const std::string& name = "f.yaml") {
  const auto plan = parse_plan(yaml, name);
  EXPECT_TRUE(plan) << plan.error().text();
  return plan.value_or(Plan{});
}

std::string faults_of(std::string_view yaml) {
  const auto plan = parse_plan(yaml, "f.yaml");
  return plan ? "none" : plan.error().text();
}

TEST(Race, IsReadAsItIs) {
  const auto plan = plan_of(R"(race:
  name: "Spring race"
  duration: 120
  users: 25
  spawn_rate: 5
  target_input_tokens: 256
  target_output_tokens: 64
  output_dir: out
  engines:
    - {name: vllm-fast, url: "http://a:8000/", model: m, emoji: "x", color: "#112233"}
    - {name: Ollama, url: "http://b:11434", color: red, tokenizer: meta/llama}
)");
  EXPECT_EQ(plan.name, "Spring-race");
  // Five users a second until there are 25.
  EXPECT_EQ(std::get<Concurrency>(plan.load).stages,
            (std::vector<Stage>{{.duration = 5 * kSecond, .from = 0, .to = 25},
                                {.duration = 115 * kSecond, .from = 25, .to = 25}}));
  EXPECT_EQ(load_length(plan), 120 * kSecond);
  EXPECT_EQ(plan.blocks, 1U);
  EXPECT_EQ(plan.order, Order::kTogether);
  EXPECT_EQ(std::get<SyntheticPrompts>(plan.workload.prompts).input.mean, 256);
  EXPECT_EQ(plan.workload.output.mean, 64);
  ASSERT_EQ(plan.targets.size(), 2U);
  EXPECT_EQ(plan.targets[0].engine, "vllm");
  EXPECT_EQ(plan.targets[0].url, "http://a:8000");
  EXPECT_EQ(plan.targets[0].colour, "#112233");
  EXPECT_EQ(plan.targets[1].engine, "ollama");
  EXPECT_EQ(
      plan.warnings,
      (std::vector<std::string>{
          "f.yaml:8:15: race.output_dir: is named on the command line here: --results DIR",
          "f.yaml:10:65: race.engines[0].emoji: is not shown; the colour tells targets apart",
          ("f.yaml:11:52: race.engines[1].color: is no colour such as #2563eb; one of the palette "
           "is used"),
          ("f.yaml:11:68: race.engines[1].tokenizer: 'meta/llama' is no file here; for exact "
           "lengths give --tokenizer Ollama=FILE, a tokenizer.json")}));
}

TEST(Race, UsersComeAsItsSpawnRateSays) {
  const auto load_of = [](std::string_view members) {
    return std::get<Concurrency>(plan_of("race: {engines: [{name: vllm, url: \"http://a:1\"}], " +
                                         std::string(members) + "}")
                                     .load);
  };
  EXPECT_EQ(load_of("users: 8, spawn_rate: 8, duration: 60"), Concurrency{.users = 8});
  // The race is over before all have come.
  EXPECT_EQ(load_of("users: 100, spawn_rate: 0.5, duration: 60").stages,
            (std::vector<Stage>{{.duration = 60 * kSecond, .from = 0, .to = 30}}));
  EXPECT_EQ(faults_of("race: {spawn_rate: 0, engines: [{name: vllm, url: \"http://a:1\"}]}"),
            "f.yaml:1:20: race.spawn_rate: must be above 0 users a second, not 0\n");
}

TEST(Race, SaysWhatIsWrong) {
  EXPECT_EQ(faults_of("race:\n  users: many\n  engines:\n    - {name: vllm}\n"),
            "f.yaml:2:10: race.users: must be a whole number, not 'many'\n"
            "f.yaml:4:7: race.engines[0].url: is missing\n");
  EXPECT_EQ(faults_of("race: {users: 0, engines: [{name: vllm, url: \"http://a:1\"}]}"),
            "f.yaml: load.concurrency: must lie from 1 to 1000000, not 0\n");
}

constexpr std::string_view kCli = R"(benchmark: {name: "vLLM vs TGI", model: "qwen"}
services:
  namespace: bench
  manual_urls: {vllm: "https://v.example.com", tgi: "https://t.example.com"}
  timeout_seconds: 30
test_scenarios:
  ttft: {enabled: true, iterations: 5, target_ms: 100}
  load_tests:
    - {name: quick, concurrent_users: 5, duration_seconds: 30, target_p95_ms: 500, max_tokens: 64}
    - {name: more, concurrent_users: 20, duration_seconds: 60, ramp_up_seconds: 5}
output: {directory: results}
)";

TEST(EngineBenchmark, IsReadAsItIs) {
  const auto plan = plan_of(kCli);
  EXPECT_EQ(plan.name, "vLLM-vs-TGI");
  ASSERT_EQ(plan.targets.size(), 2U);
  EXPECT_EQ(plan.targets[1].engine, "tgi");
  EXPECT_EQ(plan.targets[1].model, "qwen");
  EXPECT_EQ(plan.timeouts.total, 30 * kSecond);
  EXPECT_EQ(std::get<Concurrency>(plan.load).users, 5U);
  EXPECT_EQ(plan.stop.duration, 60 * kSecond);
  EXPECT_EQ(plan.workload.output.mean, 64);
  ASSERT_TRUE(plan.sweep);
  EXPECT_EQ(plan.sweep->loads, (std::vector<double>{5, 20}));
  EXPECT_EQ(plan.warmup.duration, 5 * kSecond);
  ASSERT_EQ(plan.slos.size(), 2U);
  EXPECT_EQ(plan.slos[0].text, "ttft_p50=100ms");
  EXPECT_EQ(plan.slos[1].text, "e2e_p95=500ms");
  std::string warnings;
  for (const auto& warning : plan.warnings) warnings += warning + "\n";
  for (const auto* part :
       {"services.namespace: servers are not looked for", "test_scenarios.ttft: has no run of its",
        "f.yaml:9:7: test_scenarios.load_tests[].ramp_up_seconds: is played in a sweep as a warm-",
        "f.yaml:11:9: output: files are", "several loads, which tokentrial sweep plays",
        "lasts another time than the first"}) {
    EXPECT_NE(warnings.find(part), std::string::npos) << part << "\n" << warnings;
  }
}

TEST(EngineBenchmark, UsersComeWithinTheRampUp) {
  const auto plan_with = [](std::string_view members) {
    return plan_of(fmt::format(
        "benchmark: {{name: t}}\nservices: {{manual_urls: {{vllm: \"http://v:8000\"}}}}\n"
        "test_scenarios: {{load_tests: [{{concurrent_users: 20, duration_seconds: 60, {}}}]}}\n",
        members));
  };
  const auto plan = plan_with("ramp_up_seconds: 10");
  EXPECT_EQ(std::get<Concurrency>(plan.load).stages,
            (std::vector<Stage>{{.duration = 10 * kSecond, .from = 0, .to = 20},
                                {.duration = 50 * kSecond, .from = 20, .to = 20}}));
  EXPECT_EQ(load_length(plan), 60 * kSecond);
  EXPECT_TRUE(plan.warnings.empty());
  EXPECT_EQ(std::get<Concurrency>(plan_with("ramp_up_seconds: 0").load), Concurrency{.users = 20});
  // It is over before all have come.
  EXPECT_EQ(std::get<Concurrency>(plan_with("ramp_up_seconds: 120").load).stages,
            (std::vector<Stage>{{.duration = 60 * kSecond, .from = 0, .to = 10}}));
}

TEST(EngineBenchmark, NothingIsDroppedInSilence) {
  EXPECT_EQ(faults_of(R"(services: {manual_urls: {vllm: ["http://v"], tgi: "", ollama: }}
test_scenarios:
  load_tests: [{concurrent_users: 2, target_p95_ms: -5}]
)"),
            "f.yaml:1:32: services.manual_urls.vllm: must be a URL, not a list\n"
            "f.yaml:3:53: test_scenarios.load_tests[0].target_p95_ms: '-5ms' is not a duration; "
            "write for example 500ms, 60s or 2m\n");
  const auto plan = plan_of("race: {users: 2, users: 3, engines: [{name: a, url: \"http://a\"}]}");
  EXPECT_EQ(std::get<Concurrency>(plan.load).users, 2U);
  EXPECT_EQ(plan.warnings,
            (std::vector<std::string>{
                "f.yaml:1:18: race.users: stands here twice; the first one counts"}));
}

TEST(EngineBenchmark, AloneItsTtftTestIsTheRun) {
  const auto plan = plan_of(R"(benchmark: {name: t}
services: {manual_urls: {vllm: "http://v:8000"}}
test_scenarios: {ttft: {iterations: 7, warmup_requests: 2, target_ms: 100, max_tokens: 10}}
)");
  EXPECT_EQ(plan.stop.requests, 7U);
  EXPECT_EQ(plan.warmup.requests, 2U);
  EXPECT_EQ(plan.workload.output.mean, 10);
  EXPECT_FALSE(plan.sweep);
}

class InfBench : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string put(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("tt_inf_bench_" + std::to_string(getpid()));
};

TEST_F(InfBench, ExtendsAnotherFileAndSweeps) {
  put("base.yaml", R"(name: base
model: {name: qwen, quantization: awq}
framework: sglang
workload: {type: concurrent, concurrency: 4, requests: {source: none, count: 50},
           parameters: {max_tokens: 64, temperature: 0.5}}
)");
  const auto path = put("mine.yaml", R"(extends: base
name: mine
workload: {sweep: {concurrency: [8, 1, 4]}, parameters: {max_tokens: 32}}
)");
  const auto plan = load_plan(path);
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->name, "mine");
  EXPECT_EQ(plan->stop.requests, 50U);
  EXPECT_EQ(plan->workload.output.mean, 32);
  EXPECT_EQ(plan->workload.temperature, 0.5);
  ASSERT_TRUE(plan->sweep);
  EXPECT_EQ(plan->sweep->loads, (std::vector<double>{1, 4, 8}));
  std::string warnings;
  for (const auto& warning : plan->warnings) warnings += warning + "\n";
  for (const auto* part : {"--target sglang=http://host:port --model qwen", "model.quantization",
                           "is played by tokentrial sweep", "'none' is no file here"}) {
    EXPECT_NE(warnings.find(part), std::string::npos) << part << "\n" << warnings;
  }
}

TEST_F(InfBench, ItsConversationIsPlayed) {
  const auto path = put("talk.yaml", R"(name: talk
framework: vllm
workload:
  type: multi_turn
  concurrency: 3
  conversation: {turns: 3, system_prompt: "Be {brief}.", user_messages: ["One?", "Two?"]}
)");
  const auto plan = load_plan(path);
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(std::get<Concurrency>(plan->load).users, 3U);
  ASSERT_TRUE(plan->workload.sessions);
  const auto scenario = load_scenario(path);
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->turns, (std::vector<std::string>{"One?", "Two?", "One?"}));
  EXPECT_EQ(scenario->system, "Be {{brief}}.");
}

TEST_F(InfBench, SaysWhatIsWrongWithAConversation) {
  const auto path = put("talk.yaml", R"(framework: vllm
workload:
  type: multi_turns
  conversation: {turns: 0, system_prompt: [x], user_messages: ["One?", [a]]}
)");
  const auto expected =
      path + ":4:25: workload.conversation.turns: must lie from 1 to 1000, not 0\n" + path +
      ":4:43: workload.conversation.system_prompt: must be a text, not a list\n" + path +
      ":4:72: workload.conversation.user_messages: must be a list of texts\n";
  EXPECT_EQ(load_plan(path).error().text(),
            path + ":3:9: workload.type: 'multi_turns' is not known; did you mean multi_turn?\n" +
                expected);
  EXPECT_EQ(load_scenario(path).error().text(), expected);
}

TEST_F(InfBench, ItsMetricsAreReadAsOften) {
  const auto read = [&](std::string_view metrics) {
    return plan_of(
        fmt::format("framework: vllm\nworkload: {{type: single}}\nmetrics: {{{}}}\n", metrics));
  };
  auto plan = read("collect_gpu_metrics: true, sample_interval_ms: 500");
  EXPECT_TRUE(plan.telemetry.enabled);
  EXPECT_EQ(plan.telemetry.interval, 500 * kMillisecond);
  EXPECT_TRUE(plan.warnings.empty());
  plan = read("sample_interval_ms: 20, output_dir: results");
  EXPECT_EQ(plan.telemetry.interval, 100 * kMillisecond);
  EXPECT_EQ(
      plan.warnings,
      (std::vector<std::string>{
          "f.yaml:3:31: metrics.sample_interval_ms: must lie from 100ms to 15s; 100ms is used",
          "f.yaml:3:47: metrics.output_dir: is named on the command line here: --results "
          "DIR"}));
  EXPECT_FALSE(read("collect_gpu_metrics: false").telemetry.enabled);
}

TEST_F(InfBench, OneLevelOfExtends) {
  put("base.yaml", "extends: root\nname: base\n");
  const auto path = put("mine.yaml", "extends: base\nworkload: {type: batch, batch_size: 4}\n");
  const auto plan = load_plan(path);
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(std::get<Concurrency>(plan->load).users, 4U);
  ASSERT_EQ(plan->warnings.size(), 2U);
  EXPECT_NE(plan->warnings[0].find("base.yaml extends another file itself"), std::string::npos);
  EXPECT_NE(plan->warnings[1].find("a batch is played as so many users"), std::string::npos);
}

TEST_F(InfBench, SaysWhichBaseIsMissing) {
  const auto path = put("mine.yaml", "extends: gone\nworkload: {type: single}\n");
  EXPECT_EQ(load_plan(path).error().text(),
            path + ":1:10: extends: " + (folder_ / "gone.yaml").string() + " cannot be opened\n");
}

TEST(Preset, EveryOneIsGoodAndHasItsObjectives) {
  std::size_t count = 0;
  for (const auto& preset : builtin_presets()) {
    const auto plan = load_preset(preset.name);
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_EQ(plan->name, preset.name);
    EXPECT_FALSE(plan->description.empty());
    EXPECT_TRUE(plan->warnings.empty());
    ++count;
  }
  EXPECT_GE(count, 14U);
  EXPECT_EQ(load_preset("1a-chat-simulation")->slos.size(), 2U);
  EXPECT_EQ(load_preset("1a-chat-simulation")->slos[1].text, "ttft_p99=2s");
  EXPECT_EQ(load_preset("1a-chat-simulatio").error().text(),
            "there is no preset '1a-chat-simulatio'; did you mean 1a-chat-simulation?\n");
}

}  // namespace
}  // namespace tt::plan
