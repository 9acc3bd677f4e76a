// The simulated engines over loopback, read with the client's side of the protocols.
#include "sim/server.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/probe.h"
#include "sim/test_client.h"
#include "sim/tokens.h"

namespace tt::sim {
namespace {

using engine::EngineKind;

ServerOptions quick(EngineKind kind, std::uint32_t tokens = 0) {
  ServerOptions o;
  o.profile = find_profile(std::string(default_profile(kind))).value();
  o.profile.fixed =
      FixedTiming{.ttft = kMillisecond, .itl = 20 * kMicrosecond, .tokens = tokens, .chunk = 1};
  o.engine = kind;
  o.models = {"test-model"};
  return o;
}

std::unique_ptr<ServerThread> start(ServerOptions options) {
  auto server = ServerThread::start(std::move(options));
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().text());
  return server ? std::move(*server) : nullptr;
}

struct Streamed {
  HttpAnswer http;
  std::uint32_t token_events = 0;
  engine::StreamSummary summary;
  std::string text;
};

engine::HttpRequest request_of(EngineKind kind, const engine::Protocol& protocol,
                               std::uint32_t tokens) {
  const auto prompt = engine::Prompt::of("Tell me of the river and the city.");
  return protocol.build({.model = "test-model",
                         .prompt = &prompt,
                         .max_tokens = tokens,
                         .force_length = true,
                         .temperature = {},
                         .seed = {},
                         .extra_body = {}},
                        engine::traits(kind));
}

Streamed read_stream(EngineKind kind, const engine::Protocol& protocol, HttpAnswer http) {
  Streamed s;
  s.http = std::move(http);
  const auto reader = protocol.reader(engine::traits(kind));
  reader->keep_text(&s.text);
  for (const auto& payload : events_of(protocol.framing(), s.http.body)) {
    s.token_events += reader->read(payload).kind == engine::StreamEvent::Kind::kToken ? 1 : 0;
  }
  s.summary = reader->summary();
  return s;
}

Streamed stream(TestClient& client, EngineKind kind, const engine::Protocol& protocol,
                std::uint32_t tokens, const std::string& headers = {}) {
  const auto request = request_of(kind, protocol, tokens);
  return read_stream(kind, protocol, client.exchange("POST", request.path, request.body, headers));
}

const engine::Protocol& default_protocol(EngineKind kind) {
  return *engine::find_protocol(engine::traits(kind).default_protocol);
}

/// Asks the server until `done` says so; false when it took absurdly long.
template <class F>
bool eventually(ServerThread& server, F&& done) {
  const Nanos deadline = steady_now() + 20 * kSecond;
  while (steady_now() < deadline) {
    if (done(server.stats())) return true;
  }
  return false;
}

class EveryEngine : public testing::TestWithParam<EngineKind> {};
INSTANTIATE_TEST_SUITE_P(All, EveryEngine,
                         testing::Values(EngineKind::kOpenAi, EngineKind::kVllm,
                                         EngineKind::kSglang, EngineKind::kTgi, EngineKind::kOllama,
                                         EngineKind::kLlamaCpp, EngineKind::kTensorRtLlm),
                         [](const auto& kind) {
                           return std::string(engine::traits(kind.param).name);
                         });

TEST_P(EveryEngine, StreamsInEachOfItsProtocols) {
  const auto server = start(quick(GetParam()));
  TestClient client(server->port());
  int spoken = 0;
  for (const engine::Protocol* protocol : engine::protocols()) {
    const auto request = request_of(GetParam(), *protocol, 25);
    const auto http = client.exchange("POST", request.path, request.body);
    if (http.status == 404) continue;
    ++spoken;
    const Streamed s = read_stream(GetParam(), *protocol, http);
    SCOPED_TRACE(std::string(protocol->name()) + "\n" + http.body);
    EXPECT_EQ(s.http.status, 200);
    EXPECT_TRUE(s.http.complete);
    EXPECT_EQ(s.summary.status, Status::kOk) << s.summary.error;
    EXPECT_TRUE(s.summary.complete);
    EXPECT_EQ(s.summary.output_tokens, 25U);
    EXPECT_EQ(count_tokens(s.text), 25U) << s.text;
    EXPECT_EQ(s.summary.finish_reason, "length");
  }
  EXPECT_GE(spoken, 2);
}

TEST_P(EveryEngine, AnswersWhatIsAskedAroundGeneration) {
  const auto server = start(quick(GetParam()));
  TestClient client(server->port());
  const auto& traits = engine::traits(GetParam());
  EXPECT_EQ(client.exchange("GET", traits.health_path).status, 200);
  const auto models = client.exchange("GET", traits.models_path);
  EXPECT_EQ(models.status, 200);
  const auto list = engine::read_models(GetParam(), models.body);
  ASSERT_TRUE(list.has_value()) << models.body;
  ASSERT_FALSE(list->empty());
  EXPECT_EQ(list->front().id, "test-model");
  if (!traits.version_path.empty()) {
    const auto version = client.exchange("GET", traits.version_path);
    EXPECT_EQ(version.status, 200);
    EXPECT_FALSE(engine::read_version(GetParam(), version.body).empty()) << version.body;
  }
  const std::string text = "Extraordinary words, counted.";
  if (const auto tokenize = engine::build_tokenize(GetParam(), "test-model", text)) {
    const auto counted = client.exchange(tokenize->method, tokenize->path, tokenize->body);
    EXPECT_EQ(engine::read_tokenize(GetParam(), counted.body).value_or(0), count_tokens(text))
        << counted.body;
  }
  EXPECT_EQ(client.exchange("GET", "/no/such/page").status, 404);
}

TEST_P(EveryEngine, AnswersWholeWhereNoStreamIsAsked) {
  const auto server = start(quick(GetParam(), 12));
  TestClient client(server->port());
  const std::string path = GetParam() == EngineKind::kTgi      ? "/generate"
                           : GetParam() == EngineKind::kOllama ? "/api/chat"
                                                               : "/v1/chat/completions";
  const std::string body =
      GetParam() == EngineKind::kTgi
          ? R"({"inputs":"hi there","parameters":{"max_new_tokens":12,"details":true}})"
          : R"({"model":"test-model","stream":false,"messages":[{"role":"user","content":"hi there"}]})";
  const auto answer = client.exchange("POST", path, body);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.complete);
  EXPECT_NE(answer.body.find("12"), std::string::npos) << answer.body;
}

