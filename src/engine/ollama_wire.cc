#include "engine/ollama_wire.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "engine/openai_fault.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

// The counts and durations of the last line; false where `key` is none of them.
bool see_figure(json::raw_json_string key, json::value& value, TokenCounts& counts,
                EngineTimings& times) {
  if (key == "prompt_eval_count") {
    counts.input = count_of(value);
  } else if (key == "eval_count") {
    counts.output = count_of(value);
  } else if (key == "total_duration") {
    times.total_ns = nanos_of(value);
  } else if (key == "load_duration") {
    times.load_ns = nanos_of(value);
  } else if (key == "prompt_eval_duration") {
    times.prefill_ns = nanos_of(value);
  } else if (key == "eval_duration") {
    times.decode_ns = nanos_of(value);
  } else {
    return false;
  }
  return true;
}

// Zeros are left out on the wire: in a last line that has figures, an absent one is 0.
void restore_zeros(TokenCounts& counts, EngineTimings& times) {
  counts.output = counts.output.value_or(0);
  if (times.total_ns < 0) return;
  for (std::int64_t* part : {&times.load_ns, &times.prefill_ns, &times.decode_ns}) {
    *part = std::max<std::int64_t>(*part, 0);
  }
}

void append_figure(std::string& out, std::string_view name, std::int64_t value) {
  if (value > 0) fmt::format_to(std::back_inserter(out), R"(,"{}":{})", name, value);
}

// From done_reason to the end of the last line.
void append_end(std::string& out, const OllamaForm& form, std::string_view reason,
                const ServerUsage& usage, const EngineTimings& timings) {
  out += R"(,"done":true,"done_reason":)";
  out += json_string(reason);
  out += form.at_end;
  append_figure(out, "total_duration", timings.total_ns);
  append_figure(out, "load_duration", timings.load_ns);
  append_figure(out, "prompt_eval_count", usage.input_tokens);
  append_figure(out, "prompt_eval_duration", timings.prefill_ns);
  append_figure(out, "eval_count", usage.output_tokens);
  append_figure(out, "eval_duration", timings.decode_ns);
  out += '}';
}

// `{"model":..,"created_at":..,`
std::string head_members(const ServerRequest& request, const ServerContext& context) {
  return fmt::format(R"({{"model":{},"created_at":"{}",)", json_string(request.model),
                     format_utc(context.created_s * kSecond));
}

class Writer final : public StreamWriter {
 public:
  Writer(const OllamaForm& form, const ServerRequest& request, const ServerContext& context)
      : form_(form) {
    open_ = head_members(request, context);
    open_ += form.open;
    close_ = fmt::format("{},\"done\":false}}\n", form.close);
  }

  void begin(std::string&) override {}

  void tokens(std::string& out, std::span<const std::string_view> pieces,
              const ServerUsage&) override {
    if (pieces.empty()) return;
    out += open_;
    for (const auto piece : pieces) append_json_escaped(out, piece);
    out += close_;
  }

  void finish(std::string& out, std::string_view reason, const ServerUsage& usage,
              const EngineTimings& timings) override {
    out += open_;
    out += form_.close;
    append_end(out, form_, reason, usage, timings);
    out += '\n';
  }

  void fault(std::string& out, const ServerFault& fault) override {
    fmt::format_to(std::back_inserter(out), "{{\"error\":{}}}\n", json_string(fault.message));
  }

 private:
  const OllamaForm& form_;  // static
  std::string open_;
  std::string close_;
};

}  // namespace

void add_ollama_options(ObjectWriter& body, const GenerateRequest& request) {
  std::string inner;
  ObjectWriter options(inner, body.take("options"));
  if (request.max_tokens > 0) options.number("num_predict", std::int64_t{request.max_tokens});
  if (request.temperature) options.number("temperature", *request.temperature);
  if (request.seed) options.raw("seed", std::to_string(*request.seed));
  options.close();
  body.flag("stream", true);
  if (inner != "{}") body.raw("options", inner);
}

error_code see_ollama_line(json::object line, Sight& sight,
                           error_code (*see_own)(json::raw_json_string, json::value&, Sight&)) {
  TokenCounts counts;
  EngineTimings times;
  const error_code error = each_member(line, [&](json::raw_json_string key, json::value value) {
    if (key == "done") {
      sight.last = sight.last || kind_of(value) == 't';
    } else if (key == "done_reason") {
      sight.finish_reason = string_body(value).value_or(std::string_view{});
    } else if (key == "error" && kind_of(value) != 'n') {
      sight.failed = true;
    } else if (!see_figure(key, value, counts, times)) {
      return see_own(key, value, sight);
    }
    return SUCCESS;
  });
  if (sight.last) {
    restore_zeros(counts, times);
    sight.engine = counts;
    sight.timings = times;
  }
  return error;
}

Result<ServerRequest> OllamaProtocol::parse(std::string_view, std::string_view body) const {
  RequestJson request_json;
  const auto object = request_json.parse(body);
  if (!object) return std::unexpected(object.error());
  ServerRequest request;
  request.model = text_at(*object, "model");
  if (request.model.empty()) return fail(ErrorCode::kInvalidInput, "model is required");
  request.stream = flag_at(*object, "stream", true);
  simdjson::dom::object options;
  if ((*object)["options"].get(options) == SUCCESS) {
    request.max_tokens = count_at(options, "num_predict");
  }
  auto prompt = prompt_of(*object);
  if (!prompt) return std::unexpected(prompt.error());
  request.prompt = std::move(*prompt);
  return request;
}

std::unique_ptr<StreamWriter> OllamaProtocol::writer(const ServerRequest& request,
                                                     const ServerContext& context) const {
  return std::make_unique<Writer>(form_, request, context);
}

ServerReply OllamaProtocol::whole(const ServerRequest& request, const ServerContext& context,
                                  std::string_view text, std::string_view reason,
                                  const ServerUsage& usage, const EngineTimings& timings) const {
  ServerReply reply;
  reply.body = head_members(request, context);
  reply.body += form_.open;
  append_json_escaped(reply.body, text);
  reply.body += form_.close;
  append_end(reply.body, form_, reason, usage, timings);
  return reply;
}

ServerReply OllamaProtocol::refuse(const ServerFault& fault, bool, EngineKind) const {
  return {.status = ollama_fault_status(fault.kind),
          .body = fmt::format(R"({{"error":{}}})", json_string(fault.message))};
}

}  // namespace tt::engine
