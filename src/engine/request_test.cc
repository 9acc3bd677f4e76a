// Requests as built for each engine, compared as JSON, and as parsed again by the server's side.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/protocol.h"

namespace tt::engine {
namespace {

using nlohmann::json;

const Prompt kPrompt{{{"system", "Be \"brief\"."}, {"user", "Hi\n"}}};

GenerateRequest full_request() {
  return {.model = "m/1",
          .prompt = &kPrompt,
          .max_tokens = 64,
          .force_length = true,
          .temperature = 0.5,
          .seed = 18446744073709551615ULL,
          .extra_body = {}};
}

json built(std::string_view protocol, EngineKind kind, const GenerateRequest& request) {
  const HttpRequest http = find_protocol(protocol)->build(request, traits(kind));
  EXPECT_EQ(http.method, "POST");
  const json body = json::parse(http.body, nullptr, false);
  EXPECT_FALSE(body.is_discarded()) << http.body;
  return body;
}

TEST(Request, OpenAiChatForEachEngine) {
  const json messages = {{{"role", "system"}, {"content", "Be \"brief\"."}},
                         {{"role", "user"}, {"content", "Hi\n"}}};
  const json common = {{"model", "m/1"},
                       {"messages", messages},
                       {"max_completion_tokens", 64},
                       {"temperature", 0.5},
                       {"seed", 18446744073709551615ULL},
                       {"stream", true},
                       {"stream_options", {{"include_usage", true}}}};
  json vllm = common;
  vllm["ignore_eos"] = true;
  vllm["min_tokens"] = 64;
  json trtllm = vllm;
  vllm["stream_options"]["continuous_usage_stats"] = true;
  json llamacpp = common;
  llamacpp["ignore_eos"] = true;
  json ollama = common;
  ollama.erase("max_completion_tokens");
  ollama["max_tokens"] = 64;
  const auto request = full_request();
  EXPECT_EQ(built("openai-chat", EngineKind::kOpenAi, request), common);
  EXPECT_EQ(built("openai-chat", EngineKind::kVllm, request), vllm);
  EXPECT_EQ(built("openai-chat", EngineKind::kSglang, request), vllm);
  EXPECT_EQ(built("openai-chat", EngineKind::kTgi, request), common);
  EXPECT_EQ(built("openai-chat", EngineKind::kOllama, request), ollama);
  EXPECT_EQ(built("openai-chat", EngineKind::kLlamaCpp, request), llamacpp);
  EXPECT_EQ(built("openai-chat", EngineKind::kTensorRtLlm, request), trtllm);
}

TEST(Request, APriorityIsReadAgain) {
  const auto read = [](const std::string& priority) {
    const std::string body = R"({"model":"m","prompt":"x","priority":)" + priority + "}";
    return find_protocol("openai-completions")->parse("/v1/completions", body)->priority;
  };
  EXPECT_EQ(read("-7"), -7);
  EXPECT_EQ(read("99999999999"), 2147483647);
  EXPECT_EQ(read("\"high\""), 0);
  EXPECT_EQ(read("null"), 0);
}

TEST(Request, OpenAiCompletionsJoinsMessages) {
  const json want = {{"model", "m/1"},     {"prompt", "Be \"brief\".\n\nHi\n"},
                     {"max_tokens", 64},   {"ignore_eos", true},
                     {"temperature", 0.5}, {"seed", 18446744073709551615ULL},
                     {"stream", true},     {"stream_options", {{"include_usage", true}}}};
  EXPECT_EQ(built("openai-completions", EngineKind::kLlamaCpp, full_request()), want);
}

TEST(Request, TgiAndOllamaHaveTheirOwnNames) {
  EXPECT_EQ(built("tgi-generate", EngineKind::kTgi, full_request()),
            (json{{"inputs", "Be \"brief\".\n\nHi\n"},
                  {"parameters",
                   {{"max_new_tokens", 64},
                    {"temperature", 0.5},
                    {"do_sample", true},
                    {"seed", 18446744073709551615ULL},
                    {"details", true}}}}));
  const json options = {
      {"num_predict", 64}, {"temperature", 0.5}, {"seed", 18446744073709551615ULL}};
  EXPECT_EQ(built("ollama-generate", EngineKind::kOllama, full_request()),
            (json{{"model", "m/1"},
                  {"prompt", "Be \"brief\".\n\nHi\n"},
                  {"stream", true},
                  {"options", options}}));
  EXPECT_EQ(built("ollama-chat", EngineKind::kOllama, full_request())["options"], options);
}

TEST(Request, DefaultsAreLeftToTheEngine) {
  const GenerateRequest request{.model = "m",
                                .prompt = &kPrompt,
                                .force_length = true,
                                .temperature = {},
                                .seed = {},
                                .extra_body = {}};
  const json chat = built("openai-chat", EngineKind::kVllm, request);
  for (const auto* name :
       {"max_completion_tokens", "temperature", "seed", "ignore_eos", "min_tokens"}) {
    EXPECT_FALSE(chat.contains(name)) << name;
  }
  EXPECT_FALSE(built("ollama-chat", EngineKind::kOllama, request).contains("options"));
  EXPECT_EQ(built("tgi-generate", EngineKind::kTgi, request)["parameters"],
            (json{{"details", true}}));
}

TEST(Request, TgiRefusesATemperatureOfZeroSoItIsLeftOut) {
  GenerateRequest request = full_request();
  request.temperature = 0;
  EXPECT_FALSE(
      built("tgi-generate", EngineKind::kTgi, request)["parameters"].contains("temperature"));
  EXPECT_EQ(built("openai-chat", EngineKind::kTgi, request)["temperature"], 0);
}

TEST(Request, ExtraBodyIsAddedAndWins) {
  GenerateRequest request = full_request();
  request.extra_body =
      R"("top_p":0.9, "temperature" : 1, "user":"a\"b", "deep":{"x":[1,{"y":null}]})";
  const HttpRequest http = find_protocol("openai-chat")->build(request, traits(EngineKind::kVllm));
  const json body = json::parse(http.body);
  EXPECT_EQ(body["top_p"], 0.9);
  EXPECT_EQ(body["temperature"], 1);
  EXPECT_EQ(body["user"], "a\"b");
  EXPECT_EQ(body["deep"], (json{{"x", {1, {{"y", nullptr}}}}}));
  EXPECT_EQ(http.body.find("temperature"), http.body.rfind("temperature"));
}

TEST(Request, ExtraParametersAndOptionsJoinOurs) {
  GenerateRequest request = full_request();
  request.extra_body = R"("parameters":{"top_k":5,"temperature":0.1},"other":1)";
  const json tgi = built("tgi-generate", EngineKind::kTgi, request);
  EXPECT_EQ(tgi["parameters"]["top_k"], 5);
  EXPECT_EQ(tgi["parameters"]["temperature"], 0.1);
  EXPECT_EQ(tgi["parameters"]["max_new_tokens"], 64);
  EXPECT_EQ(tgi["other"], 1);
  request.extra_body = R"("options":{"num_ctx":4096},"keep_alive":"1h")";
  const json ollama = built("ollama-chat", EngineKind::kOllama, request);
  EXPECT_EQ(ollama["options"]["num_ctx"], 4096);
  EXPECT_EQ(ollama["options"]["num_predict"], 64);
  EXPECT_EQ(ollama["keep_alive"], "1h");
}

TEST(Request, TheServerReadsWhatTheClientBuilds) {
  for (const Protocol* protocol : protocols()) {
    for (const auto& engine : engines()) {
      SCOPED_TRACE(std::string(protocol->name()) + " " + std::string(engine.name));
      const HttpRequest http = protocol->build(full_request(), engine);
      EXPECT_TRUE(protocol->serves(http.path));
      const auto parsed = protocol->parse(http.path, http.body);
      ASSERT_TRUE(parsed) << parsed.error().text();
      EXPECT_EQ(parsed->prompt, kPrompt.joined());
      EXPECT_EQ(parsed->max_tokens, 64U);
      EXPECT_TRUE(parsed->stream);
      EXPECT_TRUE(parsed->unknown_field.empty() || engine.continuous_usage)
          << parsed->unknown_field;
      const bool openai = protocol->name().starts_with("openai");
      EXPECT_EQ(parsed->include_usage, openai);
      EXPECT_EQ(parsed->continuous_usage, openai && engine.continuous_usage);
      EXPECT_EQ(parsed->ignore_eos, openai && engine.ignore_eos);
      EXPECT_EQ(parsed->min_tokens, openai && engine.min_tokens ? 64U : 0U);
      EXPECT_EQ(parsed->details, protocol->name() == "tgi-generate");
      if (protocol->name() != "tgi-generate") {
        EXPECT_EQ(parsed->model, "m/1");
      }
    }
  }
}

TEST(Request, BadRequestsSayWhatIsMissing) {
  const auto error = [](std::string_view protocol, std::string_view path, std::string_view body) {
    const auto parsed = find_protocol(protocol)->parse(path, body);
    return parsed ? std::string("accepted") : parsed.error().message;
  };
  EXPECT_NE(error("openai-chat", "", "nonsense").find("not a JSON object"), std::string::npos);
  EXPECT_NE(error("openai-chat", "", "[1]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(error("openai-chat", "", "{}").find("model"), std::string::npos);
  EXPECT_NE(error("openai-chat", "", R"({"model":"m"})").find("messages"), std::string::npos);
  EXPECT_NE(error("openai-chat", "", R"({"model":"m","messages":[]})").find("messages"),
            std::string::npos);
  EXPECT_NE(error("openai-chat", "", R"({"model":"m","messages":["x"]})").find("message"),
            std::string::npos);
  EXPECT_NE(error("openai-chat", "", R"({"model":"m","messages":[{}],"stream_options":{}})")
                .find("stream"),
            std::string::npos);
  EXPECT_NE(error("openai-completions", "", R"({"model":"m"})").find("prompt"), std::string::npos);
  EXPECT_NE(error("tgi-generate", "/generate", "{}").find("inputs"), std::string::npos);
  EXPECT_NE(error("tgi-generate", "/generate", R"({"inputs":""})").find("inputs"),
            std::string::npos);
  EXPECT_NE(error("ollama-generate", "", "{}").find("model"), std::string::npos);
  EXPECT_NE(error("ollama-chat", "", R"({"model":"m"})").find("messages"), std::string::npos);
  const std::string deep(100'000, '[');
  EXPECT_NE(error("openai-chat", "", deep).find("not a JSON object"), std::string::npos);
}

TEST(Request, FormsThatOtherClientsSend) {
  const auto parse = [](std::string_view protocol, std::string_view path, std::string_view body) {
    return find_protocol(protocol)->parse(path, body).value();
  };
  const auto parts = parse("openai-chat", "", R"({"model":"m","max_tokens":5,"messages":[
      {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
      {"role":"assistant","content":null}]})");
  EXPECT_EQ(parts.prompt, "ab\n\n");
  EXPECT_EQ(parts.max_tokens, 5U);
  EXPECT_FALSE(parts.stream);
  EXPECT_EQ(parse("openai-completions", "", R"({"model":"m","prompt":["x"]})").prompt, "x");
  EXPECT_EQ(parse("openai-completions", "", R"({"model":"m","prompt":[[7,8]]})").prompt, "7 8 ");
  EXPECT_TRUE(parse("tgi-generate", "/", R"({"inputs":"x","stream":true})").stream);
  EXPECT_FALSE(parse("tgi-generate", "/", R"({"inputs":"x"})").stream);
  EXPECT_FALSE(parse("tgi-generate", "/generate", R"({"inputs":"x","stream":true})").stream);
  EXPECT_TRUE(parse("ollama-generate", "", R"({"model":"m","prompt":"x"})").stream);
  EXPECT_FALSE(parse("ollama-generate", "", R"({"model":"m","prompt":"x","stream":false})").stream);
  EXPECT_EQ(
      parse("ollama-generate", "", R"({"model":"m","options":{"num_predict":-1}})").max_tokens, 0U);
  EXPECT_EQ(parse("openai-chat", "", R"({"model":"m","messages":[{}],"max_tokens":99999999999})")
                .max_tokens,
            4294967295U);
  EXPECT_EQ(
      parse("openai-chat", "", R"({"model":"m","messages":[{}],"cache_salt":"x"})").unknown_field,
      "cache_salt");
}

TEST(Registry, NamesAndAliases) {
  EXPECT_EQ(find_engine("VLLM")->kind, EngineKind::kVllm);
  EXPECT_EQ(find_engine("llama.cpp")->kind, EngineKind::kLlamaCpp);
  EXPECT_EQ(find_engine("trt-llm")->kind, EngineKind::kTensorRtLlm);
  EXPECT_EQ(find_engine("TensorRT-LLM")->kind, EngineKind::kTensorRtLlm);
  EXPECT_EQ(find_engine("nobody"), nullptr);
  EXPECT_EQ(find_protocol("nothing"), nullptr);
  for (const auto& engine : engines()) {
    EXPECT_EQ(&traits(engine.kind), &engine);
    EXPECT_NE(find_protocol(engine.default_protocol), nullptr) << engine.name;
    EXPECT_FALSE(engine.health_path.empty());
  }
  for (const Protocol* protocol : protocols()) EXPECT_EQ(find_protocol(protocol->name()), protocol);
}

}  // namespace
}  // namespace tt::engine
