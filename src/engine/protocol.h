// Engines' wire protocols, as pure code: bytes in, meaning out. No I/O, no clock.
//
// One Protocol object a wire format, both directions: the client builds a request and reads its
// stream; the simulator parses a request and writes the stream. A new protocol is one source file
// and one line in registry.cc. Objects are immutable and safe to share between threads; readers and
// writers belong to one request and to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/outcome.h"

namespace tt::engine {

/// The engines whose habits we know.
enum class EngineKind : std::uint8_t {
  kOpenAi,
  kVllm,
  kSglang,
  kTgi,
  kOllama,
  kLlamaCpp,
  kTensorRtLlm,
};

/// What is particular to an engine, whichever protocol it is spoken to in.
struct EngineTraits {
  EngineKind kind;
  std::string_view name;   // "vllm", as in plans
  std::string_view title;  // "vLLM", for people
  std::uint16_t default_port;
  std::string_view default_protocol;  // name of a Protocol
  std::string_view health_path;       // GET; 200 is healthy
  std::string_view models_path;       // GET; lists models
  std::string_view version_path;      // GET; empty: none
  std::string_view tokenize_path;     // POST; empty: none
  std::string_view metrics_path;      // GET; Prometheus text; empty: none
  bool ignore_eos;                    // takes ignore_eos
  bool min_tokens;                    // takes min_tokens
  bool priority = false;              // takes priority (lower first in vLLM; see its switches)
  bool continuous_usage;              // stream_options.continuous_usage_stats
  bool refuses_unknown_fields;        // 400 for a field it does not know
};

std::span<const EngineTraits> engines();
const EngineTraits& traits(EngineKind kind);
/// By name, ignoring case, with usual aliases ("llama.cpp", "trt-llm"); nullptr where unknown.
const EngineTraits* find_engine(std::string_view name);

// --- The client's side ----------------------------------------------------------------------

struct Message {
  std::string role;
  std::string content;
  bool operator==(const Message&) const = default;
};

/// A prompt: chat messages. Protocols without messages send their contents joined by blank lines.
struct Prompt {
  std::vector<Message> messages;
  /// A single user message.
  static Prompt of(std::string text) { return Prompt{{Message{"user", std::move(text)}}}; }
  std::string joined() const;
  bool operator==(const Prompt&) const = default;
};

struct GenerateRequest {
  std::string_view model;
  const Prompt* prompt = nullptr;
  std::uint32_t max_tokens = 0;       // 0: the engine's default
  bool force_length = false;          // ignore_eos and min_tokens, where the engine takes them
  std::optional<double> temperature;  // unset: the engine's default
  std::optional<std::uint64_t> seed;
  std::string_view extra_body;  // members of a JSON object, without braces: `"top_p":0.9`
  std::optional<std::int32_t> priority = {};  // sent where the engine takes one
};

/// Method, path and body. Host, auth and framing headers are the transport's business.
struct HttpRequest {
  std::string method = "POST";
  std::string path;
  std::string body;  // JSON; empty for GET
};

/// How events are cut out of a body.
enum class Framing : std::uint8_t { kSse, kNdjson };

/// What one event (the payload of an SSE data line, or an NDJSON line) meant.
struct StreamEvent {
  enum class Kind : std::uint8_t {
    kToken,      // text, reasoning or a tool call: counts for TTFT
    kEmpty,      // role-only, empty delta, usage, finish, progress
    kEnd,        // the end mark
    kError,      // the engine reports a failure
    kMalformed,  // not this protocol
  };
  /// An event that is several of these is the first that applies of kError, kToken, kEnd: a last
  /// event with text is a kToken (summary().complete tells the end).
  Kind kind = Kind::kEmpty;
  /// Tokens in this event where the engine says so (running usage, token ids); 0: not said. Set on
  /// kToken only: tokens of events without text (held back for UTF-8) count in the next one. Tokens
  /// that never have a text, as the end token, are in the summary alone.
  std::uint32_t tokens = 0;
};

/// What a whole stream said.
struct StreamSummary {
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t cached_tokens = 0;
  std::uint32_t reasoning_tokens = 0;
  TokenSource input_source = TokenSource::kNone;
  TokenSource output_source = TokenSource::kNone;
  EngineTimings timings;
  std::string finish_reason;
  /// Complete: the end mark, a finish reason or done:true was seen, as the protocol asks, and no
  /// failure. Without it and with kOk the stream was cut.
  bool complete = false;
  /// First failure: the engine's words, with what we make of them. kOk where there was none.
  Status status = Status::kOk;
  std::string error;
};

/// Reads one stream, event by event. Allocates nothing for an event like the one before.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  /// `payload` need not outlive the call. Never throws; after kError and kMalformed later events
  /// are still accepted and read.
  virtual StreamEvent read(std::string_view payload) = 0;
  /// Valid at any time; final after the last event.
  virtual const StreamSummary& summary() const = 0;
  /// Appends each token text to `out` from now on; nullptr (the default) keeps none.
  virtual void keep_text(std::string* out) = 0;
};

