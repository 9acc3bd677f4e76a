// The server's half of probe.h: what each engine answers on the paths that are not generation.
#include <fmt/format.h>

#include "base/text.h"
#include "engine/messages.h"
#include "engine/probe.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

// What an answer may need to know.
struct Probe {
  const ServerIdentity& identity;
  std::string_view body;
  std::uint32_t (*count_tokens)(std::string_view);
};

using Answer = ServerReply (*)(const Probe&);

struct Route {
  EngineKind kind;
  std::string_view method;
  std::string_view path;
  Answer answer;
};

ServerReply json_reply(std::string body) { return {.body = std::move(body)}; }

ServerReply plain_reply(int status, std::string_view text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::string(text)};
}

ServerReply nothing(const Probe&) { return plain_reply(200, {}); }

std::string_view first_model(const Probe& probe) {
  return probe.identity.models.empty() ? std::string_view{} : probe.identity.models.front();
}

// Each model by `write(out, name)`, in a JSON list.
template <class Write>
std::string model_list(const Probe& probe, Write write) {
  std::string out = "[";
  for (const auto& name : probe.identity.models) {
    if (out.size() > 1) out += ',';
    write(out, json_string(name));
  }
  return out + "]";
}

std::string_view owner_of(EngineKind kind) {
  switch (kind) {
    case EngineKind::kOpenAi:
      return "openai";
    case EngineKind::kVllm:
      return "vllm";
    case EngineKind::kSglang:
      return "sglang";
    case EngineKind::kOllama:
      return "library";
    case EngineKind::kLlamaCpp:
      return "llamacpp";
    case EngineKind::kTensorRtLlm:
      return "tensorrt_llm";
    case EngineKind::kTgi:
      return "";  // the model's own name
  }
  return "";
}

ServerReply openai_models(const Probe& probe) {
  const EngineKind kind = probe.identity.kind;
  const std::uint32_t length = probe.identity.max_length;
  const std::string list = model_list(probe, [&](std::string& out, const std::string& name) {
    const std::string owner = kind == EngineKind::kTgi ? name : json_string(owner_of(kind));
    fmt::format_to(std::back_inserter(out),
                   R"({{"id":{},"object":"model","created":0,"owned_by":{})", name, owner);
    if (kind == EngineKind::kVllm || kind == EngineKind::kSglang) {
      fmt::format_to(std::back_inserter(out), R"(,"root":{},"max_model_len":{})", name, length);
    } else if (kind == EngineKind::kLlamaCpp) {
      fmt::format_to(std::back_inserter(out), R"(,"meta":{{"n_ctx":{0},"n_ctx_train":{0}}})",
                     length);
    }
    out += '}';
  });
  return json_reply(fmt::format(R"({{"object":"list","data":{}}})", list));
}

ServerReply version(const Probe& probe) {
  return json_reply(fmt::format(R"({{"version":{}}})", json_string(probe.identity.version)));
}

ServerReply sglang_info(const Probe& probe) {
  return json_reply(
      fmt::format(R"({{"model_path":{},"tp_size":1,"max_total_num_tokens":{},"version":{}}})",
                  json_string(first_model(probe)), probe.identity.max_length,
                  json_string(probe.identity.version)));
}

ServerReply tgi_info(const Probe& probe) {
  return json_reply(fmt::format(
      R"({{"model_id":{},"model_sha":null,"model_pipeline_tag":"text-generation",)"
      R"("max_concurrent_requests":{},"max_best_of":2,"max_stop_sequences":4,"max_input_tokens":{},)"
      R"("max_total_tokens":{},"validation_workers":2,"max_client_batch_size":4,)"
      R"("router":"text-generation-router","version":{},"sha":null,"docker_label":null}})",
      json_string(first_model(probe)), probe.identity.max_concurrent,
      probe.identity.max_length > 0 ? probe.identity.max_length - 1 : 0, probe.identity.max_length,
      json_string(probe.identity.version)));
}

ServerReply ollama_tags(const Probe& probe) {
  const std::string list = model_list(probe, [](std::string& out, const std::string& name) {
    fmt::format_to(std::back_inserter(out),
                   R"({{"name":{0},"model":{0},"modified_at":"2026-01-01T00:00:00Z","size":0,)"
                   R"("digest":"simulated","details":{{"format":"gguf"}}}})",
                   name);
  });
  return json_reply(fmt::format(R"({{"models":{}}})", list));
}

ServerReply ollama_root(const Probe&) { return plain_reply(200, "Ollama is running"); }

ServerReply llama_health(const Probe&) { return json_reply(R"({"status":"ok"})"); }

ServerReply llama_props(const Probe& probe) {
  return json_reply(fmt::format(
      R"({{"default_generation_settings":{{"n_ctx":{}}},"total_slots":4,"model_path":{},"build_info":{}}})",
      probe.identity.max_length, json_string(first_model(probe)),
      json_string(probe.identity.version)));
}

ServerReply bad_request(std::string_view message) {
  return {.status = 400,
          .body = fmt::format(R"({{"error":{{"message":{},"type":"invalid_request_error"}}}})",
                              json_string(message))};
}

