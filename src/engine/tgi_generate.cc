// TGI's own endpoints: POST /generate_stream, /generate, and / with a stream flag.
//
// Every event is one token, the special end token too. That token has no text, so it is not a token
// event here; the engine counts it in generated_tokens, and so do we, as with every other engine.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "engine/json_text.h"
#include "engine/openai_fault.h"
#include "engine/protocols.h"
#include "engine/server_json.h"
#include "engine/stream_reader.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

error_code see_token(json::value& token, Sight& sight) {
  if (kind_of(token) != '{') return SUCCESS;
  std::string_view text;
  bool special = false;
  const error_code error = each_member(token, [&](json::raw_json_string key, json::value value) {
    if (key == "text") text = string_body(value).value_or(std::string_view{});
    if (key == "special") special = kind_of(value) == 't';
    return SUCCESS;
  });
  ++sight.units;
  if (!special) sight.add_text_body(text);
  return error;
}

error_code see_details(json::value& details, Sight& sight) {
  if (kind_of(details) != '{') return SUCCESS;
  TokenCounts& counts = sight.engine.emplace();
  return each_member(details, [&](json::raw_json_string key, json::value value) {
    if (key == "finish_reason") {
      sight.finish_reason = string_body(value).value_or(std::string_view{});
    } else if (key == "generated_tokens") {
      counts.output = count_of(value);
    } else if (key == "input_length") {
      counts.input = count_of(value);
    }
    return SUCCESS;
  });
}

error_code see_tgi_event(json::object event, Sight& sight) {
  return each_member(event, [&](json::raw_json_string key, json::value value) {
    if (key == "token") return see_token(value, sight);
    if (key == "details") return see_details(value, sight);
    if (key == "generated_text" && kind_of(value) == '"') sight.last = true;
    if (key == "error" && kind_of(value) != 'n') sight.failed = true;
    return SUCCESS;
  });
}

// --- Server

std::string details_json(std::string_view reason, const ServerUsage& usage) {
  return fmt::format(
      R"({{"finish_reason":"{}","generated_tokens":{},"seed":null,"input_length":{}}})",
      reason == "stop" ? "eos_token" : reason, usage.output_tokens, usage.input_tokens);
}

class Writer final : public StreamWriter {
 public:
  explicit Writer(const ServerRequest& request)
      : max_tokens_(request.max_tokens), details_(request.details) {}

  void begin(std::string&) override {}

  void tokens(std::string& out, std::span<const std::string_view> pieces,
              const ServerUsage& so_far) override {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      append_json_escaped(text_, pieces[i]);
      open_token(out, fnv1a(pieces[i]) % 32000);
      append_json_escaped(out, pieces[i]);
      out += R"(","logprob":-0.25,"special":false},"generated_text":)";
      const bool last =
          max_tokens_ > 0 && i + 1 == pieces.size() && so_far.output_tokens >= max_tokens_;
      if (last) {
        end_event(out, "length", so_far);
      } else {
        out += "null,\"details\":null}\n\n";
      }
    }
  }

  // Where the length was not the cause, the end token is an event of its own. Whether
  // usage.output_tokens counts it in is the caller's choice.
  void finish(std::string& out, std::string_view reason, const ServerUsage& usage,
              const EngineTimings&) override {
    if (finished_) return;
    open_token(out, 2);
    out += R"(</s>","logprob":-0.25,"special":true},"generated_text":)";
    end_event(out, reason, usage);
  }

  void fault(std::string& out, const ServerFault& fault) override {
    out += fmt::format("data: {}\n\n", tgi_fault_body(fault));
  }

 private:
  void open_token(std::string& out, std::uint64_t id) {
    fmt::format_to(std::back_inserter(out), R"(data: {{"index":{},"token":{{"id":{},"text":")",
                   ++index_, id);
  }

  void end_event(std::string& out, std::string_view reason, const ServerUsage& usage) {
    finished_ = true;
    out += '"';
    out += text_;
    out += R"(","details":)";
    out += details_ ? details_json(reason, usage) : "null";
    out += "}\n\n";
  }

  std::uint32_t max_tokens_;
  bool details_;
  bool finished_ = false;
  std::uint64_t index_ = 0;
  std::string text_;  // all text so far, escaped
};

class TgiGenerate final : public Protocol {
 public:
  std::string_view name() const override { return "tgi-generate"; }
  Framing framing() const override { return Framing::kSse; }

