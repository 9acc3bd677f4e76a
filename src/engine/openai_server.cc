// The server's half of what chat and text completions share.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/openai_fault.h"
#include "engine/openai_wire.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

// The members that both requests know in the OpenAI form.
constexpr std::array<std::string_view, 33> kKnown = {"model",
                                                     "stream",
                                                     "stream_options",
                                                     "max_tokens",
                                                     "max_completion_tokens",
                                                     "temperature",
                                                     "top_p",
                                                     "top_k",
                                                     "min_p",
                                                     "n",
                                                     "stop",
                                                     "seed",
                                                     "logprobs",
                                                     "top_logprobs",
                                                     "user",
                                                     "presence_penalty",
                                                     "frequency_penalty",
                                                     "repetition_penalty",
                                                     "length_penalty",
                                                     "logit_bias",
                                                     "best_of",
                                                     "use_beam_search",
                                                     "early_stopping",
                                                     "ignore_eos",
                                                     "min_tokens",
                                                     "stop_token_ids",
                                                     "include_stop_str_in_output",
                                                     "skip_special_tokens",
                                                     "spaces_between_special_tokens",
                                                     "truncate_prompt_tokens",
                                                     "add_special_tokens",
                                                     "response_format",
                                                     "lora_request"};

void append_cached(std::string& out, std::uint32_t tokens) {
  fmt::format_to(std::back_inserter(out), R"(,"prompt_tokens_details":{{"cached_tokens":{}}})",
                 tokens);
}

void append_usage(std::string& out, EngineKind kind, const ServerUsage& usage) {
  fmt::format_to(std::back_inserter(out),
                 R"({{"prompt_tokens":{},"total_tokens":{},"completion_tokens":{})",
                 usage.input_tokens, std::uint64_t{usage.input_tokens} + usage.output_tokens,
                 usage.output_tokens);
  switch (kind) {
    case EngineKind::kOpenAi:
      fmt::format_to(std::back_inserter(out),
                     R"(,"prompt_tokens_details":{{"cached_tokens":{},"audio_tokens":0}})"
                     R"(,"completion_tokens_details":{{"reasoning_tokens":0,"audio_tokens":0}})",
                     usage.cached_tokens);
      break;
    case EngineKind::kLlamaCpp:
    case EngineKind::kTensorRtLlm:
      append_cached(out, usage.cached_tokens);
      break;
    case EngineKind::kSglang:
      if (usage.tell_cached && usage.cached_tokens > 0) {
        append_cached(out, usage.cached_tokens);
      } else {
        out += R"(,"prompt_tokens_details":null)";
      }
      out += R"(,"reasoning_tokens":0)";
      break;
    case EngineKind::kVllm:
      if (usage.tell_cached) append_cached(out, usage.cached_tokens);
      break;
    case EngineKind::kTgi:
    case EngineKind::kOllama:
      break;
  }
  out += '}';
}

// llama.cpp's timings object; rates are left out, as nobody should need them twice.
void append_timings(std::string& out, const ServerUsage& usage, const EngineTimings& timings) {
  const auto millis = [](std::int64_t ns) {
    return static_cast<double>(std::max<std::int64_t>(ns, 0)) / 1e6;
  };
  fmt::format_to(
      std::back_inserter(out),
      R"(,"timings":{{"cache_n":{},"prompt_n":{},"prompt_ms":{:.3f},"predicted_n":{},"predicted_ms":{:.3f}}})",
      usage.cached_tokens, usage.input_tokens - std::min(usage.cached_tokens, usage.input_tokens),
      millis(timings.prefill_ns), usage.output_tokens, millis(timings.decode_ns));
}

// `{"id":..,"object":..,"created":..,"model":..,`
std::string head_members(const OpenAiForm& form, std::string_view object,
                         const ServerRequest& request, const ServerContext& context) {
  std::string out = R"({"id":")";
  if (form.id_prefix != "-") {
    out += form.id_prefix;
    append_json_escaped(out, context.request_id);
  }
  fmt::format_to(std::back_inserter(out), R"(","object":"{}","created":{},"model":)", object,
                 context.created_s);
  out += json_string(request.model);
  out += ',';
  out += form.extras;
  return out;
}

