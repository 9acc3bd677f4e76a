#include "sim/habits.h"

namespace tt::sim {

using engine::EngineKind;

const Habits& habits(EngineKind kind) {
  using HeaderTime = Habits::HeaderTime;
  using Loading = Habits::Loading;
  static constexpr Habits kOpenAi{.merges = true, .loading = Loading::kUnavailable};
  static constexpr Habits kVllm{.merges = true, .refuses_priority = true, .server = "uvicorn"};
  static constexpr Habits kSglang{.header = HeaderTime::kWithToken,
                                  .merges = true,
                                  .checks_model = false,
                                  .loading = Loading::kUnavailable,
                                  .server = "uvicorn"};
  static constexpr Habits kTgi{
      .checks_model = false, .ping_after = 15 * kSecond, .sse_type = "text/event-stream"};
  static constexpr Habits kOllama{.header = HeaderTime::kWithToken,
                                  .refuses_too_long = false,
                                  .loading = Loading::kOnDemand,
                                  .sse_type = "text/event-stream"};
  static constexpr Habits kLlamaCpp{.header = HeaderTime::kWithStart,
                                    .checks_model = false,
                                    .refuses_too_long = false,
                                    .loading = Loading::kUnavailable,
                                    .ping_after = 30 * kSecond,
                                    .server = "llama.cpp",
                                    .sse_type = "text/event-stream"};
  static constexpr Habits kTensorRtLlm{.merges = true, .server = "uvicorn"};
  switch (kind) {
    case EngineKind::kVllm:
      return kVllm;
    case EngineKind::kSglang:
      return kSglang;
    case EngineKind::kTgi:
      return kTgi;
    case EngineKind::kOllama:
      return kOllama;
    case EngineKind::kLlamaCpp:
      return kLlamaCpp;
    case EngineKind::kTensorRtLlm:
      return kTensorRtLlm;
    case EngineKind::kOpenAi:
      break;
  }
  return kOpenAi;
}

bool needs_key(EngineKind kind, std::string_view path) {
  switch (kind) {
    case EngineKind::kVllm:
    case EngineKind::kOpenAi:
      return path.starts_with("/v1");
    case EngineKind::kSglang:
      return !path.starts_with("/health") && !path.starts_with("/metrics");
    case EngineKind::kTgi:
      return protocol_on(kind, path) != nullptr;
    case EngineKind::kLlamaCpp:
      return path != "/health" && path != "/v1/health";
    case EngineKind::kOllama:
    case EngineKind::kTensorRtLlm:
      break;
  }
  return path.starts_with("/v1") || path.starts_with("/api");
}

const engine::Protocol* protocol_on(EngineKind kind, std::string_view path) {
  const std::string_view own = engine::traits(kind).default_protocol;
  const std::string_view family = own.substr(0, own.find('-'));
  for (const engine::Protocol* protocol : engine::protocols()) {
    const std::string_view name = protocol->name();
    if ((name.starts_with("openai") || name.starts_with(family)) && protocol->serves(path)) {
      return protocol;
    }
  }
  return nullptr;
}

}  // namespace tt::sim