TEST_P(EveryEngine, TheHeaderLeavesWhenThisEngineSendsIt) {
  const bool early = GetParam() != EngineKind::kSglang && GetParam() != EngineKind::kOllama &&
                     GetParam() != EngineKind::kLlamaCpp;
  auto options = quick(GetParam());
  if (early) options.profile.fixed->ttft = 3600 * kSecond;  // no token will ever come
  const auto server = start(options);
  TestClient client(server->port());
  const auto request = request_of(GetParam(), default_protocol(GetParam()), 3);
  client.ask("POST", request.path, request.body);
  const std::string first = client.read_some();
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200"));
  const auto head = first.find("\r\n\r\n");
  ASSERT_NE(head, std::string::npos);
  // llama.cpp sends it when the work starts: with the first token, or a little before it.
  if (GetParam() != EngineKind::kLlamaCpp) {
    EXPECT_EQ(head + 4 == first.size(), early) << first;
  }
}

TEST_P(EveryEngine, BadRequestsAreRefusedInItsOwnWords) {
  const auto server = start(quick(GetParam()));
  TestClient client(server->port());
  const auto request = request_of(GetParam(), default_protocol(GetParam()), 3);
  for (const char* body : {"", "{", "[]", "{\"messages\":3}", "\xff\xfe"}) {
    const auto answer = client.exchange("POST", request.path, body);
    EXPECT_GE(answer.status, 400) << body;
    EXPECT_LT(answer.status, 500) << body;
    EXPECT_FALSE(engine::read_http_failure(answer.status, answer.body).message.empty());
  }
  EXPECT_EQ(stream(client, GetParam(), default_protocol(GetParam()), 3).summary.output_tokens, 3U)
      << "the connection lives on";
}

TEST_P(EveryEngine, OddChunksChangeNothing) {
  auto options = quick(GetParam());
  options.faults.odd_chunks = 1;
  const auto server = start(options);
  TestClient client(server->port());
  const auto s = stream(client, GetParam(), default_protocol(GetParam()), 40);
  EXPECT_TRUE(s.summary.complete);
  EXPECT_EQ(s.summary.output_tokens, 40U);
}