class Writer final : public StreamWriter {
 public:
  Writer(const OpenAiForm& form, std::string_view object, const ServerRequest& request,
         const ServerContext& context)
      : form_(form),
        kind_(context.kind),
        max_tokens_(request.max_tokens),
        include_usage_(request.include_usage),
        running_usage_(request.continuous_usage && traits(context.kind).continuous_usage) {
    head_ = "data: " + head_members(form, object, request, context);
    token_open_ = fmt::format(R"({}"choices":[{{"index":0,{})", head_, form.open);
    token_close_ = fmt::format("{}{}}}]", form.close, form.going_on);
    if (!running_usage_ && (include_usage_ || !form.usage_before_asked)) {
      usage_before_ = form.usage_before;
    }
    event_end_ = fmt::format("}}{}", form.event_end);
    if (!running_usage_) token_close_ += usage_before_ + event_end_;
  }

  // Every engine of this form waits for its first token before it writes anything.
  void begin(std::string&) override {}

  void tokens(std::string& out, std::span<const std::string_view> pieces,
              const ServerUsage& so_far) override {
    if (pieces.empty()) return;
    if (!started_) start(out, so_far);
    if (!form_.one_token_a_chunk) {
      token_chunk(out, pieces, so_far);
      return;
    }
    ServerUsage usage = so_far;
    usage.output_tokens -= std::min(usage.output_tokens, static_cast<std::uint32_t>(pieces.size()));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      ++usage.output_tokens;
      token_chunk(out, pieces.subspan(i, 1), usage);
    }
  }

  void finish(std::string& out, std::string_view reason, const ServerUsage& usage,
              const EngineTimings& timings) override {
    if (!started_) start(out, usage);
    const bool own_usage = include_usage_ && !form_.usage_with_last;
    const bool timed = kind_ == EngineKind::kLlamaCpp;
    if (!finished_) {
      out += head_;
      out += R"("choices":[{"index":0,)";
      out += form_.blank;
      end_choice(out, reason, usage);
      if (timed && !own_usage) append_timings(out, usage, timings);
      out += event_end_;
    }
    if (own_usage) {
      out += head_;
      out += R"("choices":[],"usage":)";
      append_usage(out, kind_, usage);
      if (timed) append_timings(out, usage, timings);
      out += event_end_;
    }
    out += "data: [DONE]\n\n";
  }

  void fault(std::string& out, const ServerFault& fault) override {
    out += openai_fault_event(fault, kind_, form_.blank, head_);
  }

 private:
  void start(std::string& out, const ServerUsage& usage) {
    started_ = true;
    if (!form_.role.empty()) {
      out += head_;
      out += R"("choices":[{"index":0,)";
      out += form_.role;
      out += form_.going_on;
      out += "}]";
      append_usage_before(out, {usage.input_tokens, 0, usage.cached_tokens, usage.tell_cached});
      out += event_end_;
    }
    first_ = !form_.first_open.empty();
  }

  void token_chunk(std::string& out, std::span<const std::string_view> pieces,
                   const ServerUsage& usage) {
    if (first_) {
      out += head_;
      out += R"("choices":[{"index":0,)";
      out += form_.first_open;
      first_ = false;
    } else {
      out += token_open_;
    }
    for (const auto piece : pieces) append_json_escaped(out, piece);
    // An engine that has written as many tokens as it may knows that this is the last.
    if (form_.finish_with_last && max_tokens_ > 0 && usage.output_tokens >= max_tokens_ &&
        !finished_) {
      finished_ = true;
      out += form_.close;
      end_choice(out, "length", usage);
      out += event_end_;
      return;
    }
    out += token_close_;
    if (running_usage_) {
      append_usage_before(out, usage);
      out += event_end_;
    }
  }

  // The finish reason, the end of the choices and the usage that may stand beside them.
  void end_choice(std::string& out, std::string_view reason, const ServerUsage& usage) {
    out += form_.finished;
    append_json_escaped(out, reason == "stop" ? form_.stop_word : reason);
    out += '"';
    out += form_.trailer;
    out += "}]";
    if (form_.usage_with_last) {
      out += R"(,"usage":)";
      append_usage(out, kind_, usage);
    } else {
      append_usage_before(out, usage);
    }
  }

  void append_usage_before(std::string& out, const ServerUsage& usage) {
    out += usage_before_;
    if (!running_usage_) return;
    out += R"(,"usage":)";
    append_usage(out, kind_, usage);
  }

  const OpenAiForm& form_;  // static
  EngineKind kind_;
  std::uint32_t max_tokens_;
  bool include_usage_;
  bool running_usage_;
  bool started_ = false;
  bool first_ = false;  // the next token is the first and has a form of its own
  bool finished_ = false;
  std::string head_;         // from "data: " to the choices
  std::string token_open_;   // a token chunk up to its text
  std::string token_close_;  // ... and after it, up to a running usage
  std::string usage_before_;
  std::string event_end_;
};

