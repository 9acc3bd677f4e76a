#include "sim/profile.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Profile, TheBuiltInOnesAreTheExampleFiles) {
  const std::filesystem::path folder = std::filesystem::path(TT_SOURCE_DIR) / "examples/sim";
  const auto builtin = builtin_profiles();
  for (const auto& profile : builtin) {
    EXPECT_EQ(profile.yaml, file_text(folder / (std::string(profile.name) + ".yaml")))
        << profile.name;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files += entry.path().extension() == ".yaml" ? 1 : 0;
  }
  EXPECT_EQ(files, builtin.size());
}

TEST(Profile, EveryBuiltInOneReadsAndNamesTheSourceOfItsFigures) {
  for (const auto& builtin : builtin_profiles()) {
    const auto p = find_profile(std::string(builtin.name));
    ASSERT_TRUE(p.has_value()) << p.error().text();
    EXPECT_EQ(p->name, builtin.name);
    EXPECT_FALSE(p->fixed.has_value());
    for (const char* figure :
         {"step.weights_ms", "step.token_ms", "step.context_ms", "step.attention_ms",
          "step.host_ms", "step.request_ms", "step.overhead_ms", "limits.kv_tokens",
          "limits.max_sequences", "limits.max_batched_tokens", "mean_output_tokens"}) {
      EXPECT_TRUE(p->sources.contains(figure)) << builtin.name << " " << figure;
    }
  }
}

TEST(Profile, EveryEngineHasADefault) {
  for (const auto& engine : engine::engines()) {
    EXPECT_TRUE(find_profile(std::string(default_profile(engine.kind))).has_value());
  }
}

TEST(Profile, PrioritiesAreVllmsAlone) {
  const auto read = [](const std::string& yaml) { return parse_profile(yaml, "x.yaml"); };
  EXPECT_EQ(read("engine: vllm\n")->scheduling_policy, SchedulingPolicy::kFcfs);
  EXPECT_EQ(read("engine: vllm\nscheduling_policy: priority\n")->scheduling_policy,
            SchedulingPolicy::kPriority);
  EXPECT_EQ(read("engine: vllm\nscheduler: vllm_v0\n")->scheduler, Scheduler::kVllmV0);
  EXPECT_EQ(read("engine: tgi\nscheduling_policy: priority\n").error().message,
            "x.yaml:2:20: only the scheduler `vllm` goes by priority");
  EXPECT_EQ(read("engine: vllm\nscheduling_policy: lifo\n").error().message,
            "x.yaml:2:20: no such policy; known are fcfs, priority");
  EXPECT_EQ(
      change_profile(*read("engine: vllm\n"), "scheduling_policy=priority")->scheduling_policy,
      SchedulingPolicy::kPriority);
}

TEST(Profile, ReadsFiguresWithAndWithoutSource) {
  const auto p = parse_profile(
      "engine: tgi\nstep:\n  weights_ms: 3.5\n  token_ms: {value: 0.5, source: a page}\n"
      "fixed: {ttft: 5ms, itl: 250us, tokens: 10, chunk: 2}\n",
      "x.yaml");
  ASSERT_TRUE(p.has_value()) << p.error().text();
  EXPECT_EQ(p->step.weights_ms, 3.5);
  EXPECT_EQ(p->step.token_ms, 0.5);
  EXPECT_EQ(p->sources.at("step.token_ms"), "a page");
  EXPECT_EQ(p->scheduler, Scheduler::kTgi) << "follows the engine";
  ASSERT_TRUE(p->fixed.has_value());
  EXPECT_EQ(p->fixed->ttft, 5 * kMillisecond);
  EXPECT_EQ(p->fixed->itl, 250 * kMicrosecond);
  EXPECT_EQ(p->fixed->chunk, 2U);
}

