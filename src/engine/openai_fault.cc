#include "engine/openai_fault.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/openai_wire.h"

namespace tt::engine {
namespace {

using Kind = ServerFault::Kind;

int plain_status(Kind kind) {
  switch (kind) {
    case Kind::kInvalid:
      return 400;
    case Kind::kNotFound:
      return 404;
    case Kind::kUnauthorized:
      return 401;
    case Kind::kOverloaded:
      return 429;
    case Kind::kInternal:
      return 500;
    case Kind::kUnavailable:
      return 503;
  }
  return 500;
}

int status_of(Kind fault, EngineKind kind) {
  switch (kind) {
    case EngineKind::kOpenAi:
    case EngineKind::kVllm:  // its 429 comes from a gateway in front of it
      return plain_status(fault);
    case EngineKind::kTgi:
      return tgi_fault_status(fault);
    case EngineKind::kOllama:
      return ollama_fault_status(fault);
    case EngineKind::kSglang:
    case EngineKind::kLlamaCpp:
      return fault == Kind::kOverloaded ? 503 : plain_status(fault);
    case EngineKind::kTensorRtLlm:
      if (fault == Kind::kOverloaded || fault == Kind::kUnavailable) return 503;
      return fault == Kind::kUnauthorized ? 401 : 400;
  }
  return 500;
}

// The `type` by which an engine names a fault.
std::string_view type_of(Kind fault, EngineKind kind) {
  struct Names {
    std::string_view invalid, not_found, unauthorized, overloaded, internal, unavailable;
  };
  constexpr Names kPython{"BadRequestError",      "NotFoundError",       "AuthenticationError",
                          "TooManyRequestsError", "InternalServerError", "ServiceUnavailableError"};
  constexpr Names kOpenAi{"invalid_request_error", "invalid_request_error", "invalid_request_error",
                          "rate_limit_exceeded",   "server_error",          "server_error"};
  constexpr Names kLlama{"invalid_request_error", "not_found_error", "authentication_error",
                         "unavailable_error",     "server_error",    "unavailable_error"};
  constexpr Names kOllama{"invalid_request_error",
                          "not_found_error",
                          "api_error",
                          "api_error",
                          "api_error",
                          "api_error"};
  const Names& names = kind == EngineKind::kOpenAi     ? kOpenAi
                       : kind == EngineKind::kLlamaCpp ? kLlama
                       : kind == EngineKind::kOllama   ? kOllama
                                                       : kPython;
  switch (fault) {
    case Kind::kInvalid:
      return names.invalid;
    case Kind::kNotFound:
      return names.not_found;
    case Kind::kUnauthorized:
      return names.unauthorized;
    case Kind::kOverloaded:
      return names.overloaded;
    case Kind::kInternal:
      return names.internal;
    case Kind::kUnavailable:
      return names.unavailable;
  }
  return names.internal;
}

// {"object":"error","message":..,"type":..,"param":null,"code":n}
std::string flat_body(const ServerFault& fault, EngineKind kind) {
  return fmt::format(R"({{"object":"error","message":{},"type":"{}","param":null,"code":{}}})",
                     json_string(fault.message), type_of(fault.kind, kind),
                     status_of(fault.kind, kind));
}

// The code member of the OpenAI form: a string or null there, an integer in vLLM.
std::string code_of(Kind fault, EngineKind kind) {
  if (kind == EngineKind::kVllm) return std::to_string(status_of(fault, kind));
  if (kind != EngineKind::kOpenAi) return "null";
  switch (fault) {
    case Kind::kNotFound:
      return R"("model_not_found")";
    case Kind::kUnauthorized:
      return R"("invalid_api_key")";
    case Kind::kOverloaded:
      return R"("rate_limit_exceeded")";
    default:
      return "null";
  }
}

std::string nested_body(const ServerFault& fault, EngineKind kind) {
  if (kind == EngineKind::kLlamaCpp) {
    return fmt::format(R"({{"error":{{"code":{},"message":{},"type":"{}"}}}})",
                       status_of(fault.kind, kind), json_string(fault.message),
                       type_of(fault.kind, kind));
  }
  return fmt::format(R"({{"error":{{"message":{},"type":"{}","param":null,"code":{}}}}})",
                     json_string(fault.message), type_of(fault.kind, kind),
                     code_of(fault.kind, kind));
}

std::string body_of(const ServerFault& fault, EngineKind kind) {
  switch (kind) {
    case EngineKind::kTgi:
      return tgi_fault_body(fault);
    case EngineKind::kSglang:
      return flat_body(fault, kind);
    case EngineKind::kTensorRtLlm:
      if (fault.kind == Kind::kInvalid)
        return fmt::format(R"({{"error":{}}})", json_string(fault.message));
      return flat_body(fault, kind);
    case EngineKind::kVllm:
      if (fault.kind == Kind::kUnauthorized) return R"({"error":"Unauthorized"})";
      return nested_body(fault, kind);
    default:
      return nested_body(fault, kind);
  }
}

}  // namespace

int tgi_fault_status(Kind kind) {
  switch (kind) {
    case Kind::kInvalid:
      return 422;
    case Kind::kInternal:
      return 424;
    default:
      return plain_status(kind);
  }
}

std::string tgi_fault_body(const ServerFault& fault) {
  std::string_view type;
  switch (fault.kind) {
    case Kind::kInvalid:
      type = "validation";
      break;
    case Kind::kOverloaded:
      type = "overloaded";
      break;
    case Kind::kInternal:
      type = "generation";
      break;
    case Kind::kUnavailable:
      type = "healthcheck";
      break;
    case Kind::kNotFound:
    case Kind::kUnauthorized:
      return {};
  }
  return fmt::format(R"({{"error":{},"error_type":"{}"}})", json_string(fault.message), type);
}

int ollama_fault_status(Kind kind) { return kind == Kind::kOverloaded ? 503 : plain_status(kind); }

std::string openai_fault_event(const ServerFault& fault, EngineKind kind, std::string_view blank,
                               std::string_view head) {
  switch (kind) {
    case EngineKind::kOpenAi:
    case EngineKind::kLlamaCpp:
      return fmt::format("data: {}\n\n", nested_body(fault, kind));
    case EngineKind::kVllm:
      return fmt::format("data: {}\n\ndata: [DONE]\n\n", nested_body(fault, kind));
    case EngineKind::kSglang:
      return fmt::format("data: {{\"error\":{}}}\n\ndata: [DONE]\n\n", flat_body(fault, kind));
    case EngineKind::kTgi:  // 422 whatever the cause
      return fmt::format(
          "data: {{\"error\":{{\"message\":{},\"http_status_code\":422}}}}\n\ndata: [DONE]\n\n",
          json_string(fault.message));
    case EngineKind::kOllama:  // an empty chunk, and the stream ends without its marks
      return fmt::format("{}\"choices\":[{{\"index\":0,{},\"finish_reason\":null}}]}}\n\n", head,
                         blank);
    case EngineKind::kTensorRtLlm:
      return {};
  }
  return {};
}

ServerReply OpenAiProtocol::refuse(const ServerFault& fault, bool stream, EngineKind kind) const {
  const bool refused = fault.kind == Kind::kUnauthorized || fault.kind == Kind::kNotFound;
  const bool under_200 =
      stream && ((kind == EngineKind::kTgi && !refused) ||
                 (kind == EngineKind::kSglang && fault.kind == Kind::kOverloaded));
  if (under_200) {
    return {.status = 200,
            .content_type = "text/event-stream",
            .body = openai_fault_event(fault, kind, {}, {})};
  }
  ServerReply reply{.status = status_of(fault.kind, kind), .body = body_of(fault, kind)};
  if (kind == EngineKind::kOpenAi && fault.kind == Kind::kOverloaded) {
    reply.headers = {{"retry-after", "1"},
                     {"x-ratelimit-limit-requests", "60"},
                     {"x-ratelimit-remaining-requests", "0"},
                     {"x-ratelimit-reset-requests", "1s"}};
  }
  return reply;
}

}  // namespace tt::engine
