// What a simulated engine does over loopback beyond answering: prefixes found again and told of,
// loading, replicas in its metrics.
#include <gtest/gtest.h>

#include "sim/server.h"
#include "sim/test_client.h"

namespace tt::sim {
namespace {

using engine::EngineKind;

ServerOptions modelled(EngineKind kind) {
  ServerOptions o;
  o.profile = find_profile(std::string(default_profile(kind))).value();
  o.profile.step = {.weights_ms = 0.2, .token_ms = 1e-4, .host_ms = 0.05, .overhead_ms = 0.1};
  o.profile.jitter = {.step_sigma = 0};
  o.profile.engine_version = "";
  o.profile.report_cached_tokens = true;
  o.engine = kind;
  o.models = {"m"};
  return o;
}

std::unique_ptr<ServerThread> start(ServerOptions options) {
  auto server = ServerThread::start(std::move(options));
  EXPECT_TRUE(server.has_value());
  return server ? std::move(*server) : nullptr;
}

const std::string kRules =
    "Answer in one word, politely, and never say more than was asked of you. ";

struct Said {
  int status = 0;
  std::string text;
  engine::StreamSummary summary;
};

Said chat(TestClient& client, EngineKind kind, const engine::Prompt& prompt) {
  const auto& traits = engine::traits(kind);
  const auto& protocol = *engine::find_protocol(traits.default_protocol);
  const auto request = protocol.build({.model = "m",
                                       .prompt = &prompt,
                                       .max_tokens = 20,
                                       .force_length = true,
                                       .temperature = {},
                                       .seed = {},
                                       .extra_body = {}},
                                      traits);
  const auto http = client.exchange("POST", request.path, request.body);
  Said said{.status = http.status};
  const auto reader = protocol.reader(traits);
  reader->keep_text(&said.text);
  for (const auto& payload : events_of(protocol.framing(), http.body)) reader->read(payload);
  said.summary = reader->summary();
  return said;
}

TEST(ServerFeatures, AConversationsHistoryIsFoundInTheCacheAndTold) {
  for (const auto kind : {EngineKind::kVllm, EngineKind::kSglang, EngineKind::kLlamaCpp}) {
    auto options = modelled(kind);
    options.profile.limits.block_tokens = 1;
    const auto server = start(options);
    TestClient client(server->port());
    engine::Prompt talk{{{"system", kRules}, {"user", "What is the sea?"}}};
    const Said first = chat(client, kind, talk);
    EXPECT_EQ(first.summary.cached_tokens, 0U);
    talk.messages.push_back({"assistant", first.text});
    talk.messages.push_back({"user", "And the sky?"});
    const Said second = chat(client, kind, talk);
    // All but the last token of the first answer, which was never computed.
    EXPECT_EQ(second.summary.cached_tokens,
              first.summary.input_tokens + first.summary.output_tokens - 1)
        << engine::traits(kind).name;
    EXPECT_EQ(second.summary.status, Status::kOk) << second.summary.error;
  }
}

TEST(ServerFeatures, HitsAreToldOnlyWhereTheEngineTellsThem) {
  for (const auto kind : {EngineKind::kVllm, EngineKind::kSglang}) {
    auto options = modelled(kind);
    options.profile.report_cached_tokens = false;  // the switch is off by default
    const auto server = start(options);
    TestClient client(server->port());
    const auto prompt = engine::Prompt::of(kRules + kRules);
    chat(client, kind, prompt);
    EXPECT_EQ(chat(client, kind, prompt).summary.cached_tokens, 0U);
    const std::string page = client.exchange("GET", "/metrics").body;
    const std::string_view hits =
        kind == EngineKind::kVllm ? "\nvllm:prefix_cache_hits_total{" : "\nsglang:cached_tokens_t";
    const auto at = page.find(hits);
    ASSERT_NE(at, std::string::npos);
    const std::string line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    EXPECT_FALSE(line.ends_with(" 0.0")) << line;
  }
}

TEST(ServerFeatures, AnotherModelSharesNothing) {
  auto options = modelled(EngineKind::kSglang);
  const auto server = start(options);
  TestClient client(server->port());
  const std::string body =
      R"(,"prompt":"one two three four","max_tokens":1,"stream":false,"ignore_eos":true})";
  const auto ask = [&](const std::string& model) {
    return client.exchange("POST", "/v1/completions", R"({"model":")" + model + "\"" + body).body;
  };
  ask("a");
  EXPECT_EQ(ask("b").find("cached_tokens"), std::string::npos);
  EXPECT_NE(ask("a").find(R"("cached_tokens":3)"), std::string::npos);
}

TEST(ServerFeatures, VllmRefusesPrioritiesUnlessItGoesByThem) {
  const std::string body =
      R"({"model":"m","prompt":"one two","max_tokens":1,"ignore_eos":true,"priority":)";
  const auto ask = [&](const ServerOptions& options, const std::string& priority) {
    const auto server = start(options);
    TestClient client(server->port());
    return client.exchange("POST", "/v1/completions", body + priority + "}");
  };
  auto options = modelled(EngineKind::kVllm);
  const auto refused = ask(options, "-5");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("Got priority -5"), std::string::npos) << refused.body;
  EXPECT_EQ(ask(options, "0").status, 200);
  options.profile.scheduling_policy = SchedulingPolicy::kPriority;
  EXPECT_EQ(ask(options, "-5").status, 200);
  EXPECT_EQ(ask(modelled(EngineKind::kSglang), "5").status, 200);
}

