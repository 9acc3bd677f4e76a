#include "engine/messages.h"

#include "engine/json_text.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

void append_content(std::string& out, simdjson::dom::object message) {
  simdjson::dom::array parts;
  if (message["content"].get(parts) != simdjson::SUCCESS) {
    out += text_at(message, "content");
    return;
  }
  for (const auto part : parts) {
    simdjson::dom::object object;
    if (part.get(object) == simdjson::SUCCESS) out += text_at(object, "text");
  }
}

}  // namespace

std::string messages_json(const Prompt& prompt) {
  std::string out = "[";
  for (const auto& message : prompt.messages) {
    if (out.size() > 1) out += ',';
    ObjectWriter object(out);
    object.text("role", message.role).text("content", message.content).close();
  }
  return out + "]";
}

Result<std::string> parse_messages(simdjson::dom::object body) {
  simdjson::dom::array messages;
  if (body["messages"].get(messages) != simdjson::SUCCESS || messages.begin() == messages.end()) {
    return fail(
        ErrorCode::kInvalidInput,
        "the request needs messages: \"messages\":[{\"role\":\"user\",\"content\":\"text\"}]");
  }
  std::string out;
  for (const auto element : messages) {
    simdjson::dom::object message;
    if (element.get(message) != simdjson::SUCCESS) {
      return fail(ErrorCode::kInvalidInput, "each message must be an object with role and content");
    }
    if (!out.empty()) out += "\n\n";
    append_content(out, message);
  }
  return out;
}

}  // namespace tt::engine