// The members that both requests share. `known`: further members that a strict engine takes.
Result<ServerRequest> parse_options(simdjson::dom::object body,
                                    std::span<const std::string_view> known) {
  ServerRequest request;
  request.model = text_at(body, "model");
  if (request.model.empty()) {
    return fail(ErrorCode::kInvalidInput, "the request needs a model: \"model\":\"name\"");
  }
  const std::uint32_t old_limit = count_at(body, "max_tokens");
  const std::uint32_t limit = count_at(body, "max_completion_tokens");
  request.max_tokens = limit > 0 ? limit : old_limit;
  request.min_tokens = count_at(body, "min_tokens");
  request.ignore_eos = flag_at(body, "ignore_eos");
  request.priority = integer_at(body, "priority");
  request.stream = flag_at(body, "stream");
  simdjson::dom::object options;
  if (body["stream_options"].get(options) == simdjson::SUCCESS) {
    if (!request.stream) {
      return fail(ErrorCode::kInvalidInput, "stream_options needs \"stream\":true");
    }
    request.include_usage = flag_at(options, "include_usage");
    request.continuous_usage = request.include_usage && flag_at(options, "continuous_usage_stats");
    for (const auto member : options) {
      if (member.key != "include_usage" && request.unknown_field.empty()) {
        request.unknown_field = fmt::format("stream_options.{}", member.key);
      }
    }
  }
  for (const auto member : body) {
    if (std::ranges::find(kKnown, member.key) != kKnown.end()) continue;
    if (std::ranges::find(known, member.key) != known.end()) continue;
    request.unknown_field = member.key;
    break;
  }
  return request;
}

const OpenAiForm& form_of(const OpenAiShape& shape, EngineKind kind) {
  switch (kind) {
    case EngineKind::kOpenAi:
      return shape.openai;
    case EngineKind::kVllm:
      return shape.vllm;
    case EngineKind::kSglang:
      return shape.sglang;
    case EngineKind::kTgi:
      return shape.tgi;
    case EngineKind::kOllama:
      return shape.ollama;
    case EngineKind::kLlamaCpp:
      return shape.llama_cpp;
    case EngineKind::kTensorRtLlm:
      return shape.tensorrt_llm;
  }
  return shape.openai;
}

}  // namespace

Result<ServerRequest> OpenAiProtocol::parse(std::string_view, std::string_view body) const {
  RequestJson request_json;
  const auto object = request_json.parse(body);
  if (!object) return std::unexpected(object.error());
  auto request = parse_options(*object, shape_.known);
  if (!request) return request;
  auto prompt = prompt_of(*object);
  if (!prompt) return std::unexpected(prompt.error());
  request->prompt = std::move(*prompt);
  return request;
}

std::unique_ptr<StreamWriter> OpenAiProtocol::writer(const ServerRequest& request,
                                                     const ServerContext& context) const {
  return std::make_unique<Writer>(form_of(shape_, context.kind), shape_.chunk_object, request,
                                  context);
}

ServerReply OpenAiProtocol::whole(const ServerRequest& request, const ServerContext& context,
                                  std::string_view text, std::string_view reason,
                                  const ServerUsage& usage, const EngineTimings& timings) const {
  const OpenAiForm& form = form_of(shape_, context.kind);
  ServerReply reply;
  reply.body = head_members(form, shape_.whole_object, request, context);
  reply.body += R"("choices":[{"index":0,)";
  reply.body += shape_.whole_open;
  reply.body += json_string(text);
  reply.body += shape_.whole_close;
  reply.body += R"(,"logprobs":null,"finish_reason":)";
  reply.body += json_string(reason == "stop" ? form.stop_word : reason);
  reply.body += form.trailer;
  reply.body += R"(}],"usage":)";
  append_usage(reply.body, context.kind, usage);
  if (context.kind == EngineKind::kLlamaCpp) append_timings(reply.body, usage, timings);
  reply.body += '}';
  return reply;
}

}  // namespace tt::engine
