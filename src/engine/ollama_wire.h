// What Ollama's chat and generate have in common. Internal to the folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/json_text.h"
#include "engine/protocol.h"
#include "engine/stream_reader.h"

namespace tt::engine {

// --- Client

/// Adds stream and options (length, temperature, seed; the user's own options are taken in).
void add_ollama_options(ObjectWriter& body, const GenerateRequest& request);

/// Reads one line: `see_own` sees the members that differ between the two, the rest is read here.
simdjson::error_code see_ollama_line(json::object line, Sight& sight,
                                     simdjson::error_code (*see_own)(json::raw_json_string,
                                                                     json::value&, Sight&));

// --- Server

/// How one of the two writes its text: `open` text `close`, members of a line.
struct OllamaForm {
  std::string_view open;
  std::string_view close;
  std::string_view at_end;  // further members of the last line
};

Result<ServerRequest> parse_ollama_options(simdjson::dom::object body);
std::unique_ptr<StreamWriter> make_ollama_writer(const OllamaForm& form,
                                                 const ServerRequest& request,
                                                 const ServerContext& context);
ServerReply ollama_whole(const OllamaForm& form, const ServerRequest& request,
                         const ServerContext& context, std::string_view text,
                         std::string_view reason, const ServerUsage& usage,
                         const EngineTimings& timings);
ServerReply ollama_refuse(const ServerFault& fault);

}  // namespace tt::engine
