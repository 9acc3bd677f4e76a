// The server's side: what each engine writes (gold files with an update flag), and that our own
// readers understand all of it.
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/test_gold.h"
#include "base/time.h"
#include "engine/protocol.h"
#include "engine/stream_testing.h"

namespace tt::engine {
namespace {

struct Pair {
  EngineKind kind;
  std::string_view protocol;
};

// Who speaks what.
std::vector<Pair> pairs() {
  std::vector<Pair> out;
  for (const auto& engine : engines()) {
    out.push_back({engine.kind, "openai-chat"});
    out.push_back({engine.kind, "openai-completions"});
  }
  out.push_back({EngineKind::kTgi, "tgi-generate"});
  out.push_back({EngineKind::kOllama, "ollama-chat"});
  out.push_back({EngineKind::kOllama, "ollama-generate"});
  return out;
}

std::string label(const Pair& pair) {
  return std::string(traits(pair.kind).name) + "_" + std::string(pair.protocol);
}

const EngineTimings kTimings{.queue_ns = 1'000'000,
                             .load_ns = 0,
                             .prefill_ns = 25'000'000,
                             .decode_ns = 30'000'000,
                             .total_ns = 60'000'000};

ServerRequest request_of(bool running) {
  ServerRequest request;
  request.model = "a \"model\"";
  request.max_tokens = 4;
  request.stream = true;
  request.include_usage = true;
  request.continuous_usage = running;
  request.details = true;
  return request;
}

struct Written {
  std::string body;
  std::string text;
};

// Four tokens in three events, ended by length or by the end token.
Written write(const Pair& pair, std::string_view reason, bool running) {
  const Protocol& protocol = *find_protocol(pair.protocol);
  ServerRequest request = request_of(running);
  if (reason == "stop") request.max_tokens = 100;
  const auto writer = protocol.writer(
      request, {.kind = pair.kind, .request_id = "r-1", .created_s = 1'770'000'000});
  Written out;
  ServerUsage usage{.input_tokens = 11, .output_tokens = 0, .cached_tokens = 3};
  writer->begin(out.body);
  const std::vector<std::vector<std::string_view>> events = {{"Say"}, {" \"hi\"\n", " tö"}, {"!"}};
  for (const auto& pieces : events) {
    usage.output_tokens += static_cast<std::uint32_t>(pieces.size());
    writer->tokens(out.body, pieces, usage);
    for (const auto piece : pieces) out.text += piece;
  }
  writer->finish(out.body, reason, usage, kTimings);
  return out;
}

TEST(Writer, GoldOfEveryEngineAndProtocol) {
  for (const Pair& pair : pairs()) {
    for (const std::string reason : {"length", "stop"}) {
      const std::string name = "written_" + label(pair) + "_" + reason;
      SCOPED_TRACE(name);
      expect_gold(write(pair, reason, reason == "stop").body, "engine/" + name + ".txt");
    }
  }
}

TEST(Writer, OurReadersUnderstandEveryEngine) {
  for (const Pair& pair : pairs()) {
    for (const bool running : {false, true}) {
      SCOPED_TRACE(label(pair));
      const Protocol& protocol = *find_protocol(pair.protocol);
      const Written written = write(pair, "length", running);
      const auto reader = protocol.reader(traits(pair.kind));
      std::string text;
      reader->keep_text(&text);
      std::uint32_t token_events = 0;
      std::uint32_t told = 0;
      for (const auto payload : payloads_of(written.body, protocol.framing())) {
        const StreamEvent event = reader->read(payload);
        EXPECT_NE(event.kind, StreamEvent::Kind::kMalformed) << payload;
        EXPECT_NE(event.kind, StreamEvent::Kind::kError) << payload;
        if (event.kind != StreamEvent::Kind::kToken) continue;
        ++token_events;
        told += event.tokens;
      }
      const StreamSummary& summary = reader->summary();
      EXPECT_EQ(text, written.text);
      EXPECT_TRUE(summary.complete);
      EXPECT_EQ(summary.status, Status::kOk);
      EXPECT_EQ(summary.finish_reason, "length");
      EXPECT_EQ(summary.input_tokens, 11U);
      EXPECT_EQ(summary.output_tokens, 4U);
      const bool own_fields = protocol.name().find("openai") == std::string_view::npos;
      EXPECT_EQ(summary.output_source,
                own_fields ? TokenSource::kEngineFields : TokenSource::kUsage);
      EXPECT_EQ(token_events, pair.kind == EngineKind::kTgi ? 4U : 3U);
      const bool counted =
          pair.protocol == "tgi-generate" || (running && traits(pair.kind).continuous_usage);
      EXPECT_EQ(told, counted ? 4U : 0U);
    }
  }
}

TEST(Writer, EnginesThatGiveTimingsGiveThese) {
  for (const Pair& pair :
       {Pair{EngineKind::kOllama, "ollama-chat"}, Pair{EngineKind::kOllama, "ollama-generate"},
        Pair{EngineKind::kLlamaCpp, "openai-chat"},
        Pair{EngineKind::kLlamaCpp, "openai-completions"}}) {
    SCOPED_TRACE(label(pair));
    const Protocol& protocol = *find_protocol(pair.protocol);
    const Written written = write(pair, "stop", false);
    const auto reader = protocol.reader(traits(pair.kind));
    for (const auto payload : payloads_of(written.body, protocol.framing())) reader->read(payload);
    const EngineTimings& got = reader->summary().timings;
    EXPECT_EQ(got.prefill_ns, kTimings.prefill_ns);
    EXPECT_EQ(got.decode_ns, kTimings.decode_ns);
    if (pair.kind == EngineKind::kOllama) {
      EXPECT_EQ(got.total_ns, kTimings.total_ns);
      EXPECT_EQ(got.load_ns, 0);  // left out on the wire
      EXPECT_EQ(written.body.find("load_duration"), std::string::npos);
    }
  }
}

TEST(Writer, WithoutUsageAskedThereIsNone) {
  for (const auto& engine : engines()) {
    const Protocol& chat = *find_protocol("openai-chat");
    ServerRequest request = request_of(false);
    request.include_usage = false;
    const auto writer =
        chat.writer(request, {.kind = engine.kind, .request_id = "r", .created_s = 1});
    std::string body;
    const std::string_view piece = "x";
    writer->tokens(body, {&piece, 1}, {5, 1, 0});
    writer->finish(body, "stop", {5, 1, 0}, {});
    EXPECT_EQ(body.find("\"usage\":{"), std::string::npos) << engine.name;
    EXPECT_TRUE(body.ends_with("data: [DONE]\n\n")) << engine.name;
  }
}

TEST(Writer, AStreamWithoutATokenStillEnds) {
  for (const Pair& pair : pairs()) {
    SCOPED_TRACE(label(pair));
    const Protocol& protocol = *find_protocol(pair.protocol);
    const auto writer =
        protocol.writer(request_of(false), {.kind = pair.kind, .request_id = "r", .created_s = 1});
    std::string body;
    writer->tokens(body, {}, {5, 0, 0});
    writer->finish(body, "stop", {5, 0, 0}, {});
    const auto reader = protocol.reader(traits(pair.kind));
    for (const auto payload : payloads_of(body, protocol.framing())) {
      EXPECT_NE(reader->read(payload).kind, StreamEvent::Kind::kToken);
    }
    EXPECT_TRUE(reader->summary().complete);
    EXPECT_EQ(reader->summary().output_tokens, 0U);
  }
}

TEST(Writer, FaultsInMidStreamAreReportedAsTheEngineDoes) {
  for (const Pair& pair : pairs()) {
    SCOPED_TRACE(label(pair));
    const Protocol& protocol = *find_protocol(pair.protocol);
    const auto writer =
        protocol.writer(request_of(false), {.kind = pair.kind, .request_id = "r", .created_s = 1});
    std::string body;
    const std::string_view piece = "half";
    writer->tokens(body, {&piece, 1}, {5, 1, 0});
    const std::size_t before = body.size();
    writer->fault(body, {.kind = ServerFault::Kind::kInternal, .message = "it \"broke\""});
    const bool silent = pair.kind == EngineKind::kTensorRtLlm;
    EXPECT_EQ(body.size() == before, silent);
    const auto reader = protocol.reader(traits(pair.kind));
    for (const auto payload : payloads_of(body, protocol.framing())) reader->read(payload);
    EXPECT_FALSE(reader->summary().complete);
    // Ollama's OpenAI form shows nothing but an end without its marks.
    const bool shown =
        !silent && !(pair.kind == EngineKind::kOllama && pair.protocol.starts_with("openai"));
    EXPECT_EQ(reader->summary().status, shown ? Status::kStreamError : Status::kOk);
    EXPECT_EQ(reader->summary().error, shown ? "it \"broke\"" : "");
    const std::set<EngineKind> with_mark = {EngineKind::kVllm, EngineKind::kSglang,
                                            EngineKind::kTgi};
    EXPECT_EQ(body.ends_with("[DONE]\n\n"),
              pair.protocol.starts_with("openai") && with_mark.contains(pair.kind));
  }
}

TEST(Writer, RefusalsAreReadAsWhatTheyAre) {
  using Kind = ServerFault::Kind;
  for (const Pair& pair : pairs()) {
    const Protocol& protocol = *find_protocol(pair.protocol);
    for (const Kind kind : {Kind::kInvalid, Kind::kNotFound, Kind::kUnauthorized, Kind::kOverloaded,
                            Kind::kInternal, Kind::kUnavailable}) {
      for (const bool stream : {false, true}) {
        SCOPED_TRACE(label(pair) + " " + std::to_string(static_cast<int>(kind)));
        const std::string words = kind == Kind::kOverloaded ? "the queue is full" : "no way";
        const ServerReply reply = protocol.refuse({kind, words}, stream, pair.kind);
        Status status;
        std::string message;
        if (reply.status == 200) {
          ASSERT_TRUE(stream);
          const auto reader = protocol.reader(traits(pair.kind));
          for (const auto payload : payloads_of(reply.body, protocol.framing()))
            reader->read(payload);
          status = reader->summary().status;
          message = reader->summary().error;
        } else {
          const HttpFailure failure = read_http_failure(reply.status, reply.body);
          status = failure.status;
          message = failure.message;
        }
        if (kind == Kind::kOverloaded) {
          EXPECT_EQ(status, Status::kOverloaded);
        } else {
          EXPECT_NE(status, Status::kOk);
          EXPECT_NE(status, Status::kOverloaded);
        }
        EXPECT_FALSE(message.empty());
        if (kind != Kind::kUnauthorized && kind != Kind::kNotFound) {
          EXPECT_EQ(message, words);
        }
      }
    }
  }
}

TEST(Writer, StatusCodesAreTheEnginesOwn) {
  using Kind = ServerFault::Kind;
  const auto code = [](std::string_view protocol, EngineKind engine, Kind fault, bool stream) {
    return find_protocol(protocol)->refuse({fault, "words"}, stream, engine).status;
  };
  EXPECT_EQ(code("openai-chat", EngineKind::kOpenAi, Kind::kOverloaded, true), 429);
  EXPECT_EQ(code("openai-chat", EngineKind::kVllm, Kind::kInvalid, true), 400);
  EXPECT_EQ(code("openai-chat", EngineKind::kVllm, Kind::kUnauthorized, true), 401);
  EXPECT_EQ(code("openai-chat", EngineKind::kSglang, Kind::kOverloaded, false), 503);
  EXPECT_EQ(code("openai-chat", EngineKind::kSglang, Kind::kOverloaded, true), 200);
  EXPECT_EQ(code("openai-chat", EngineKind::kLlamaCpp, Kind::kUnavailable, true), 503);
  EXPECT_EQ(code("openai-chat", EngineKind::kTensorRtLlm, Kind::kNotFound, true), 400);
  EXPECT_EQ(code("openai-chat", EngineKind::kTgi, Kind::kInvalid, false), 422);
  EXPECT_EQ(code("tgi-generate", EngineKind::kTgi, Kind::kOverloaded, false), 429);
  EXPECT_EQ(code("tgi-generate", EngineKind::kTgi, Kind::kOverloaded, true), 200);
  EXPECT_EQ(code("tgi-generate", EngineKind::kTgi, Kind::kInternal, false), 424);
  EXPECT_EQ(code("ollama-chat", EngineKind::kOllama, Kind::kNotFound, true), 404);
  EXPECT_EQ(code("ollama-chat", EngineKind::kOllama, Kind::kOverloaded, true), 503);
  const auto limited = find_protocol("openai-chat")
                           ->refuse({Kind::kOverloaded, "slow down"}, true, EngineKind::kOpenAi);
  EXPECT_FALSE(limited.headers.empty());
}

TEST(Writer, WholeAnswersAreJsonWithTheTextAndCounts) {
  for (const Pair& pair : pairs()) {
    SCOPED_TRACE(label(pair));
    const Protocol& protocol = *find_protocol(pair.protocol);
    const ServerReply reply =
        protocol.whole(request_of(false), {.kind = pair.kind, .request_id = "r", .created_s = 7},
                       "All \"of\" it\n", "stop", {11, 4, 3}, kTimings);
    EXPECT_EQ(reply.status, 200);
    const auto json = nlohmann::json::parse(reply.body, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << reply.body;
    if (pair.protocol == "openai-chat") {
      EXPECT_EQ(json["choices"][0]["message"]["content"], "All \"of\" it\n");
      EXPECT_EQ(json["usage"]["completion_tokens"], 4);
      EXPECT_EQ(json["object"], "chat.completion");
    } else if (pair.protocol == "openai-completions") {
      EXPECT_EQ(json["choices"][0]["text"], "All \"of\" it\n");
      EXPECT_EQ(json["usage"]["prompt_tokens"], 11);
    } else if (pair.protocol == "tgi-generate") {
      EXPECT_EQ(json["generated_text"], "All \"of\" it\n");
      EXPECT_EQ(json["details"]["generated_tokens"], 4);
    } else {
      EXPECT_EQ(json["eval_count"], 4);
      EXPECT_EQ(json["done"], true);
      EXPECT_EQ(pair.protocol == "ollama-chat" ? json["message"]["content"] : json["response"],
                "All \"of\" it\n");
    }
  }
}

}  // namespace
}  // namespace tt::engine
