// POST /api/chat.
#include "engine/messages.h"
#include "engine/ollama_wire.h"
#include "engine/protocols.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

error_code see_message(json::raw_json_string key, json::value& value, Sight& sight) {
  if (key != "message") return SUCCESS;
  return each_member(value, [&](json::raw_json_string name, json::value part) {
    if (name == "content" || name == "thinking") sight.add_text(part);
    if (name == "tool_calls") {
      return each_element(part, [&](json::value&) {
        sight.tool_call = true;
        return SUCCESS;
      });
    }
    return SUCCESS;
  });
}

error_code see_chat_line(json::object line, Sight& sight) {
  return see_ollama_line(line, sight, see_message);
}

constexpr OllamaForm kForm{
    .open = R"("message":{"role":"assistant","content":")", .close = R"("})", .at_end = {}};

class OllamaChat final : public OllamaProtocol {
 public:
  OllamaChat() : OllamaProtocol(kForm) {}
  std::string_view name() const override { return "ollama-chat"; }

  HttpRequest build(const GenerateRequest& request, const EngineTraits&) const override {
    HttpRequest http{.path = "/api/chat", .body = {}};
    ObjectWriter body(http.body, request.extra_body);
    body.text("model", request.model).raw("messages", messages_json(*request.prompt));
    add_ollama_options(body, request);
    body.close();
    return http;
  }

  std::unique_ptr<StreamReader> reader(const EngineTraits&) const override {
    return make_stream_reader(see_chat_line, {});
  }

  bool serves(std::string_view path) const override { return path == "/api/chat"; }

 private:
  Result<std::string> prompt_of(simdjson::dom::object body) const override {
    return parse_messages(body);
  }
};

}  // namespace

const Protocol& ollama_chat() {
  static const OllamaChat protocol;
  return protocol;
}

}  // namespace tt::engine
