// POST /v1/completions: text in, text out, no roles.
#include <fmt/format.h>

#include "engine/openai_wire.h"
#include "engine/protocols.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

error_code see_choice(json::value& choice, Sight& sight) {
  return each_member(choice, [&](json::raw_json_string key, json::value value) {
    if (key == "text") {
      sight.add_text(value);
    } else if (key == "finish_reason") {
      // TGI writes "" until the end.
      sight.finish_reason = string_body(value).value_or(std::string_view{});
    } else if (key == "token_ids") {
      return each_element(value, [&](json::value&) {
        ++sight.units;
        return SUCCESS;
      });
    }
    return SUCCESS;
  });
}

error_code see_completion_event(json::object event, Sight& sight) {
  return see_openai_event(event, sight, see_choice);
}

// --- Server

constexpr OpenAiForm kOpenAiForm{.id_prefix = "cmpl-",
                                 .extras = R"("system_fingerprint":"fp_simulated",)",
                                 .role = {},
                                 .first_open = {},
                                 .open = R"("text":")",
                                 .close = "\"",
                                 .blank = R"("text":"")",
                                 .going_on = R"(,"logprobs":null,"finish_reason":null)",
                                 .finished = R"(,"logprobs":null,"finish_reason":")",
                                 .trailer = {},
                                 .usage_before = R"(,"usage":null)",
                                 .usage_before_asked = true};

constexpr OpenAiForm vllm_form() {
  OpenAiForm form = kOpenAiForm;
  form.extras = {};
  form.going_on = R"(,"logprobs":null,"finish_reason":null,"stop_reason":null)";
  form.trailer = R"(,"stop_reason":null)";
  form.finish_with_last = true;
  form.usage_before = {};
  return form;
}

constexpr OpenAiForm sglang_form() {
  OpenAiForm form = kOpenAiForm;
  form.id_prefix = {};
  form.extras = {};
  form.going_on = R"(,"logprobs":null,"finish_reason":null,"matched_stop":null)";
  form.trailer = R"(,"matched_stop":null)";
  form.usage_before_asked = false;
  return form;
}

constexpr OpenAiForm tgi_form() {
  OpenAiForm form = kOpenAiForm;
  form.id_prefix = "-";
  form.extras = R"("system_fingerprint":"3.3.7-native",)";
  form.going_on = R"(,"logprobs":null,"finish_reason":"")";
  form.finish_with_last = true;
  form.one_token_a_chunk = true;
  form.usage_with_last = true;
  form.usage_before = {};
  form.stop_word = "eos_token";
  return form;
}

constexpr OpenAiForm ollama_form() {
  OpenAiForm form = kOpenAiForm;
  form.extras = R"("system_fingerprint":"fp_ollama",)";
  form.going_on = R"(,"finish_reason":null)";
  form.finished = R"(,"finish_reason":")";
  form.usage_before = R"(,"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})";
  return form;
}

constexpr OpenAiForm llama_form() {
  OpenAiForm form = kOpenAiForm;
  form.id_prefix = "chatcmpl-";  // llama.cpp uses one prefix for both
  form.extras = R"("system_fingerprint":"b10488-simulated",)";
  form.usage_with_last = true;
  form.usage_before = {};
  return form;
}

constexpr OpenAiForm tensorrt_llm_form() {
  OpenAiForm form = kOpenAiForm;
  form.extras = {};
  form.going_on = {};
  form.finished = R"(,"finish_reason":")";
  form.finish_with_last = true;
  form.usage_before = {};
  return form;
}

constexpr std::array<std::string_view, 4> kKnown = {"prompt", "echo", "suffix",
                                                    "return_perf_metrics"};

constexpr OpenAiShape kShape{.chunk_object = "text_completion",
                             .whole_object = "text_completion",
                             .whole_open = R"("text":)",
                             .whole_close = {},
                             .known = kKnown,
                             .openai = kOpenAiForm,
                             .vllm = vllm_form(),
                             .sglang = sglang_form(),
                             .tgi = tgi_form(),
                             .ollama = ollama_form(),
                             .llama_cpp = llama_form(),
                             .tensorrt_llm = tensorrt_llm_form()};

// A string, a list of strings, or a list of token ids (or of such lists). Ids are kept as words of
// digits, so that equal prefixes stay equal.
void append_prompt(std::string& out, simdjson::dom::element prompt, int depth) {
  std::string_view text;
  std::int64_t id = 0;
  simdjson::dom::array parts;
  if (prompt.get(text) == SUCCESS) {
    out += text;
  } else if (prompt.get(id) == SUCCESS) {
    fmt::format_to(std::back_inserter(out), "{} ", id);
  } else if (depth < 2 && prompt.get(parts) == SUCCESS) {
    for (const auto part : parts) append_prompt(out, part, depth + 1);
  }
}

class OpenAiCompletions final : public OpenAiProtocol {
 public:
  OpenAiCompletions() : OpenAiProtocol(kShape) {}
  std::string_view name() const override { return "openai-completions"; }

  HttpRequest build(const GenerateRequest& request, const EngineTraits& engine) const override {
    HttpRequest http{.path = "/v1/completions", .body = {}};
    ObjectWriter body(http.body, request.extra_body);
    body.text("model", request.model).text("prompt", request.prompt->joined());
    add_openai_options(body, request, engine, "max_tokens");
    body.close();
    return http;
  }

  std::unique_ptr<StreamReader> reader(const EngineTraits&) const override {
    return make_stream_reader(see_completion_event, kOpenAiEndMark);
  }

  bool serves(std::string_view path) const override { return path == "/v1/completions"; }

 private:
  Result<std::string> prompt_of(simdjson::dom::object body) const override {
    simdjson::dom::element prompt;
    if (body["prompt"].get(prompt) != SUCCESS) {
      return fail(ErrorCode::kInvalidInput, "the request needs a prompt: \"prompt\":\"text\"");
    }
    std::string text;
    append_prompt(text, prompt, 0);
    return text;
  }
};

}  // namespace

const Protocol& openai_completions() {
  static const OpenAiCompletions protocol;
  return protocol;
}

}  // namespace tt::engine
