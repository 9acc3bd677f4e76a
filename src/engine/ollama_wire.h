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

/// The server's side of both: they differ in the form of a line and in the request's prompt.
class OllamaProtocol : public Protocol {
 public:
  Framing framing() const final { return Framing::kNdjson; }
  Result<ServerRequest> parse(std::string_view path, std::string_view body) const final;
  std::unique_ptr<StreamWriter> writer(const ServerRequest& request,
                                       const ServerContext& context) const final;
  ServerReply whole(const ServerRequest& request, const ServerContext& context,
                    std::string_view text, std::string_view reason, const ServerUsage& usage,
                    const EngineTimings& timings) const final;
  ServerReply refuse(const ServerFault& fault, bool stream, EngineKind kind) const final;

 protected:
  /// `form` must be static.
  explicit OllamaProtocol(const OllamaForm& form) : form_(form) {}

 private:
  virtual Result<std::string> prompt_of(simdjson::dom::object body) const = 0;

  const OllamaForm& form_;
};

}  // namespace tt::engine