// [0,1,..,count-1]: the ids of a tokenizer that nobody will look up.
std::string ids(std::uint32_t count) {
  std::string out = "[";
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    fmt::format_to(std::back_inserter(out), "{}", i);
  }
  return out + "]";
}

// vLLM and SGLang take a prompt or messages.
ServerReply python_tokenize(const Probe& probe) {
  RequestJson request;
  const auto object = request.parse(probe.body);
  if (!object) return bad_request(object.error().message);
  std::string text(text_at(*object, "prompt"));
  if (text.empty()) text = parse_messages(*object).value_or("");
  const std::uint32_t count = probe.count_tokens(text);
  return json_reply(fmt::format(R"({{"count":{},"max_model_len":{},"tokens":{}}})", count,
                                probe.identity.max_length, ids(count)));
}

ServerReply llama_tokenize(const Probe& probe) {
  RequestJson request;
  const auto object = request.parse(probe.body);
  if (!object) return bad_request(object.error().message);
  const std::uint32_t count = probe.count_tokens(text_at(*object, "content"));
  return json_reply(fmt::format(R"({{"tokens":{}}})", ids(count)));
}

ServerReply tgi_tokenize(const Probe& probe) {
  RequestJson request;
  const auto object = request.parse(probe.body);
  if (!object) {
    return {.status = 422,
            .body = fmt::format(R"({{"error":{},"error_type":"validation"}})",
                                json_string(object.error().message))};
  }
  const std::uint32_t count = probe.count_tokens(text_at(*object, "inputs"));
  std::string out = "[";
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    fmt::format_to(std::back_inserter(out), R"({{"id":{},"text":"t","start":{},"stop":{}}})", i, i,
                   i + 1);
  }
  return json_reply(out + "]");
}

constexpr auto kV = EngineKind::kVllm;
constexpr auto kS = EngineKind::kSglang;
constexpr auto kT = EngineKind::kTgi;
constexpr auto kO = EngineKind::kOllama;
constexpr auto kL = EngineKind::kLlamaCpp;
constexpr auto kN = EngineKind::kTensorRtLlm;

constexpr Route kRoutes[] = {
    {EngineKind::kOpenAi, "GET", "/v1/models", openai_models},
    {kV, "GET", "/health", nothing},
    {kV, "GET", "/ping", nothing},
    {kV, "POST", "/ping", nothing},
    {kV, "GET", "/v1/models", openai_models},
    {kV, "GET", "/version", version},
    {kV, "POST", "/tokenize", python_tokenize},
    {kS, "GET", "/health", nothing},
    {kS, "GET", "/health_generate", nothing},
    {kS, "GET", "/v1/models", openai_models},
    {kS, "GET", "/server_info", sglang_info},
    {kS, "GET", "/get_server_info", sglang_info},
    {kS, "POST", "/tokenize", python_tokenize},
    {kS, "POST", "/v1/tokenize", python_tokenize},
    {kT, "GET", "/health", nothing},
    {kT, "GET", "/ping", nothing},
    {kT, "GET", "/info", tgi_info},
    {kT, "GET", "/v1/models", openai_models},
    {kT, "POST", "/tokenize", tgi_tokenize},
    {kO, "GET", "/", ollama_root},
    {kO, "GET", "/api/version", version},
    {kO, "GET", "/api/tags", ollama_tags},
    {kO, "GET", "/v1/models", openai_models},
    {kL, "GET", "/health", llama_health},
    {kL, "GET", "/v1/health", llama_health},
    {kL, "GET", "/v1/models", openai_models},
    {kL, "GET", "/props", llama_props},
    {kL, "POST", "/tokenize", llama_tokenize},
    {kN, "GET", "/health", nothing},
    {kN, "GET", "/version", version},
    {kN, "GET", "/v1/models", openai_models},
};

ServerReply not_found(EngineKind kind, std::string_view path) {
  switch (kind) {
    case EngineKind::kOpenAi:
      return {.status = 404,
              .body = fmt::format(R"({{"error":{{"message":{},"type":"invalid_request_error",)"
                                  R"("param":null,"code":null}}}})",
                                  json_string(fmt::format("Invalid URL ({})", path)))};
    case EngineKind::kTgi:
      return plain_reply(404, {});
    case EngineKind::kOllama:
      return plain_reply(404, "404 page not found");
    case EngineKind::kLlamaCpp:
      return {
          .status = 404,
          .body = R"({"error":{"code":404,"message":"File Not Found","type":"not_found_error"}})"};
    default:  // FastAPI
      return {.status = 404, .body = R"({"detail":"Not Found"})"};
  }
}

}  // namespace

ServerReply answer_probe(const ServerIdentity& identity, std::string_view method,
                         std::string_view path, std::string_view body,
                         std::uint32_t (*count_tokens)(std::string_view)) {
  path = path.substr(0, path.find('?'));
  ServerReply reply = not_found(identity.kind, path);
  for (const Route& route : kRoutes) {
    if (route.kind == identity.kind && route.method == method && route.path == path) {
      reply = route.answer({identity, body, count_tokens});
    }
  }
  if (identity.kind == EngineKind::kLlamaCpp) reply.headers.emplace_back("Server", "llama.cpp");
  return reply;
}

}  // namespace tt::engine
