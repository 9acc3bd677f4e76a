// Chat messages as JSON, which the OpenAI and Ollama chats write alike. Internal to the folder.
#pragma once

#include <string>

#include <simdjson.h>

#include "engine/protocol.h"

namespace tt::engine {

/// [{"role":..,"content":..},..]
std::string messages_json(const Prompt& prompt);

/// The contents of `body`'s messages, joined as Prompt::joined does. A content may be a string or a
/// list of parts, of which the texts count.
Result<std::string> parse_messages(simdjson::dom::object body);

}  // namespace tt::engine