/// Asks until the answer is 200; what came before it.
std::vector<int> statuses_until_good(std::uint16_t port, const std::string& path) {
  std::vector<int> seen;
  const Nanos deadline = steady_now() + 20 * kSecond;
  while (steady_now() < deadline) {
    TestClient client(port);
    seen.push_back(client.exchange("GET", path).status);
    if (seen.back() == 200) break;
  }
  return seen;
}

TEST(ServerFeatures, AServerThatLoadsIsNotHealthyYet) {
  for (const auto& [kind, status] : {std::pair{EngineKind::kVllm, 0},
                                     {EngineKind::kTgi, 0},
                                     {EngineKind::kSglang, 503},
                                     {EngineKind::kLlamaCpp, 503},
                                     {EngineKind::kTensorRtLlm, 0}}) {
    auto options = modelled(kind);
    options.profile.cold_start.load = 200 * kMillisecond;
    const Nanos began = steady_now();
    const auto server = start(options);
    const auto seen =
        statuses_until_good(server->port(), std::string(engine::traits(kind).health_path));
    EXPECT_EQ(seen.back(), 200);
    EXPECT_EQ(seen.front(), status) << engine::traits(kind).name;
    EXPECT_GE(steady_now() - began, 200 * kMillisecond);
  }
}

TEST(ServerFeatures, RequestsToAServerThatLoadsAreRefusedInItsOwnWords) {
  for (const auto kind : {EngineKind::kSglang, EngineKind::kLlamaCpp}) {
    auto options = modelled(kind);
    options.profile.cold_start.load = 3600 * kSecond;
    const auto server = start(options);
    TestClient client(server->port());
    EXPECT_EQ(chat(client, kind, engine::Prompt::of("hello")).status, 503);
    EXPECT_EQ(server->stats().refused, 1U);
  }
}

TEST(ServerFeatures, OllamaLoadsAtTheFirstRequestAndSaysHowLong) {
  auto options = modelled(EngineKind::kOllama);
  options.profile.cold_start.load = 150 * kMillisecond;
  const auto server = start(options);
  TestClient client(server->port());
  EXPECT_EQ(client.exchange("GET", "/").status, 200);
  const auto first = chat(client, EngineKind::kOllama, engine::Prompt::of("hello"));
  EXPECT_EQ(first.summary.timings.load_ns, 150 * kMillisecond);
  EXPECT_GE(first.summary.timings.total_ns, 150 * kMillisecond);
  const auto second = chat(client, EngineKind::kOllama, engine::Prompt::of("hello"));
  EXPECT_LE(second.summary.timings.load_ns, 0);
}

TEST(ServerFeatures, OllamaUnloadsAfterItsKeepAlive) {
  auto options = modelled(EngineKind::kOllama);
  options.profile.cold_start = {.load = 20 * kMillisecond, .keep_alive = 1};
  const auto server = start(options);
  TestClient client(server->port());
  int loads = 0;
  // A request may come in the very nanosecond, so not each of them need load again.
  for (int i = 0; i < 50 && loads < 2; ++i) {
    const auto said = chat(client, EngineKind::kOllama, engine::Prompt::of("hello"));
    loads += said.summary.timings.load_ns == 20 * kMillisecond ? 1 : 0;
  }
  EXPECT_EQ(loads, 2);
}

TEST(ServerFeatures, ReplicasAreToldApartWhereTheEngineCan) {
  auto options = modelled(EngineKind::kVllm);
  options.profile.router = {.replicas = 3, .policy = RouterPolicy::kRoundRobin};
  const auto server = start(options);
  TestClient client(server->port());
  for (int i = 0; i < 3; ++i) chat(client, EngineKind::kVllm, engine::Prompt::of("hello"));
  const std::string page = client.exchange("GET", "/metrics").body;
  for (const char* engine : {"0", "1", "2"}) {
    const std::string line = std::string("vllm:generation_tokens_total{engine=\"") + engine +
                             "\",model_name=\"m\"} 20.0\n";
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

TEST(ServerFeatures, SpeculationIsSeenInChunksAndCounted) {
  auto options = modelled(EngineKind::kVllm);
  options.profile.speculative = Speculation{.draft_tokens = 3, .acceptance = 1};
  const auto server = start(options);
  TestClient client(server->port());
  const auto said = chat(client, EngineKind::kVllm, engine::Prompt::of("hello"));
  EXPECT_EQ(said.summary.output_tokens, 20U);
  const std::string page = client.exchange("GET", "/metrics").body;
  // The first token alone, then four at a time, and three in the last: five drafts.
  for (const char* line : {"vllm:spec_decode_num_drafts_total{engine=\"0\",model_name=\"m\"} 5.0\n",
                           "vllm:spec_decode_num_draft_tokens_total{engine=\"0\",model_name=\"m\"} "
                           "14.0\n",
                           "vllm:spec_decode_num_accepted_tokens_total{engine=\"0\",model_name="
                           "\"m\"} 14.0\n"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace tt::sim
