// POST /v1/chat/completions.
#include "engine/messages.h"
#include "engine/openai_wire.h"
#include "engine/protocols.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

// A fragment of a call: {"name":..,"arguments":..}.
error_code see_function(json::value& function, Sight& sight) {
  return each_member(function, [&](json::raw_json_string key, json::value value) {
    if (key == "name" || key == "arguments") {
      const auto body = string_body(value);
      if (body && !body->empty()) sight.tool_call = true;
    }
    return SUCCESS;
  });
}

error_code see_tool_call(json::value& call, Sight& sight) {
  return each_member(call, [&](json::raw_json_string key, json::value value) {
    return key == "function" ? see_function(value, sight) : SUCCESS;
  });
}

error_code see_delta(json::value& delta, Sight& sight) {
  bool reasoned = false;
  return each_member(delta, [&](json::raw_json_string key, json::value value) {
    if (key == "content" || key == "refusal") {
      sight.add_text(value);
    } else if (key == "reasoning" || key == "reasoning_content") {
      // For a time vLLM wrote the same text under both names.
      const std::uint32_t before = sight.texts;
      if (!reasoned) sight.add_text(value);
      reasoned = reasoned || sight.texts > before;
    } else if (key == "tool_calls") {
      return each_element(value, [&](json::value& call) { return see_tool_call(call, sight); });
    } else if (key == "function_call") {
      return see_function(value, sight);
    }
    return SUCCESS;
  });
}

error_code see_choice(json::value& choice, Sight& sight) {
  return each_member(choice, [&](json::raw_json_string key, json::value value) {
    if (key == "delta") return see_delta(value, sight);
    if (key == "finish_reason") {
      sight.finish_reason = string_body(value).value_or(std::string_view{});
    } else if (key == "token_ids") {  // vLLM, where return_token_ids was asked
      return each_element(value, [&](json::value&) {
        ++sight.units;
        return SUCCESS;
      });
    }
    return SUCCESS;
  });
}

error_code see_chat_event(json::object event, Sight& sight) {
  return see_openai_event(event, sight, see_choice);
}

// --- Server

constexpr std::string_view kGoingOn = R"(,"logprobs":null,"finish_reason":null)";
constexpr std::string_view kFinished = R"(,"logprobs":null,"finish_reason":")";
constexpr std::string_view kOpen = R"("delta":{"content":")";
constexpr std::string_view kOpenWithRole = R"("delta":{"role":"assistant","content":")";
constexpr std::string_view kClose = R"("})";

constexpr OpenAiForm kOpenAiForm{
    .id_prefix = "chatcmpl-",
    .extras = R"("service_tier":"default","system_fingerprint":"fp_simulated",)",
    .role = R"("delta":{"role":"assistant","content":""})",
    .first_open = {},
    .open = kOpen,
    .close = kClose,
    .blank = R"("delta":{})",
    .going_on = kGoingOn,
    .finished = kFinished,
    .trailer = {},
    .usage_before = R"(,"usage":null)",
    .usage_before_asked = true};

constexpr OpenAiForm kVllmForm{.id_prefix = "chatcmpl-",
                               .extras = {},
                               .role = R"("delta":{"role":"assistant","content":""})",
                               .first_open = {},
                               .open = kOpen,
                               .close = kClose,
                               .blank = R"("delta":{"content":""})",
                               .going_on = kGoingOn,
                               .finished = kFinished,
                               .trailer = R"(,"stop_reason":null)",
                               .finish_with_last = true,
                               .usage_before = {}};

constexpr OpenAiForm kSglangForm{
    .id_prefix = {},
    .extras = {},
    .role =
        R"("delta":{"role":"assistant","content":"","reasoning_content":null,"tool_calls":null})",
    .first_open = {},
    .open = R"("delta":{"role":null,"content":")",
    .close = R"(","reasoning_content":null,"tool_calls":null})",
    .blank = R"("delta":{"role":null,"content":null,"reasoning_content":null,"tool_calls":null})",
    .going_on = R"(,"logprobs":null,"finish_reason":null,"matched_stop":null)",
    .finished = kFinished,
    .trailer = R"(,"matched_stop":null)",
    .usage_before = R"(,"usage":null)"};