  HttpRequest build(const GenerateRequest& request, const EngineTraits&) const override {
    HttpRequest http{.path = "/generate_stream", .body = {}};
    ObjectWriter body(http.body, request.extra_body);
    std::string inner;
    ObjectWriter parameters(inner, body.take("parameters"));
    if (request.max_tokens > 0)
      parameters.number("max_new_tokens", std::int64_t{request.max_tokens});
    // A temperature of 0 is refused; leaving it out is greedy.
    if (request.temperature.value_or(0) > 0) {
      parameters.number("temperature", *request.temperature).flag("do_sample", true);
    }
    if (request.seed) parameters.raw("seed", std::to_string(*request.seed));
    parameters.flag("details", true).close();
    body.text("inputs", request.prompt->joined()).raw("parameters", inner).close();
    return http;
  }

  std::unique_ptr<StreamReader> reader(const EngineTraits&) const override {
    return make_stream_reader(see_tgi_event, {});
  }

  bool serves(std::string_view path) const override {
    constexpr std::array<std::string_view, 4> kPaths = {"/generate_stream", "/generate", "/",
                                                        "/invocations"};
    return std::ranges::find(kPaths, path) != kPaths.end();
  }

  Result<ServerRequest> parse(std::string_view path, std::string_view body) const override {
    RequestJson request_json;
    const auto object = request_json.parse(body);
    if (!object) return std::unexpected(object.error());
    ServerRequest request;
    std::string_view inputs;
    if ((*object)["inputs"].get(inputs) != SUCCESS) {
      return fail(ErrorCode::kInvalidInput, "the request needs inputs: \"inputs\":\"text\"");
    }
    if (inputs.empty()) return fail(ErrorCode::kInvalidInput, "`inputs` cannot be empty");
    request.prompt = inputs;
    request.stream =
        path == "/generate_stream" || (path != "/generate" && flag_at(*object, "stream"));
    simdjson::dom::object parameters;
    if ((*object)["parameters"].get(parameters) == SUCCESS) {
      request.max_tokens = count_at(parameters, "max_new_tokens");
      request.details = flag_at(parameters, "details");
    }
    return request;
  }

  std::unique_ptr<StreamWriter> writer(const ServerRequest& request,
                                       const ServerContext&) const override {
    return std::make_unique<Writer>(request);
  }

  ServerReply whole(const ServerRequest& request, const ServerContext&, std::string_view text,
                    std::string_view reason, const ServerUsage& usage,
                    const EngineTimings& timings) const override {
    ServerReply reply;
    reply.body = fmt::format(R"({{"generated_text":{})", json_string(text));
    if (request.details) reply.body += R"(,"details":)" + details_json(reason, usage);
    reply.body += '}';
    // Whole milliseconds, as the engine gives them.
    const auto millis = [](std::int64_t ns) {
      return std::to_string(std::max<std::int64_t>(ns, 0) / kMillisecond);
    };
    const std::int64_t inference = std::max<std::int64_t>(timings.prefill_ns, 0) +
                                   std::max<std::int64_t>(timings.decode_ns, 0);
    reply.headers = {
        {"x-compute-type", "simulated"},
        {"x-compute-characters", std::to_string(request.prompt.size())},
        {"x-total-time", millis(timings.total_ns)},
        {"x-validation-time", "0"},
        {"x-queue-time", millis(timings.queue_ns)},
        {"x-inference-time", millis(inference)},
        {"x-time-per-token", millis(inference / std::max<std::int64_t>(usage.output_tokens, 1))},
        {"x-prompt-tokens", std::to_string(usage.input_tokens)},
        {"x-generated-tokens", std::to_string(usage.output_tokens)}};
    return reply;
  }

  ServerReply refuse(const ServerFault& fault, bool stream, EngineKind) const override {
    const std::string body = tgi_fault_body(fault);
    // Even overload and validation are events of a 200 stream here; only auth and unknown paths,
    // which have no body, are not.
    if (stream && !body.empty()) {
      return {.status = 200,
              .content_type = "text/event-stream",
              .body = fmt::format("data: {}\n\n", body)};
    }
    return {.status = tgi_fault_status(fault.kind), .body = body};
  }
};

}  // namespace

const Protocol& tgi_generate() {
  static const TgiGenerate protocol;
  return protocol;
}

}  // namespace tt::engine
