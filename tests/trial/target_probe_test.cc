// Asking servers who they are: every problem has its remedy.
#include "trial/target_probe.h"

#include <atomic>

#include "kit.h"
#include "raw_server.h"
#include <gtest/gtest.h>

namespace tt::trial {
namespace {

using engine::EngineKind;

ProbedTarget probed(const plan::Target& target, ProbeOptions options = {}) {
  options.timeout = 5 * kSecond;
  return probe_target(target, 3, options);
}

void expect_problem(const TargetReport& report, std::string_view problem, std::string_view remedy) {
  EXPECT_FALSE(report.ok());
  EXPECT_NE(report.problem.find(problem), std::string::npos) << report.problem;
  // Some problems say themselves what to do.
  const std::string advice = report.problem + "; " + report.remedy;
  EXPECT_NE(advice.find(remedy), std::string::npos) << advice;
}

// A port that was free a moment ago.
std::string dead_url() {
  const RawServer server([](const RawRequest&) { return ""; });
  return server.url();
}

class ProbeEngine : public testing::TestWithParam<EngineKind> {};
INSTANTIATE_TEST_SUITE_P(All, ProbeEngine,
                         testing::Values(EngineKind::kOpenAi, EngineKind::kVllm,
                                         EngineKind::kSglang, EngineKind::kTgi, EngineKind::kOllama,
                                         EngineKind::kLlamaCpp, EngineKind::kTensorRtLlm),
                         [](const auto& kind) {
                           return std::string(engine::traits(kind.param).name);
                         });

TEST_P(ProbeEngine, IsGuessedWhereNobodyNamesIt) {
  const auto server = start(quick(GetParam()));
  const ProbedTarget target = probed(target_at("x", server->url()), {.generate = true});
  const TargetReport& report = target.report;
  EXPECT_TRUE(report.ok()) << report.problem << "; " << report.remedy;
  ASSERT_TRUE(report.engine.has_value());
  EXPECT_EQ(engine::traits(*report.engine).title, engine::traits(GetParam()).title);
  EXPECT_TRUE(report.engine_guessed);
  EXPECT_TRUE(report.reachable);
  EXPECT_TRUE(report.healthy);
  EXPECT_EQ(report.health_status, 200);
  EXPECT_EQ(report.model, kModel);
  EXPECT_EQ(report.protocol, engine::traits(GetParam()).default_protocol);
  EXPECT_EQ(report.version.empty(), engine::traits(GetParam()).version_path.empty());
  EXPECT_GE(report.connect, 0);
  EXPECT_GE(report.health_latency, 0);
  EXPECT_GT(report.probe_ttft, 0);
  EXPECT_GE(report.probe_e2e, report.probe_ttft);
  EXPECT_EQ(report.probe_tokens, 8U);
  ASSERT_TRUE(target.load.has_value());
  EXPECT_EQ(target.load->index, 3U);
  EXPECT_EQ(target.load->model, kModel);
}

TEST_P(ProbeEngine, IsTakenAsNamed) {
  const auto server = start(quick(GetParam()));
  const std::string name(engine::traits(GetParam()).name);
  const ProbedTarget target = probed(target_at("x", server->url(), name));
  EXPECT_TRUE(target.report.ok()) << target.report.problem;
  EXPECT_EQ(target.report.engine, GetParam());
  EXPECT_FALSE(target.report.engine_guessed);
  EXPECT_EQ(target.report.probe_tokens, 0U) << "nothing was generated";
  EXPECT_EQ(server->stats().requests, 0U);
}

TEST_P(ProbeEngine, AsksForItsKey) {
  const EnvVariable variable("TT_TEST_KEY", "sk-test-1234");
  sim::ServerOptions options = quick(GetParam());
  options.api_key = "sk-test-1234";
  const auto server = start(options);
  auto target = target_at("x", server->url());
  target.api_key_env = "TT_TEST_KEY";
  const ProbedTarget with = probed(target, {.generate = true});
  EXPECT_TRUE(with.report.ok()) << with.report.problem;
  target.api_key_env = "";
  const ProbedTarget without = probed(target, {.generate = true});
  EXPECT_FALSE(without.load.has_value());
  expect_problem(without.report, "HTTP 401", "api_key_env");
}

// A named engine's health page asks for no key; its list of models is the first that does.
TEST(TargetProbe, AKeyThatTheModelListAsksFor) {
  const EnvVariable variable("TT_TEST_KEY", "sk-wrong");
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.api_key = "sk-right";
  const auto server = start(options);
  auto target = target_at("x", server->url(), "vllm");
  expect_problem(probed(target).report, "asks for a key (HTTP 401)", "--api-key-env");
  target.model = kModel;
  expect_problem(probed(target).report, "asks for a key (HTTP 401)", "--api-key-env");
  target.api_key_env = "TT_TEST_KEY";
  const TargetReport refused = probed(target).report;
  expect_problem(refused, "refuses the key (HTTP 401)", "TT_TEST_KEY");
  EXPECT_EQ((refused.problem + refused.remedy).find("sk-wrong"), std::string::npos);
}

TEST(TargetProbe, NothingListens) {
  const ProbedTarget target = probed(target_at("x", dead_url()));
  expect_problem(target.report, "connection refused", "is the server running");
  EXPECT_FALSE(target.report.reachable);
  EXPECT_FALSE(target.load.has_value());
}

TEST(TargetProbe, TheNameDoesNotResolve) {
  expect_problem(probed(target_at("x", "http://no-such-host.invalid:8000")).report,
                 "no-such-host.invalid", "DNS");
}

TEST(TargetProbe, AUrlThatIsNone) {
  expect_problem(probed(target_at("x", "ftp://host")).report, "http", "name=http://host:port");
}

TEST(TargetProbe, AnUnknownEngine) {
  expect_problem(probed(target_at("x", dead_url(), "vlm")).report, "no engine 'vlm'", "help");
}

TEST(TargetProbe, AnUnknownProtocol) {
  const auto server = start(quick(EngineKind::kVllm));
  auto target = target_at("x", server->url());
  target.protocol = "openai-chats";
  expect_problem(probed(target).report, "no protocol 'openai-chats'", "openai-chat,");
}

TEST(TargetProbe, TheWrongEngineIsNamed) {
  const auto server = start(quick(EngineKind::kOllama));
  const TargetReport report = probed(target_at("x", server->url(), "vllm")).report;
  EXPECT_TRUE(report.reachable);
  EXPECT_FALSE(report.healthy);
  EXPECT_EQ(report.health_status, 404);
  expect_problem(report, "no vLLM at this address", "engine's name");
}

TEST(TargetProbe, NothingOfAnEngineAtTheAddress) {
  const RawServer server([](const RawRequest&) { return http_answer(404, "nginx", "text/html"); });
  expect_problem(probed(target_at("x", server.url())).report, "is not found", "port");
}

TEST(TargetProbe, AServerThatIsStillLoading) {
  const RawServer server([](const RawRequest&) { return http_answer(503, "{}"); });
  expect_problem(probed(target_at("x", server.url(), "vllm")).report, "HTTP 503", "wait");
}

TEST(TargetProbe, AServerThatFails) {
  const RawServer server([](const RawRequest&) { return http_answer(500, "oops"); });
  expect_problem(probed(target_at("x", server.url(), "tgi")).report, "HTTP 500", "log");
}

TEST(TargetProbe, AServerThatNeverAnswers) {
  std::atomic<bool> leave{false};
  const RawServer server([&](const RawRequest&) {
    leave.wait(false);
    return std::string();
  });
  const ProbedTarget target =
      probe_target(target_at("x", server.url(), "vllm"), 0, {.timeout = 50 * kMillisecond});
  leave = true;
  leave.notify_all();
  expect_problem(target.report, "in time", "loading");
}

TEST(TargetProbe, AServerThatHangsUp) {
  const RawServer server([](const RawRequest&) { return std::string(); });
  expect_problem(probed(target_at("x", server.url(), "vllm")).report, "closed", "");
}

TEST(TargetProbe, AModelThatTheServerLacks) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.models = {"llama-8b", "llama-70b"};
  const auto server = start(options);
  auto target = target_at("x", server->url());
  target.model = "lama-8b";
  expect_problem(probed(target).report, "no model 'lama-8b'", "did you mean 'llama-8b'");
  target.model = "quite-another-thing";
  expect_problem(probed(target).report, "no model", "it has: llama-8b, llama-70b");
  target.model = "llama-70b";
  EXPECT_TRUE(probed(target).report.ok());
}

TEST(TargetProbe, SeveralModelsAndNoneNamed) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.models = {"a", "b"};
  const auto server = start(options);
  const TargetReport report = probed(target_at("x", server->url())).report;
  expect_problem(report, "2 models", "--model: a, b");
  EXPECT_EQ(report.models.size(), 2U);
}

