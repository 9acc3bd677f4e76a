// What engines say of themselves outside of generation: health, models, version, token counts.
// Pure code, both directions; `tokentrial check`, calibration and the simulator share it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol.h"

namespace tt::engine {

/// One model of a model list (/v1/models, /api/tags, TGI /info).
struct ModelInfo {
  std::string id;
  std::string owner;             // owned_by; empty where not told
  std::uint32_t max_length = 0;  // context in tokens; 0: not told
};

/// Client: reads the answer of `traits(kind).models_path`.
Result<std::vector<ModelInfo>> read_models(EngineKind kind, std::string_view body);
/// Client: reads the answer of `traits(kind).version_path`; empty where it has none.
std::string read_version(EngineKind kind, std::string_view body);
/// Client: which engine this is, from what its model list, version page and Server header say. Used
/// when the user names none. nullopt: cannot tell (speak OpenAI).
std::optional<EngineKind> guess_engine(std::string_view models_body, std::string_view version_body,
                                       std::string_view server_header);

/// Client: a request that counts `text`'s tokens; nullopt where the engine has no such endpoint.
std::optional<HttpRequest> build_tokenize(EngineKind kind, std::string_view model,
                                          std::string_view text);
Result<std::uint32_t> read_tokenize(EngineKind kind, std::string_view body);

/// Server: who the simulated engine says it is.
struct ServerIdentity {
  EngineKind kind = EngineKind::kVllm;
  std::vector<std::string> models;
  std::string version;
  std::uint32_t max_length = 8192;
  std::uint32_t max_concurrent = 128;  // TGI
};

/// Server: answers GET and POST on every path that is not generation (health, models, version,
/// info, tags, tokenize) as this engine does; 404 in its own words for the rest. `count_tokens`
/// counts the tokens of a text for the tokenize endpoints.
ServerReply answer_probe(const ServerIdentity& identity, std::string_view method,
                         std::string_view path, std::string_view body,
                         std::uint32_t (*count_tokens)(std::string_view));

}  // namespace tt::engine