TEST_P(EveryEngine, EveryFaultIsSeenAsWhatItIs) {
  const EngineKind kind = GetParam();
  const auto& protocol = default_protocol(kind);
  const auto play = [&](double Faults::* which) {
    auto options = quick(kind);
    options.faults.*which = 1;
    options.faults.stall_for = kMillisecond;
    options.faults.slow_header_for = kMillisecond;
    const auto server = start(options);
    TestClient client(server->port());
    return stream(client, kind, protocol, 30);
  };
  const auto status_of = [&](const Streamed& s) {
    if (s.http.status != 200) return engine::read_http_failure(s.http.status, s.http.body).status;
    return s.summary.status;
  };
  EXPECT_NE(status_of(play(&Faults::error)), Status::kOk);
  EXPECT_EQ(status_of(play(&Faults::overload)), Status::kOverloaded);

  const auto broken = play(&Faults::stream_error);
  EXPECT_FALSE(broken.summary.complete && broken.summary.status == Status::kOk);
  EXPECT_LT(broken.token_events, 30U);

  const auto stalled = play(&Faults::stall);
  EXPECT_TRUE(stalled.summary.complete);
  EXPECT_EQ(stalled.summary.output_tokens, 30U);
  EXPECT_EQ(play(&Faults::slow_header).summary.output_tokens, 30U);

  const auto cut = play(&Faults::cut);
  EXPECT_FALSE(cut.http.complete);
  EXPECT_FALSE(cut.summary.complete);

  EXPECT_EQ(play(&Faults::garbage).summary.status, Status::kMalformed);
}

TEST(Server, AModelItDoesNotHaveIsNotFound) {
  for (const auto kind : {EngineKind::kVllm, EngineKind::kOllama}) {
    auto options = quick(kind);
    options.models = {"another"};
    const auto server = start(options);
    TestClient client(server->port());
    EXPECT_EQ(stream(client, kind, default_protocol(kind), 3).http.status, 404);
    EXPECT_EQ(server->stats().refused, 1U);
  }
}

TEST(Server, TheKeyIsAskedForWhereTheEngineAsks) {
  auto options = quick(EngineKind::kVllm);
  options.api_key = "secret-key";
  const auto server = start(options);
  TestClient client(server->port());
  const auto& chat = default_protocol(EngineKind::kVllm);
  EXPECT_EQ(stream(client, EngineKind::kVllm, chat, 3).http.status, 401);
  EXPECT_EQ(
      stream(client, EngineKind::kVllm, chat, 3, "Authorization: Bearer other\r\n").http.status,
      401);
  EXPECT_EQ(client.exchange("GET", "/v1/models").status, 401);
  EXPECT_EQ(client.exchange("GET", "/health").status, 200);
  EXPECT_EQ(stream(client, EngineKind::kVllm, chat, 3, "Authorization: Bearer secret-key\r\n")
                .summary.output_tokens,
            3U);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  const auto server = start(quick(EngineKind::kVllm));
  TestClient client(server->port());
  const auto& chat = default_protocol(EngineKind::kVllm);
  for (std::uint32_t tokens = 3; tokens < 8; ++tokens) {
    const auto request = request_of(EngineKind::kVllm, chat, tokens);
    client.ask("POST", request.path, request.body);
  }
  client.ask("GET", "/health");
  for (std::uint32_t tokens = 3; tokens < 8; ++tokens) {
    EXPECT_EQ(read_stream(EngineKind::kVllm, chat, client.answer()).summary.output_tokens, tokens);
  }
  EXPECT_EQ(client.answer().status, 200);
}

TEST(Server, ClosesTheConnectionWhereAskedTo) {
  const auto server = start(quick(EngineKind::kVllm));
  TestClient client(server->port());
  const auto s = stream(client, EngineKind::kVllm, default_protocol(EngineKind::kVllm), 4,
                        "Connection: close\r\n");
  EXPECT_EQ(s.summary.output_tokens, 4U);
  EXPECT_EQ(client.read_some(), "");
}

