// POST /api/generate.
#include "engine/ollama_wire.h"
#include "engine/protocols.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

error_code see_text(json::raw_json_string key, json::value& value, Sight& sight) {
  if (key == "response" || key == "thinking") sight.add_text(value);
  return SUCCESS;
}

error_code see_generate_line(json::object line, Sight& sight) {
  return see_ollama_line(line, sight, see_text);
}

// The context would hold every token id of the conversation; one stands for them.
constexpr OllamaForm kForm{.open = R"("response":")", .close = "\"", .at_end = R"(,"context":[1])"};

class OllamaGenerate final : public OllamaProtocol {
 public:
  OllamaGenerate() : OllamaProtocol(kForm) {}
  std::string_view name() const override { return "ollama-generate"; }

  HttpRequest build(const GenerateRequest& request, const EngineTraits&) const override {
    HttpRequest http{.path = "/api/generate", .body = {}};
    ObjectWriter body(http.body, request.extra_body);
    body.text("model", request.model).text("prompt", request.prompt->joined());
    add_ollama_options(body, request);
    body.close();
    return http;
  }

  std::unique_ptr<StreamReader> reader(const EngineTraits&) const override {
    return make_stream_reader(see_generate_line, {});
  }

  bool serves(std::string_view path) const override { return path == "/api/generate"; }

 private:
  Result<std::string> prompt_of(simdjson::dom::object body) const override {
    return std::string(text_at(body, "prompt"));
  }
};

}  // namespace

const Protocol& ollama_generate() {
  static const OllamaGenerate protocol;
  return protocol;
}

}  // namespace tt::engine