/// What an HTTP answer other than 200 means.
struct HttpFailure {
  Status status;
  std::string message;  // the engine's words where its body has any, cut to a sane length
};

// --- The server's side (for the simulator) --------------------------------------------------

/// A request as an engine understands it.
struct ServerRequest {
  std::string model;
  std::string prompt;            // messages joined, for counting and prefix matching
  std::uint32_t max_tokens = 0;  // 0: not given
  std::uint32_t min_tokens = 0;
  std::int32_t priority = 0;  // OpenAI form
  bool stream = false;
  bool ignore_eos = false;
  bool include_usage = false;
  bool continuous_usage = false;
  bool details = false;  // TGI parameters.details
  /// The first member that strict engines do not know; empty: none. An engine whose traits refuse
  /// unknown fields answers kInvalid.
  std::string unknown_field;
};

struct ServerUsage {
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t cached_tokens = 0;
  bool tell_cached = false;  // vLLM and SGLang tell them only with a switch
};

/// A fault as the engine itself would report it.
struct ServerFault {
  enum class Kind : std::uint8_t {
    kInvalid,
    kNotFound,
    kUnauthorized,
    kOverloaded,
    kInternal,
    kUnavailable
  };
  Kind kind = Kind::kInternal;
  std::string message;
};

/// A whole HTTP answer.
struct ServerReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// What the stream's writer needs to know of its setting.
struct ServerContext {
  EngineKind kind = EngineKind::kVllm;
  std::string request_id;      // unique within the server
  std::int64_t created_s = 0;  // seconds since 1970
};

/// Writes one stream as the engine would. Each call appends whole framed events ("data: ...\n\n" or
/// a line) to `out`; appending nothing is allowed.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  /// With the response header, before any work.
  virtual void begin(std::string& out) = 0;
  /// One event that holds `pieces.size()` tokens. The first call also writes the role chunk of
  /// engines that send it with the first token. `so_far` counts these tokens in.
  virtual void tokens(std::string& out, std::span<const std::string_view> pieces,
                      const ServerUsage& so_far) = 0;
  /// Finish chunk, usage chunk and end mark. `reason`: "length" or "stop".
  virtual void finish(std::string& out, std::string_view reason, const ServerUsage& usage,
                      const EngineTimings& timings) = 0;
  /// A fault in mid-stream, as this engine reports it (with its end mark where it sends one).
  /// Appends nothing where the engine just breaks the connection.
  virtual void fault(std::string& out, const ServerFault& fault) = 0;
};

// --- Both ------------------------------------------------------------------------------------

class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual std::string_view name() const = 0;  // "openai-chat"
  virtual Framing framing() const = 0;

  // Client
  virtual HttpRequest build(const GenerateRequest& request, const EngineTraits& engine) const = 0;
  virtual std::unique_ptr<StreamReader> reader(const EngineTraits& engine) const = 0;

  // Server
  /// True where this protocol answers POST `path`.
  virtual bool serves(std::string_view path) const = 0;
  virtual Result<ServerRequest> parse(std::string_view path, std::string_view body) const = 0;
  virtual std::unique_ptr<StreamWriter> writer(const ServerRequest& request,
                                               const ServerContext& context) const = 0;
  /// The answer to a request with stream false.
  virtual ServerReply whole(const ServerRequest& request, const ServerContext& context,
                            std::string_view text, std::string_view reason,
                            const ServerUsage& usage, const EngineTimings& timings) const = 0;
  /// A fault before the stream, as this engine reports it (TGI: an event under status 200).
  virtual ServerReply refuse(const ServerFault& fault, bool stream, EngineKind kind) const = 0;
};

std::span<const Protocol* const> protocols();
/// By name; nullptr where unknown.
const Protocol* find_protocol(std::string_view name);

/// Reads the body of an HTTP answer whose status is not 200, in every form that engines use.
HttpFailure read_http_failure(int http_code, std::string_view body);

}  // namespace tt::engine