TEST(Server, BytesThatAreNotHttpGetFourHundredAndAnEnd) {
  const auto server = start(quick(EngineKind::kVllm));
  TestClient client(server->port());
  client.send("what is this\r\n\r\n");
  EXPECT_EQ(client.answer().status, 400);
  EXPECT_EQ(client.read_some(), "");
}

TEST(Server, ADisconnectFreesTheRequest) {
  auto options = quick(EngineKind::kVllm, 1'000'000);
  options.profile.fixed.reset();
  const auto server = start(options);
  {
    TestClient client(server->port());
    const auto request = request_of(EngineKind::kVllm, default_protocol(EngineKind::kVllm), 5000);
    client.ask("POST", request.path, request.body);
    EXPECT_FALSE(client.read_some().empty());
    ASSERT_TRUE(eventually(*server, [](const ServerStats& s) { return s.load.running == 1; }));
  }
  EXPECT_TRUE(eventually(*server, [](const ServerStats& s) {
    return s.load.running == 0 && s.load.kv_blocks_used == 0 && s.disconnected == 1;
  }));
}

/// Nobody reads until the model has made all tokens.
Streamed read_late(EngineKind kind, std::uint32_t tokens, ServerThread& server) {
  TestClient client(server.port(), 4096);
  const auto request = request_of(kind, default_protocol(kind), tokens);
  client.ask("POST", request.path, request.body);
  EXPECT_TRUE(eventually(server, [&](const ServerStats& s) { return s.load.tokens == tokens; }));
  return read_stream(kind, default_protocol(kind), client.answer());
}

TEST(Server, ASlowReaderGetsMergedEventsWhereTheEngineMerges) {
  constexpr std::uint32_t kTokens = 20'000;
  auto options = quick(EngineKind::kVllm, kTokens);
  options.profile.fixed->itl = kMicrosecond;
  const auto server = start(options);
  const auto s = read_late(EngineKind::kVllm, kTokens, *server);
  EXPECT_EQ(s.summary.output_tokens, kTokens);
  EXPECT_LT(s.token_events, kTokens);
  EXPECT_EQ(count_tokens(s.text), kTokens);
}

TEST(Server, ASlowReaderGetsEveryEventWhereTheEngineNeverMerges) {
  constexpr std::uint32_t kTokens = 20'000;
  auto options = quick(EngineKind::kTgi, kTokens);
  options.profile.fixed->itl = kMicrosecond;
  const auto server = start(options);
  const auto s = read_late(EngineKind::kTgi, kTokens, *server);
  EXPECT_EQ(s.token_events, kTokens);
  EXPECT_TRUE(s.summary.complete);
}

TEST(Server, FixedChunksHoldSeveralTokens) {
  auto options = quick(EngineKind::kVllm, 10);
  options.profile.fixed->chunk = 4;
  options.profile.fixed->itl = 5 * kMillisecond;
  const auto server = start(options);
  TestClient client(server->port());
  const auto s = stream(client, EngineKind::kVllm, default_protocol(EngineKind::kVllm), 99);
  EXPECT_EQ(s.summary.output_tokens, 10U);
  EXPECT_EQ(s.token_events, 3U);
}

TEST(Server, TgiRefusesAboveItsSemaphore) {
  auto options = quick(EngineKind::kTgi);
  options.profile.fixed.reset();
  options.profile.limits.max_concurrent = 1;
  const auto server = start(options);
  TestClient first(server->port());
  const auto& protocol = default_protocol(EngineKind::kTgi);
  const auto request = request_of(EngineKind::kTgi, protocol, 4000);
  first.ask("POST", request.path, request.body);
  ASSERT_TRUE(eventually(*server, [](const ServerStats& s) { return s.load.running == 1; }));
  TestClient second(server->port());
  const auto refused = stream(second, EngineKind::kTgi, protocol, 5);
  EXPECT_EQ(refused.summary.status, Status::kOverloaded) << refused.http.body;
}