constexpr OpenAiForm kTgiForm{.id_prefix = "-",
                              .extras = R"("system_fingerprint":"3.3.7-native",)",
                              .role = {},
                              .first_open = {},
                              .open = kOpenWithRole,
                              .close = kClose,
                              .blank = R"("delta":{"role":"assistant","content":""})",
                              .going_on = kGoingOn,
                              .finished = kFinished,
                              .trailer = {},
                              .finish_with_last = true,
                              .one_token_a_chunk = true,
                              .usage_before = {}};

constexpr OpenAiForm kOllamaForm{.id_prefix = "chatcmpl-",
                                 .extras = R"("system_fingerprint":"fp_ollama",)",
                                 .role = {},
                                 .first_open = kOpenWithRole,
                                 .open = kOpen,
                                 .close = kClose,
                                 .blank = R"("delta":{})",
                                 .going_on = R"(,"finish_reason":null)",
                                 .finished = R"(,"finish_reason":")",
                                 .trailer = {},
                                 .usage_before = {}};

constexpr OpenAiForm kLlamaForm{.id_prefix = "chatcmpl-",
                                .extras = R"("system_fingerprint":"b10488-simulated",)",
                                .role = R"("delta":{"role":"assistant","content":null})",
                                .first_open = {},
                                .open = kOpen,
                                .close = kClose,
                                .blank = R"("delta":{})",
                                .going_on = R"(,"finish_reason":null)",
                                .finished = R"(,"finish_reason":")",
                                .trailer = {},
                                .usage_before = {}};

constexpr OpenAiForm kTensorRtLlmForm{.id_prefix = "chatcmpl-",
                                      .extras = {},
                                      .role = R"("delta":{"role":"assistant"})",
                                      .first_open = {},
                                      .open = kOpen,
                                      .close = kClose,
                                      .blank = R"("delta":{"content":""})",
                                      .going_on = {},  // null members are left out
                                      .finished = R"(,"finish_reason":")",
                                      .trailer = {},
                                      .finish_with_last = true,
                                      .usage_before = {},
                                      .event_end = " \n\n"};

constexpr std::array<std::string_view, 12> kKnown = {"messages",
                                                     "tools",
                                                     "tool_choice",
                                                     "parallel_tool_calls",
                                                     "reasoning_effort",
                                                     "echo",
                                                     "add_generation_prompt",
                                                     "chat_template",
                                                     "chat_template_kwargs",
                                                     "documents",
                                                     "metadata",
                                                     "store"};

constexpr OpenAiShape kShape{.chunk_object = "chat.completion.chunk",
                             .whole_object = "chat.completion",
                             .whole_open = R"("message":{"role":"assistant","content":)",
                             .whole_close = "}",
                             .known = kKnown,
                             .openai = kOpenAiForm,
                             .vllm = kVllmForm,
                             .sglang = kSglangForm,
                             .tgi = kTgiForm,
                             .ollama = kOllamaForm,
                             .llama_cpp = kLlamaForm,
                             .tensorrt_llm = kTensorRtLlmForm};

class OpenAiChat final : public OpenAiProtocol {
 public:
  OpenAiChat() : OpenAiProtocol(kShape) {}
  std::string_view name() const override { return "openai-chat"; }

  HttpRequest build(const GenerateRequest& request, const EngineTraits& engine) const override {
    HttpRequest http{.path = "/v1/chat/completions", .body = {}};
    ObjectWriter body(http.body, request.extra_body);
    body.text("model", request.model).raw("messages", messages_json(*request.prompt));
    // Ollama's OpenAI form knows the older name only.
    add_openai_options(body, request, engine,
                       engine.kind == EngineKind::kOllama ? "max_tokens" : "max_completion_tokens");
    body.close();
    return http;
  }

  std::unique_ptr<StreamReader> reader(const EngineTraits&) const override {
    return make_stream_reader(see_chat_event, kOpenAiEndMark);
  }

  bool serves(std::string_view path) const override { return path == "/v1/chat/completions"; }

 private:
  Result<std::string> prompt_of(simdjson::dom::object body) const override {
    return parse_messages(body);
  }
};

}  // namespace

const Protocol& openai_chat() {
  static const OpenAiChat protocol;
  return protocol;
}

}  // namespace tt::engine