TEST(TargetProbe, AServerThatListsNoModel) {
  const RawServer server([](const RawRequest&) { return http_answer(200, "{\"data\":[]}"); });
  auto target = target_at("x", server.url(), "openai");
  expect_problem(probed(target).report, "lists no model", "--model");
  target.model = "any";
  EXPECT_TRUE(probed(target).report.ok()) << "it cannot contradict";
}

TEST(TargetProbe, AModelListThatIsNone) {
  const RawServer page([](const RawRequest&) { return http_answer(200, "<html>log in</html>"); });
  expect_problem(probed(target_at("x", page.url(), "openai")).report, "<html>", "engine kind");
  const RawServer closed([](const RawRequest& request) {
    return request.path == "/health" ? http_answer(200, "") : http_answer(403, "{}");
  });
  expect_problem(probed(target_at("x", closed.url(), "vllm")).report, "/v1/models answers HTTP 403",
                 "--model");
}

TEST(TargetProbe, LongListsOfModelsAreCut) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.models.clear();
  for (int i = 0; i < 25; ++i) options.models.push_back("model-" + std::to_string(i));
  const auto server = start(options);
  auto target = target_at("x", server->url());
  expect_problem(probed(target).report, "25 models", "model-9 and 15 more");
  target.model = "quite-another-thing";
  expect_problem(probed(target).report, "no model", "model-9 and 15 more");
}

