// What chat and text completions of the OpenAI form have in common, with the dialects of the
// engines that speak it. Internal to the folder.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/json_text.h"
#include "engine/protocol.h"
#include "engine/stream_reader.h"

namespace tt::engine {

inline constexpr std::string_view kOpenAiEndMark = "[DONE]";

// --- Client

/// Adds what both requests share: length, sampling, streaming and usage, as far as `engine` takes
/// it. `max_tokens`: the name of the length member.
void add_openai_options(ObjectWriter& body, const GenerateRequest& request,
                        const EngineTraits& engine, std::string_view max_tokens);

/// Reads the members that both streams share (usage, error, timings, metrics) and hands each choice
/// to `see_choice`.
simdjson::error_code see_openai_event(json::object event, Sight& sight,
                                      simdjson::error_code (*see_choice)(json::value&, Sight&));

// --- Server

/// How one engine writes one of the two streams. Pieces of JSON, in the order in which they stand.
struct OpenAiForm {
  std::string_view id_prefix;     // before the request id; "-" stands for an id that is always ""
  std::string_view extras;        // members after the model
  std::string_view role;          // payload of the role chunk; empty: none
  std::string_view first_open;    // before the text of the first token; empty: as `open`
  std::string_view open;          // before the text of a token
  std::string_view close;         // after it
  std::string_view blank;         // payload of a finish chunk without text
  std::string_view going_on;      // rest of a choice before the end
  std::string_view finished;      // rest of a choice at the end, up to the finish reason's text
  std::string_view trailer;       // after the finish reason's closing quote
  bool finish_with_last = false;  // the finish reason stands on the last token's chunk
  bool one_token_a_chunk = false;
  bool usage_with_last = false;     // usage always, on the finish chunk; else a chunk of its own
  std::string_view usage_before;    // usage member of earlier chunks
  bool usage_before_asked = false;  // ... only where usage was asked for
  std::string_view event_end = "\n\n";
  std::string_view stop_word = "stop";
};

/// What sets one of the two apart from the other.
struct OpenAiShape {
  std::string_view chunk_object;            // the member "object" of a stream's event
  std::string_view whole_object;            // ... and of an answer to a request with stream false
  std::string_view whole_open;              // before the text of such an answer, a JSON string
  std::string_view whole_close;             // after it
  std::span<const std::string_view> known;  // further request members that a strict engine takes
  OpenAiForm openai;
  OpenAiForm vllm;
  OpenAiForm sglang;
  OpenAiForm tgi;
  OpenAiForm ollama;
  OpenAiForm llama_cpp;
  OpenAiForm tensorrt_llm;
};

/// The server's side of both: they differ in shape and in the request's prompt.
class OpenAiProtocol : public Protocol {
 public:
  Framing framing() const final { return Framing::kSse; }
  Result<ServerRequest> parse(std::string_view path, std::string_view body) const final;
  std::unique_ptr<StreamWriter> writer(const ServerRequest& request,
                                       const ServerContext& context) const final;
  ServerReply whole(const ServerRequest& request, const ServerContext& context,
                    std::string_view text, std::string_view reason, const ServerUsage& usage,
                    const EngineTimings& timings) const final;
  ServerReply refuse(const ServerFault& fault, bool stream, EngineKind kind) const final;

 protected:
  /// `shape` must be static.
  explicit OpenAiProtocol(const OpenAiShape& shape) : shape_(shape) {}

 private:
  virtual Result<std::string> prompt_of(simdjson::dom::object body) const = 0;

  const OpenAiShape& shape_;
};

}  // namespace tt::engine
