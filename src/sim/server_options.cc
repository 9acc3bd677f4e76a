#include <cstdlib>

#include <fmt/format.h>

#include "sim/server.h"

namespace tt::sim {

Result<ServerOptions> make_server_options(const ServerFlags& flags) {
  ServerOptions options;
  const engine::EngineTraits* named = nullptr;
  if (!flags.engine.empty()) {
    named = engine::find_engine(flags.engine);
    if (named == nullptr) {
      std::string known;
      for (const auto& e : engine::engines()) known += fmt::format(" {}", e.name);
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("no such engine `{}`; known are{}", flags.engine, known));
    }
  }
  const auto kind = named != nullptr ? named->kind : engine::EngineKind::kVllm;
  auto profile =
      find_profile(flags.profile.empty() ? std::string(default_profile(kind)) : flags.profile);
  if (!profile) return std::unexpected(profile.error());
  for (const std::string& setting : flags.settings) {
    profile = change_profile(std::move(*profile), setting);
    if (!profile) return std::unexpected(profile.error());
  }
  options.profile = std::move(*profile);
  options.engine = named != nullptr ? kind : options.profile.engine;
  if (!flags.fixed.empty()) {
    auto fixed = parse_fixed(flags.fixed);
    if (!fixed) return std::unexpected(fixed.error());
    options.profile.fixed = *fixed;
  }
  auto faults = parse_faults(flags.faults);
  if (!faults) return std::unexpected(faults.error());
  options.faults = *faults;
  if (!flags.api_key_env.empty()) {
    const char* key = std::getenv(flags.api_key_env.c_str());
    if (key == nullptr || *key == '\0') {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("the environment variable {} is not set; it should hold the key "
                              "that clients must send",
                              flags.api_key_env));
    }
    options.api_key = key;
  }
  options.models = flags.models;
  options.address = flags.address;
  options.port = flags.port != 0 ? flags.port : engine::traits(options.engine).default_port;
  options.seed = flags.seed;
  options.truth_path = flags.truth;
  return options;
}

}  // namespace tt::sim