TEST(TargetProbe, AUrlWithTheVersionInIt) {
  const auto server = start(quick(EngineKind::kVllm));
  expect_problem(probed(target_at("x", server->url() + "/v1", "vllm")).report, "is not found",
                 "leave /v1 off");
}

TEST(TargetProbe, AServerThatSendsElsewhere) {
  const RawServer server([](const RawRequest&) {
    return http_answer(302, "", "text/html", "Location: http://elsewhere.example/\r\n");
  });
  expect_problem(probed(target_at("x", server.url(), "vllm")).report, "HTTP 302", "redirects");
}

TEST(TargetProbe, OllamaTakesANameWithoutItsTag) {
  sim::ServerOptions options = quick(EngineKind::kOllama);
  options.models = {"llama3:latest"};
  const auto server = start(options);
  auto target = target_at("x", server->url());
  target.model = "llama3";
  EXPECT_TRUE(probed(target).report.ok());
}

TEST(TargetProbe, TgiTakesAnyName) {
  const auto server = start(quick(EngineKind::kTgi));
  auto target = target_at("x", server->url());
  target.model = "tgi";
  const ProbedTarget any = probed(target, {.generate = true});
  EXPECT_TRUE(any.report.ok()) << any.report.problem;
  EXPECT_EQ(any.load->model, "tgi");
}

TEST(TargetProbe, AHeaderThatCannotBeSent) {
  const auto server = start(quick(EngineKind::kVllm));
  auto target = target_at("x", server->url());
  target.headers = {{"X Bad", "1"}};
  expect_problem(probed(target).report, "header \"X Bad\"", "a name is a token");
  target.headers = {{"X-Good", "line\nend"}};
  const TargetReport report = probed(target).report;
  expect_problem(report, "header \"X-Good\"", "a value holds no line ends");
  EXPECT_EQ(report.problem.find("line"), report.problem.find("line ends"))
      << "the value may be a key";
}

TEST(TargetProbe, AKeyWhoseVariableIsNotSet) {
  auto target = target_at("x", dead_url());
  target.api_key_env = "TT_TEST_VARIABLE_THAT_IS_NOT_SET";
  expect_problem(probed(target).report, "TT_TEST_VARIABLE_THAT_IS_NOT_SET is not set", "export ");
}

TEST(TargetProbe, ATestRequestThatFails) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.faults.error = 1;
  const auto server = start(options);
  const ProbedTarget target = probed(target_at("x", server->url()), {.generate = true});
  expect_problem(target.report, "a test request failed", "log");
  EXPECT_FALSE(target.load.has_value());
}

TEST(TargetProbe, ACertificateThatNobodyHereTrusts) {
  const net::Certificate certificate =
      net::make_certificate({.alternative_names = "IP:127.0.0.1", .authority = true});
  const RawServer server([](const RawRequest&) { return http_answer(200, "{\"data\":[]}"); },
                         &certificate);
  auto target = target_at("x", server.url(), "openai");
  target.model = "m";
  expect_problem(probed(target).report, "certificate", "--ca");
  EXPECT_TRUE(probed(target, {.insecure = true}).report.ok()) << "only when asked";
  expect_problem(probed(target, {.ca_file = "/no/such/file.pem"}).report, "file.pem", "PEM");
}

TEST(TargetProbe, HttpsWhereNoTlsIsSpoken) {
  const auto server = start(quick(EngineKind::kVllm));
  std::string url = server->url();
  url.replace(0, 4, "https");
  expect_problem(probed(target_at("x", url)).report, "http://", "");
}

TEST(TargetProbe, PlainHttpWhereTlsIsSpoken) {
  const net::Certificate certificate = net::make_certificate({});
  const RawServer server([](const RawRequest&) { return http_answer(200, "{}"); }, &certificate);
  std::string url = server.url();
  url.replace(0, 5, "http");
  expect_problem(probed(target_at("x", url)).report, "or an https:// server?", "");
}

TEST(TargetProbe, SeveralAtOnceKeepTheirOrder) {
  const auto vllm = start(quick(EngineKind::kVllm));
  const auto tgi = start(quick(EngineKind::kTgi));
  const auto all = probe_targets(
      {target_at("a", vllm->url()), target_at("b", dead_url()), target_at("c", tgi->url())},
      {.timeout = 5 * kSecond});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].report.engine, EngineKind::kVllm);
  EXPECT_FALSE(all[1].report.ok());
  EXPECT_EQ(all[2].report.engine, EngineKind::kTgi);
  EXPECT_EQ(all[2].load->index, 2U);
}

}  // namespace
}  // namespace tt::trial