TEST(Profile, ReportsEveryFaultWithItsPlace) {
  const auto p = parse_profile(
      "engine: vlm\nscheduler: fifo\nstep:\n  weight_ms: 3\n  token_ms: fast\n  host_ms: -1\n"
      "limits:\n  kv_tokens: 1.5\n  block_tokens: {source: a page}\njitter: 3\n",
      "x.yaml");
  ASSERT_FALSE(p.has_value());
  const std::string text = p.error().message;
  for (const char* line :
       {"x.yaml:1:9: no such engine", "x.yaml:2:12: no such scheduler",
        "x.yaml:4:3: there is no `weight_ms` here; did you mean `weights_ms`?",
        "x.yaml:5:13: `token_ms` must be a number", "x.yaml:6:12: `host_ms` must be between",
        "x.yaml:8:14: `kv_tokens` must be a whole number",
        "x.yaml:9:17: `block_tokens` lacks its `value`", "x.yaml:10:9: expected a map"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n in\n" << text;
  }
}

TEST(Profile, ReadsEveryFeature) {
  const auto p = parse_profile(
      "engine: vllm\nprefix_cache: true\nreport_cached_tokens: true\n"
      "speculation: {draft_tokens: 5, acceptance: 0.6, draft_ms: 0.4}\n"
      "router: {replicas: 4, policy: prefix_affinity}\n"
      "cold_start: {load: 8s, keep_alive: 5m}\n"
      "effects: {warm_up_factor: 2, warm_up_time: 10s, drift_per_hour: 0.1, slow_after: 60s,\n"
      "          slow_factor: 1.5, slow_for: 30s}\n"
      "metrics: {exposed: false, as_version: 0.9.0}\nlora: tuned\n",
      "x.yaml");
  ASSERT_TRUE(p.has_value()) << p.error().text();
  EXPECT_TRUE(p->prefix_cache);
  EXPECT_TRUE(p->report_cached_tokens);
  ASSERT_TRUE(p->speculative.has_value());
  EXPECT_EQ(p->speculative->draft_tokens, 5U);
  EXPECT_EQ(p->speculative->acceptance, 0.6);
  EXPECT_EQ(p->router.replicas, 4U);
  EXPECT_EQ(p->router.policy, RouterPolicy::kPrefixAffinity);
  EXPECT_EQ(p->cold_start.load, 8 * kSecond);
  EXPECT_EQ(p->cold_start.keep_alive, 300 * kSecond);
  EXPECT_EQ(p->effects.slow_factor, 1.5);
  EXPECT_EQ(p->effects.slow_for, 30 * kSecond);
  EXPECT_FALSE(p->metrics.exposed);
  EXPECT_EQ(p->metrics.as_version, "0.9.0");
  EXPECT_EQ(p->lora, "tuned");
}

TEST(Profile, FaultsOfFeaturesHaveTheirPlace) {
  const auto p = parse_profile(
      "engine: vllm\nprefix_cache: maybe\nspeculation: {acceptance: 2, tokens: 3}\n"
      "router: {replicas: 0, policy: best}\ncold_start: {load: soon}\n"
      "effects: {slow_factor: 0}\nmetrics: yes\n",
      "x.yaml");
  ASSERT_FALSE(p.has_value());
  const std::string text = p.error().message;
  for (const char* line :
       {"x.yaml:2:15: `prefix_cache` must be true or false",
        "x.yaml:3:27: `acceptance` must be between 0 and 1", "x.yaml:3:30: there is no `tokens`",
        "x.yaml:4:20: `replicas` must be between 1 and 64",
        "x.yaml:4:31: no such policy; known are round_robin", "x.yaml:5:20: `load` must be a dur",
        "x.yaml:6:24: `slow_factor` must be between", "x.yaml:7:10: expected a map"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n in\n" << text;
  }
}

TEST(Profile, ExtendsABuiltInOne) {
  const auto p = parse_profile("extends: a100-8b\nstep: {host_ms: 9}\nlimits: {max_sequences: 7}\n",
                               "mine.yaml");
  ASSERT_TRUE(p.has_value()) << p.error().text();
  const auto base = find_profile("a100-8b").value();
  EXPECT_EQ(p->name, "mine.yaml");
  EXPECT_EQ(p->engine_version, base.engine_version);
  EXPECT_EQ(p->step.weights_ms, base.step.weights_ms);
  EXPECT_EQ(p->step.host_ms, 9);
  EXPECT_EQ(p->limits.max_sequences, 7U);
  EXPECT_EQ(p->limits.kv_tokens, base.limits.kv_tokens);
  EXPECT_TRUE(p->sources.contains("step.weights_ms"));
  const auto unknown = parse_profile("extends: b100\n", "mine.yaml");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message.rfind("mine.yaml:1:10: no such profile to extend", 0), 0U)
      << unknown.error().message;
}

TEST(Profile, OneKeyAnew) {
  const auto base = find_profile("h100-8b").value();
  const auto p = change_profile(base, "router.replicas=4");
  ASSERT_TRUE(p.has_value()) << p.error().text();
  EXPECT_EQ(p->router.replicas, 4U);
  EXPECT_EQ(p->name, "h100-8b");
  EXPECT_EQ(p->step.weights_ms, base.step.weights_ms);
  EXPECT_FALSE(change_profile(base, "prefix_cache=false")->prefix_cache);
  EXPECT_EQ(change_profile(base, "effects.slow_after=30s")->effects.slow_after, 30 * kSecond);
  for (const char* bad : {"router.replica=4", "router", "=4", "router.replicas=", "step=3",
                          "router.replicas=4}", "a.b.c=1", ".=1"}) {
    const auto refused = change_profile(base, bad);
    ASSERT_FALSE(refused.has_value()) << bad;
    EXPECT_EQ(refused.error().message.rfind(std::string("--set ") + bad, 0), 0U)
        << refused.error().message;
  }
}

TEST(Profile, BrokenYamlIsAFaultWithAPlace) {
  for (const char* yaml : {"engine: [vllm", "engine: {a: b", "a: b: c", "\t- x", "", "- list", "42",
                           "engine: vllm\nengine: &x {*x : 1}", "? [a]\n: b"}) {
    const auto p = parse_profile(yaml, "bad.yaml");
    ASSERT_FALSE(p.has_value()) << yaml;
    EXPECT_EQ(p.error().message.rfind("bad.yaml:", 0), 0U) << p.error().message;
  }
}

TEST(Profile, DeepNestingIsAFaultNotACrash) {
  const auto p = parse_profile(std::string(100'000, '['), "deep.yaml");
  EXPECT_FALSE(p.has_value());
  EXPECT_FALSE(parse_profile(std::string(300'000, 'x'), "large.yaml").has_value());
}

TEST(Profile, AnUnknownNameSaysWhichAreKnown) {
  const auto p = find_profile("h100");
  ASSERT_FALSE(p.has_value());
  EXPECT_NE(p.error().message.find("h100-8b"), std::string::npos);
}

TEST(Profile, FixedTimingFromText) {
  const auto fixed = parse_fixed("ttft=20ms, itl=500us,tokens=7,chunk=3");
  ASSERT_TRUE(fixed.has_value());
  EXPECT_EQ(fixed->ttft, 20 * kMillisecond);
  EXPECT_EQ(fixed->itl, 500 * kMicrosecond);
  EXPECT_EQ(fixed->tokens, 7U);
  EXPECT_EQ(fixed->chunk, 3U);
  EXPECT_EQ(parse_fixed("")->ttft, 50 * kMillisecond);
  for (const char* bad : {"ttft", "ttft=", "ttft=fast", "tokens=0", "chunk=-1", "tokens=1x",
                          "speed=1", "itl=2h", "tokens=99999999999"}) {
    EXPECT_FALSE(parse_fixed(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace tt::sim
