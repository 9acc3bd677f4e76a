// The engines and protocols we know. A new protocol is its own source file and one line here; a new
// engine is one row.
#include <array>

#include "base/text.h"
#include "engine/protocol.h"
#include "engine/protocols.h"

namespace tt::engine {
namespace {

constexpr std::array kEngines = {
    EngineTraits{.kind = EngineKind::kOpenAi,
                 .name = "openai",
                 .title = "OpenAI",
                 .default_port = 443,
                 .default_protocol = "openai-chat",
                 .health_path = "/v1/models",
                 .models_path = "/v1/models",
                 .version_path = "",
                 .tokenize_path = "",
                 .metrics_path = "",
                 .ignore_eos = false,
                 .min_tokens = false,
                 .continuous_usage = false,
                 .refuses_unknown_fields = true},
    EngineTraits{.kind = EngineKind::kVllm,
                 .name = "vllm",
                 .title = "vLLM",
                 .default_port = 8000,
                 .default_protocol = "openai-chat",
                 .health_path = "/health",
                 .models_path = "/v1/models",
                 .version_path = "/version",
                 .tokenize_path = "/tokenize",
                 .metrics_path = "/metrics",
                 .ignore_eos = true,
                 .min_tokens = true,
                 .priority = true,
                 .continuous_usage = true,
                 .refuses_unknown_fields = false},
    EngineTraits{.kind = EngineKind::kSglang,
                 .name = "sglang",
                 .title = "SGLang",
                 .default_port = 30000,
                 .default_protocol = "openai-chat",
                 // Costs a generation of one token: ask rarely, never in a measured phase.
                 .health_path = "/health",
                 .models_path = "/v1/models",
                 .version_path = "/server_info",
                 .tokenize_path = "/tokenize",
                 .metrics_path = "/metrics",
                 .ignore_eos = true,
                 .min_tokens = true,
                 .priority = true,
                 .continuous_usage = true,
                 .refuses_unknown_fields = false},
    EngineTraits{.kind = EngineKind::kTgi,
                 .name = "tgi",
                 .title = "TGI",
                 .default_port = 3000,
                 .default_protocol = "tgi-generate",
                 .health_path = "/health",
                 .models_path = "/info",
                 .version_path = "/info",
                 .tokenize_path = "/tokenize",
                 .metrics_path = "/metrics",
                 .ignore_eos = false,
                 .min_tokens = false,
                 .continuous_usage = false,
                 .refuses_unknown_fields = false},
    EngineTraits{.kind = EngineKind::kOllama,
                 .name = "ollama",
                 .title = "Ollama",
                 .default_port = 11434,
                 .default_protocol = "ollama-chat",
                 .health_path = "/api/version",
                 .models_path = "/api/tags",
                 .version_path = "/api/version",
                 .tokenize_path = "",
                 .metrics_path = "",
                 .ignore_eos = false,
                 .min_tokens = false,
                 .continuous_usage = false,
                 .refuses_unknown_fields = false},
    EngineTraits{.kind = EngineKind::kLlamaCpp,
                 .name = "llamacpp",
                 .title = "llama.cpp",
                 .default_port = 8080,
                 .default_protocol = "openai-chat",
                 .health_path = "/health",
                 .models_path = "/v1/models",
                 .version_path = "/props",
                 .tokenize_path = "/tokenize",
                 .metrics_path = "/metrics",
                 .ignore_eos = true,
                 .min_tokens = false,
                 .continuous_usage = false,
                 .refuses_unknown_fields = false},
    EngineTraits{.kind = EngineKind::kTensorRtLlm,
                 .name = "trtllm",
                 .title = "TensorRT-LLM",
                 .default_port = 8000,
                 .default_protocol = "openai-chat",
                 .health_path = "/health",
                 .models_path = "/v1/models",
                 .version_path = "/version",
                 .tokenize_path = "",
                 .metrics_path = "/prometheus/metrics",
                 .ignore_eos = true,
                 .min_tokens = true,
                 .continuous_usage = false,
                 .refuses_unknown_fields = true},
};

// traits() indexes by kind.
static_assert([] {
  for (std::size_t i = 0; i < kEngines.size(); ++i) {
    if (static_cast<std::size_t>(kEngines[i].kind) != i) return false;
  }
  return true;
}());

struct Alias {
  std::string_view alias;
  EngineKind kind;
};
constexpr std::array kAliases = {
    Alias{"llama.cpp", EngineKind::kLlamaCpp},
    Alias{"llama-cpp", EngineKind::kLlamaCpp},
    Alias{"llama-server", EngineKind::kLlamaCpp},
    Alias{"trt-llm", EngineKind::kTensorRtLlm},
    Alias{"trtllm-serve", EngineKind::kTensorRtLlm},
    Alias{"tensorrt-llm", EngineKind::kTensorRtLlm},
    Alias{"tensorrtllm", EngineKind::kTensorRtLlm},
    Alias{"text-generation-inference", EngineKind::kTgi},
    Alias{"openai-compatible", EngineKind::kOpenAi},
};

}  // namespace

std::span<const EngineTraits> engines() { return kEngines; }

const EngineTraits& traits(EngineKind kind) { return kEngines[static_cast<std::size_t>(kind)]; }

const EngineTraits* find_engine(std::string_view name) {
  for (const auto& engine : kEngines) {
    if (equals_ignoring_case(name, engine.name) || equals_ignoring_case(name, engine.title)) {
      return &engine;
    }
  }
  for (const auto& [alias, kind] : kAliases) {
    if (equals_ignoring_case(name, alias)) return &traits(kind);
  }
  return nullptr;
}

std::span<const Protocol* const> protocols() {
  static const std::array<const Protocol*, 5> kProtocols = {
      &openai_chat(), &openai_completions(), &tgi_generate(), &ollama_chat(), &ollama_generate(),
  };
  return kProtocols;
}

const Protocol* find_protocol(std::string_view name) {
  for (const Protocol* protocol : protocols()) {
    if (equals_ignoring_case(name, protocol->name())) return protocol;
  }
  return nullptr;
}

std::string Prompt::joined() const {
  std::string out;
  for (const auto& message : messages) {
    if (!out.empty()) out += "\n\n";
    out += message.content;
  }
  return out;
}

}  // namespace tt::engine
