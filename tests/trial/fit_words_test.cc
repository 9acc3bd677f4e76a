// Input lengths: what the plan wishes for is what the engine counts.
#include <algorithm>
#include <atomic>

#include "kit.h"
#include "raw_server.h"
#include <gtest/gtest.h>

#include "engine/probe.h"
#include "load/one_shot.h"
#include "trial/target_probe.h"
#include "workload/schedule.h"

namespace tt::trial {
namespace {

using engine::EngineKind;

plan::Plan plan_for(double mean) {
  plan::Plan plan = small_plan({target_at("x", "http://127.0.0.1:1")}, 40);
  plan.workload.prompts = plan::SyntheticPrompts{
      .input = {.kind = plan::Lengths::Kind::kLognormal, .mean = mean, .stddev = mean / 2}};
  return plan;
}

/// Tokens that the server counted, over tokens that the plan wished for, in all of its prompts.
double counted_over_wished(const load::LoadTarget& target, const plan::Plan& plan) {
  const auto prompts = workload::make_prompts(plan.workload, plan.seeds).value();
  double wished = 0;
  double counted = 0;
  for (std::uint64_t i = 0; i < *plan.stop.requests; ++i) {
    const auto request = workload::request_at(plan, *prompts, i);
    const auto prompt = prompts->prompt(request.prompt, request.input_tokens, target.fit);
    const record::Row row = load::ask_once(target, prompt, 1, 30 * kSecond);
    EXPECT_TRUE(row.ok()) << row.error;
    wished += request.input_tokens;
    counted += row.input_tokens;
  }
  return counted / wished;
}

class FitEngine : public testing::TestWithParam<EngineKind> {};
INSTANTIATE_TEST_SUITE_P(All, FitEngine,
                         testing::Values(EngineKind::kOpenAi, EngineKind::kVllm,
                                         EngineKind::kSglang, EngineKind::kTgi, EngineKind::kOllama,
                                         EngineKind::kLlamaCpp, EngineKind::kTensorRtLlm),
                         [](const auto& kind) {
                           return std::string(engine::traits(kind.param).name);
                         });

TEST_P(FitEngine, PromptsAreAsLongAsThePlanSays) {
  const auto server = start(quick(GetParam()));
  ProbedTarget probed = probe_target(target_at("x", server->url()), 0, {});
  ASSERT_TRUE(probed.load.has_value()) << probed.report.problem;
  for (const double mean : {64.0, 512.0}) {
    const plan::Plan plan = plan_for(mean);
    const auto fit = fit_words(*probed.load, plan);
    ASSERT_TRUE(fit.has_value()) << fit.error().text();
    EXPECT_TRUE(fit->measured);
    probed.load->fit = *fit;
    EXPECT_NEAR(counted_over_wished(*probed.load, plan), 1.0, 0.02) << "mean " << mean;
  }
}

TEST_P(FitEngine, AsksTheTokenizerWhereThereIsOne) {
  const auto server = start(quick(GetParam()));
  const ProbedTarget probed = probe_target(target_at("x", server->url()), 0, {});
  ASSERT_TRUE(probed.load.has_value()) << probed.report.problem;
  ASSERT_TRUE(fit_words(*probed.load, plan_for(256)).has_value());
  const bool tokenizer = engine::build_tokenize(GetParam(), kModel, "text").has_value();
  // One generation shows what the chat template adds; without a tokenizer each count is one.
  if (tokenizer) {
    EXPECT_EQ(server->stats().requests, 1U);
  } else {
    EXPECT_GE(server->stats().requests, 4U);
    EXPECT_LE(server->stats().requests, 8U);
  }
}

TEST(FitWords, AddsWhatTheChatTemplateCosts) {
  // A tokenizer that counts a token a word, a template of 20 tokens on top.
  const auto words = [](const std::string& text) {
    return static_cast<int>(std::count(text.begin(), text.end(), ' ')) + 1;
  };
  const RawServer server([&](const RawRequest& request) {
    if (request.path == "/health") return http_answer(200, "");
    if (request.path == "/v1/models") return http_answer(200, R"({"data":[{"id":"m"}]})");
    const std::string mark = request.path == "/tokenize" ? "\"prompt\":\"" : "\"content\":\"";
    const auto at = request.body.find(mark);
    if (at == std::string::npos) return http_answer(404, "{}");
    const auto begin = at + mark.size();
    const int count = words(request.body.substr(begin, request.body.find('"', begin) - begin));
    if (request.path == "/tokenize") {
      return http_answer(200, "{\"count\":" + std::to_string(count) + ",\"tokens\":[]}");
    }
    return std::string(
               "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: "
               "close\r\n\r\ndata: ") +
           R"({"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"length"}]})" +
           "\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":" + std::to_string(count + 20) +
           ",\"completion_tokens\":1,\"total_tokens\":0}}\n\ndata: [DONE]\n\n";
  });
  const ProbedTarget probed = probe_target(target_at("x", server.url(), "vllm"), 0, {});
  ASSERT_TRUE(probed.load.has_value()) << probed.report.problem;
  const auto fit = fit_words(*probed.load, plan_for(256));
  ASSERT_TRUE(fit.has_value()) << fit.error().text();
  EXPECT_NEAR(fit->per_word, 1.0, 1e-9);
  EXPECT_NEAR(fit->base, 20.0, 1e-9);
}

TEST(FitWords, AServerThatCountsNothingIsAnError) {
  const RawServer server([](const RawRequest& request) {
    if (request.path == "/v1/models") return http_answer(200, R"({"data":[{"id":"m"}]})");
    return http_answer(500, "{}");
  });
  const ProbedTarget probed = probe_target(target_at("x", server.url(), "openai"), 0, {});
  ASSERT_TRUE(probed.load.has_value()) << probed.report.problem;
  EXPECT_FALSE(fit_words(*probed.load, plan_for(256)).has_value());
}

TEST(FitWords, WaitsNoLongerThanThePlanWould) {
  std::atomic<bool> leave{false};
  const RawServer server([&](const RawRequest&) {
    leave.wait(false);
    return std::string();
  });
  load::LoadTarget target;
  target.url = net::parse_url(server.url()).value();
  target.engine = &engine::traits(EngineKind::kVllm);
  target.protocol = engine::find_protocol("openai-chat");
  target.model = "m";
  plan::Plan plan = plan_for(64);
  plan.timeouts.first_token = 0;
  plan.timeouts.total = 50 * kMillisecond;
  const auto fit = fit_words(target, plan);
  ASSERT_FALSE(fit.has_value());
  EXPECT_NE(fit.error().message.find("after 50ms"), std::string::npos) << fit.error().message;
  leave = true;
  leave.notify_all();
}

TEST(FitWords, PromptsOfAFileNeedNoFit) {
  load::LoadTarget nobody;
  plan::Plan plan = plan_for(256);
  plan.workload.prompts = plan::PromptFile{.path = "prompts.txt"};
  const auto fit = fit_words(nobody, plan);
  ASSERT_TRUE(fit.has_value());
  EXPECT_FALSE(fit->measured);
}

}  // namespace
}  // namespace tt::trial
