// Faults in the OpenAI form, as each engine words them. Internal to the folder.
#pragma once

#include <string>
#include <string_view>

#include "engine/protocol.h"

namespace tt::engine {

/// The framed events by which an engine reports a fault in mid-stream; empty where it just breaks
/// off. `blank` and `head` are the payload and the first members of an empty chunk.
std::string openai_fault_event(const ServerFault& fault, EngineKind kind, std::string_view blank,
                               std::string_view head);

/// TGI's own form: {"error":..,"error_type":..}.
std::string tgi_fault_body(const ServerFault& fault);
int tgi_fault_status(ServerFault::Kind kind);
/// Ollama's status for a fault, on all of its routes.
int ollama_fault_status(ServerFault::Kind kind);

}  // namespace tt::engine
