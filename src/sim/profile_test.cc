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
