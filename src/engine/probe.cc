#include "engine/probe.h"

namespace tt::engine {

Result<std::vector<ModelInfo>> read_models(EngineKind, std::string_view) {
  return fail(ErrorCode::kProtocol, "not a model list");
}
std::string read_version(EngineKind, std::string_view) { return {}; }
std::optional<EngineKind> guess_engine(std::string_view, std::string_view, std::string_view) {
  return std::nullopt;
}
std::optional<HttpRequest> build_tokenize(EngineKind, std::string_view, std::string_view) {
  return std::nullopt;
}
Result<std::uint32_t> read_tokenize(EngineKind, std::string_view) {
  return fail(ErrorCode::kProtocol, "not a token count");
}
ServerReply answer_probe(const ServerIdentity&, std::string_view, std::string_view,
                         std::string_view, std::uint32_t (*)(std::string_view)) {
  return {.status = 404};
}

}  // namespace tt::engine