TEST(Server, AModelEndsItsAnswersByItselfUnlessForcedNotTo) {
  auto options = quick(EngineKind::kTgi);
  options.profile.fixed.reset();
  options.profile.step = {.weights_ms = 0.01, .host_ms = 0.01, .overhead_ms = 0.1};
  options.profile.mean_output_tokens = 20;
  const auto server = start(options);
  TestClient client(server->port());
  const auto s = stream(client, EngineKind::kTgi, default_protocol(EngineKind::kTgi), 3000);
  EXPECT_TRUE(s.summary.complete);
  EXPECT_LT(s.token_events, 300U);
  EXPECT_NE(s.summary.finish_reason, "length");
}

TEST(Server, TheTruthTellsEveryRequestAndToken) {
  const auto path = std::filesystem::path(testing::TempDir()) / "sim_truth.jsonl";
  auto options = quick(EngineKind::kVllm);
  options.truth_path = path.string();
  const auto server = start(options);
  const Nanos before = steady_now();
  {
    TestClient client(server->port());
    for (std::uint32_t tokens = 5; tokens < 8; ++tokens) {
      stream(client, EngineKind::kVllm, default_protocol(EngineKind::kVllm), tokens,
             "X-Request-Id: ask-" + std::to_string(tokens) + "\r\n");
    }
  }
  ASSERT_TRUE(server->stop().has_value());
  const Nanos after = steady_now();
  std::ifstream file(path);
  std::string line;
  std::uint32_t tokens = 5;
  while (std::getline(file, line)) {
    EXPECT_NE(line.find("\"id\":\"ask-" + std::to_string(tokens) + "\""), std::string::npos)
        << line;
    EXPECT_NE(line.find("\"tokens\":" + std::to_string(tokens)), std::string::npos) << line;
    const auto number = [&](const std::string& name) {
      const auto at = line.find("\"" + name + "\":");
      return at == std::string::npos
                 ? 0
                 : std::strtoll(line.c_str() + at + name.size() + 3, nullptr, 10);
    };
    EXPECT_GE(number("received_ns"), before);
    EXPECT_GE(number("header_ns"), number("received_ns"));
    EXPECT_GE(number("end_ns"), number("received_ns") + kMillisecond);
    EXPECT_LE(number("end_ns"), after);
    ++tokens;
  }
  EXPECT_EQ(tokens, 8U);
}

TEST(Server, AnAddressThatIsTakenOrATruthThatCannotBeWrittenIsAnError) {
  const auto server = start(quick(EngineKind::kVllm));
  auto options = quick(EngineKind::kVllm);
  options.port = server->port();
  EXPECT_FALSE(ServerThread::start(options).has_value());
  options.port = 0;
  options.truth_path = "/no/such/folder/truth.jsonl";
  EXPECT_FALSE(ServerThread::start(options).has_value());
}

TEST(Server, StopsWithStreamsUnderWay) {
  auto options = quick(EngineKind::kVllm, 1'000'000);
  const auto server = start(options);
  TestClient client(server->port());
  const auto request = request_of(EngineKind::kVllm, default_protocol(EngineKind::kVllm), 10);
  client.ask("POST", request.path, request.body);
  EXPECT_FALSE(client.read_some().empty());
  EXPECT_TRUE(server->stop().has_value());
  EXPECT_FALSE(client.answer().complete);
}

TEST(ServerOptions, FromFlags) {
  const auto plain = make_server_options({});
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->engine, EngineKind::kVllm);
  EXPECT_EQ(plain->port, 8000);
  ServerFlags flags;
  flags.engine = "ollama";
  flags.fixed = "ttft=1ms";
  flags.faults = "error=0.5";
  const auto ollama = make_server_options(flags);
  ASSERT_TRUE(ollama.has_value());
  EXPECT_EQ(ollama->port, 11434);
  EXPECT_EQ(ollama->profile.name, "rtx4090-8b-ollama");
  EXPECT_EQ(ollama->faults.error, 0.5);
  ASSERT_TRUE(ollama->profile.fixed.has_value());
  flags.engine = "olama";
  EXPECT_FALSE(make_server_options(flags).has_value());
  flags = {};
  flags.profile = "a100-8b-sglang";
  EXPECT_EQ(make_server_options(flags)->engine, EngineKind::kSglang) << "the profile's own";
  flags.api_key_env = "TT_NO_SUCH_VARIABLE";
  EXPECT_FALSE(make_server_options(flags).has_value());
}

}  // namespace
}  // namespace tt::sim
