// The client's half of probe.h.
#include <array>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "engine/json_text.h"
#include "engine/probe.h"
#include "engine/server_json.h"

namespace tt::engine {
namespace {

namespace dom = simdjson::dom;

std::unexpected<Error> unreadable(EngineKind kind, std::string_view what, std::string_view body) {
  return fail(ErrorCode::kProtocol,
              fmt::format("{} answered with something that is not {}: '{}'; check the engine kind "
                          "and the URL",
                          traits(kind).title, what, clip_words(body, 120)));
}

// An entry of OpenAI's list. max_model_len is vLLM's and SGLang's, meta.n_ctx llama.cpp's.
ModelInfo read_openai_model(dom::object entry) {
  ModelInfo model{.id = std::string(text_at(entry, "id")),
                  .owner = std::string(text_at(entry, "owned_by"))};
  model.max_length = count_at(entry, "max_model_len");
  dom::object meta;
  if (model.max_length == 0 && entry["meta"].get(meta) == simdjson::SUCCESS) {
    model.max_length = count_at(meta, "n_ctx");
  }
  return model;
}

ModelInfo read_ollama_model(dom::object entry) {
  const std::string_view name = text_at(entry, "name");
  return {.id = std::string(name.empty() ? text_at(entry, "model") : name), .owner = {}};
}

// False where `root` has no array of that name.
bool read_list(dom::object root, std::string_view name, ModelInfo (*read)(dom::object),
               std::vector<ModelInfo>& models) {
  dom::array entries;
  if (root[name].get(entries) != simdjson::SUCCESS) return false;
  for (const auto element : entries) {
    dom::object entry;
    if (element.get(entry) != simdjson::SUCCESS) continue;
    ModelInfo model = read(entry);
    if (!model.id.empty()) models.push_back(std::move(model));
  }
  return true;
}

struct Owner {
  std::string_view name;
  EngineKind kind;
};
constexpr std::array kOwners = {
    Owner{"vllm", EngineKind::kVllm},         Owner{"sglang", EngineKind::kSglang},
    Owner{"llamacpp", EngineKind::kLlamaCpp}, Owner{"tensorrt_llm", EngineKind::kTensorRtLlm},
    Owner{"library", EngineKind::kOllama},    Owner{"openai", EngineKind::kOpenAi},
    Owner{"system", EngineKind::kOpenAi},     Owner{"openai-internal", EngineKind::kOpenAi}};

bool has(dom::object object, std::string_view name) {
  return object[name].error() == simdjson::SUCCESS;
}

// By members that only one engine has.
std::optional<EngineKind> guess_by_shape(dom::object page) {
  if (has(page, "docker_label") || (has(page, "router") && has(page, "model_id")))
    return EngineKind::kTgi;
  if (has(page, "build_info") && has(page, "default_generation_settings"))
    return EngineKind::kLlamaCpp;
  if (has(page, "model_path") && has(page, "tp_size")) return EngineKind::kSglang;
  dom::array models;
  if (page["models"].get(models) != simdjson::SUCCESS) return std::nullopt;
  for (const auto element : models) {
    dom::object model;
    if (element.get(model) == simdjson::SUCCESS && has(model, "digest")) return EngineKind::kOllama;
  }
  return std::nullopt;
}

std::optional<EngineKind> guess_by_owner(std::string_view models_body) {
  const auto models = read_models(EngineKind::kOpenAi, models_body);
  if (!models) return std::nullopt;
  for (const auto& model : *models) {
    for (const auto& owner : kOwners) {
      if (model.owner == owner.name) return owner.kind;
    }
  }
  return std::nullopt;
}

// TGI lists tokens with their place in the text; special ones have none.
std::uint32_t count_tgi_tokens(dom::array tokens) {
  std::uint32_t count = 0;
  for (const auto element : tokens) {
    dom::object token;
    if (element.get(token) != simdjson::SUCCESS) continue;
    const bool placed = has(token, "start") && has(token, "stop");
    if (!placed || count_at(token, "stop") > count_at(token, "start")) ++count;
  }
  return count;
}

}  // namespace

Result<std::vector<ModelInfo>> read_models(EngineKind kind, std::string_view body) {
  RequestJson page;
  const auto root = page.parse(body);
  if (!root) return unreadable(kind, "a list of models", body);
  std::vector<ModelInfo> models;
  if (read_list(*root, "data", read_openai_model, models)) return models;
  if (read_list(*root, "models", read_ollama_model, models)) return models;
  if (const auto id = text_at(*root, "model_id"); !id.empty()) {  // TGI /info
    models.push_back(
        {.id = std::string(id), .owner = {}, .max_length = count_at(*root, "max_total_tokens")});
    return models;
  }
  return unreadable(kind, "a list of models", body);
}

std::string read_version(EngineKind, std::string_view body) {
  RequestJson page;
  const auto root = page.parse(body);
  if (!root) return {};
  const std::string_view version = text_at(*root, "version");
  // llama.cpp's /props.
  return clip_words(version.empty() ? text_at(*root, "build_info") : version, 60);
}

std::optional<EngineKind> guess_engine(std::string_view models_body, std::string_view version_body,
                                       std::string_view server_header) {
  if (to_lower(server_header).find("llama.cpp") != std::string::npos) return EngineKind::kLlamaCpp;
  for (const std::string_view body : {models_body, version_body}) {
    if (body.starts_with("Ollama is running")) return EngineKind::kOllama;
    RequestJson page;
    const auto root = page.parse(body);
    if (!root) continue;
    if (const auto kind = guess_by_shape(*root)) return kind;
  }
  return guess_by_owner(models_body);
}

std::optional<HttpRequest> build_tokenize(EngineKind kind, std::string_view model,
                                          std::string_view text) {
  const std::string_view path = traits(kind).tokenize_path;
  if (path.empty()) return std::nullopt;
  HttpRequest request{.path = std::string(path), .body = {}};
  ObjectWriter body(request.body);
  switch (kind) {
    case EngineKind::kTgi:
      body.text("inputs", text);
      break;
    case EngineKind::kLlamaCpp:
      body.text("content", text).flag("add_special", false);
      break;
    default:
      body.text("model", model).text("prompt", text).flag("add_special_tokens", false);
  }
  body.close();
  return request;
}

Result<std::uint32_t> read_tokenize(EngineKind kind, std::string_view body) {
  if (body.empty()) return unreadable(kind, "a token count", body);
  dom::parser parser;
  dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) {
    return unreadable(kind, "a token count", body);
  }
  dom::array tokens;
  if (root.get(tokens) == simdjson::SUCCESS) return count_tgi_tokens(tokens);
  dom::object object;
  if (root.get(object) == simdjson::SUCCESS) {
    std::uint64_t count = 0;
    if (object["count"].get(count) == simdjson::SUCCESS) return count_at(object, "count");
    if (object["tokens"].get(tokens) == simdjson::SUCCESS) {
      // size() saturates at 2^24-1, far beyond any prompt.
      return static_cast<std::uint32_t>(tokens.size());
    }
  }
  return unreadable(kind, "a token count", body);
}

}  // namespace tt::engine
