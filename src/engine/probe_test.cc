#include "engine/probe.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace tt::engine {
namespace {

std::uint32_t count_words(std::string_view text) {
  return text.empty() ? 0 : 1 + static_cast<std::uint32_t>(std::ranges::count(text, ' '));
}

ServerIdentity identity(EngineKind kind) {
  return {.kind = kind, .models = {"org/one", "two"}, .version = "1.2.3", .max_length = 4096};
}

ServerReply get(EngineKind kind, std::string_view path) {
  return answer_probe(identity(kind), "GET", path, {}, count_words);
}

TEST(Probe, WhatTheServerSaysTheClientReads) {
  for (const auto& engine : engines()) {
    SCOPED_TRACE(engine.name);
    EXPECT_EQ(get(engine.kind, engine.health_path).status, 200);
    const auto models = read_models(engine.kind, get(engine.kind, engine.models_path).body);
    ASSERT_TRUE(models) << models.error().text();
    EXPECT_EQ(models->front().id, "org/one");
    EXPECT_EQ(models->size(), engine.kind == EngineKind::kTgi ? 1U : 2U);
    const bool tells_length =
        engine.kind == EngineKind::kVllm || engine.kind == EngineKind::kSglang ||
        engine.kind == EngineKind::kTgi || engine.kind == EngineKind::kLlamaCpp;
    EXPECT_EQ(models->front().max_length, tells_length ? 4096U : 0U);
    if (!engine.version_path.empty()) {
      EXPECT_EQ(read_version(engine.kind, get(engine.kind, engine.version_path).body), "1.2.3");
    }
  }
}

TEST(Probe, TokensAreCountedWhereTheEngineCan) {
  for (const auto& engine : engines()) {
    SCOPED_TRACE(engine.name);
    const auto request = build_tokenize(engine.kind, "two", "five words are \"in\" this");
    ASSERT_EQ(request.has_value(), !engine.tokenize_path.empty());
    if (!request) continue;
    const ServerReply reply =
        answer_probe(identity(engine.kind), "POST", request->path, request->body, count_words);
    EXPECT_EQ(read_tokenize(engine.kind, reply.body).value_or(0), 5U) << reply.body;
    EXPECT_GE(
        answer_probe(identity(engine.kind), "POST", request->path, "junk", count_words).status,
        400);
  }
}

TEST(Probe, TgiTokensWithoutAPlaceAreSpecial) {
  EXPECT_EQ(read_tokenize(EngineKind::kTgi, R"([{"id":1,"text":"<s>","start":0,"stop":0},
      {"id":5,"text":"a","start":0,"stop":1},{"id":6,"text":"b","start":1,"stop":2}])")
                .value_or(0),
            2U);
}

TEST(Probe, OnlyItsOwnPathsAreAnswered) {
  for (const auto& engine : engines()) {
    EXPECT_EQ(get(engine.kind, "/nowhere").status, 404) << engine.name;
    EXPECT_EQ(answer_probe(identity(engine.kind), "DELETE", "/v1/models", {}, count_words).status,
              404);
  }
  EXPECT_EQ(get(EngineKind::kVllm, "/api/tags").status, 404);
  EXPECT_EQ(get(EngineKind::kVllm, "/nowhere").body, R"({"detail":"Not Found"})");
  EXPECT_EQ(get(EngineKind::kOllama, "/").body, "Ollama is running");
  EXPECT_EQ(get(EngineKind::kVllm, "/health?deep=1").status, 200);
}

TEST(Probe, EnginesAreKnownByWhatTheySay) {
  for (const auto& engine : engines()) {
    SCOPED_TRACE(engine.name);
    const ServerReply models = get(engine.kind, engine.models_path);
    EXPECT_EQ(guess_engine(models.body, {}, {}), engine.kind);
  }
  EXPECT_EQ(guess_engine({}, "Ollama is running", {}), EngineKind::kOllama);
  EXPECT_EQ(guess_engine(get(EngineKind::kOllama, "/v1/models").body, {}, {}), EngineKind::kOllama);
  EXPECT_EQ(guess_engine(get(EngineKind::kTgi, "/v1/models").body,
                         get(EngineKind::kTgi, "/info").body, {}),
            EngineKind::kTgi);
  EXPECT_EQ(guess_engine({}, {}, "llama.cpp"), EngineKind::kLlamaCpp);
  EXPECT_EQ(guess_engine({}, {}, "nginx"), std::nullopt);
  EXPECT_EQ(guess_engine(R"({"data":[{"id":"x","owned_by":"me"}]})", R"({"version":"1"})", {}),
            std::nullopt);
}

TEST(Probe, AnswersThatAreNoneSayWhatToCheck) {
  for (const std::string_view body : {"", "<html>", "[]", "{}", R"({"data":5})"}) {
    const auto models = read_models(EngineKind::kVllm, body);
    ASSERT_FALSE(models) << body;
    EXPECT_NE(models.error().message.find("check the engine kind"), std::string::npos);
    if (body != "[]") {
      EXPECT_FALSE(read_tokenize(EngineKind::kVllm, body)) << body;
    }
    EXPECT_EQ(read_version(EngineKind::kVllm, body), "");
  }
  EXPECT_TRUE(read_models(EngineKind::kVllm, R"({"data":[{"no":"id"},7]})").value().empty());
}

}  // namespace
}  // namespace tt::engine
