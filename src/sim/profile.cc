#include "sim/profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace tt::sim {
namespace {

constexpr std::size_t kMaxBytes = 256 * 1024;

struct SchedulerName {
  Scheduler scheduler;
  std::string_view name;
};
constexpr std::array<SchedulerName, 5> kSchedulers{{{Scheduler::kVllm, "vllm"},
                                                    {Scheduler::kVllmV0, "vllm_v0"},
                                                    {Scheduler::kSglang, "sglang"},
                                                    {Scheduler::kTgi, "tgi"},
                                                    {Scheduler::kLlamaCpp, "llamacpp"}}};

struct PolicyName {
  RouterPolicy policy;
  std::string_view name;
};
constexpr std::array<PolicyName, 3> kPolicies{{{RouterPolicy::kRoundRobin, "round_robin"},
                                               {RouterPolicy::kLeastLoaded, "least_loaded"},
                                               {RouterPolicy::kPrefixAffinity, "prefix_affinity"}}};

/// Reads one document, and remembers every fault.
class ProfileReader {
 public:
  explicit ProfileReader(std::string_view source) : source_(source) {}

  /// `base`: what holds where the document says nothing.
  Profile read(const YAML::Node& root, std::optional<Profile> base) {
    if (!root.IsMap()) {
      fault(root, "a profile is a map of keys, such as `engine: vllm`");
      return {};
    }
    if (root["extends"]) base = extended(root["extends"]);
    const bool whole = !base;
    Profile p = std::move(base).value_or(Profile{});
    keys(root, {"extends",
                "name",
                "title",
                "note",
                "engine",
                "engine_version",
                "model",
                "gpu",
                "lora",
                "scheduler",
                "scheduling_policy",
                "step",
                "limits",
                "jitter",
                "mean_output_tokens",
                "fixed",
                "metrics",
                "prefix_cache",
                "report_cached_tokens",
                "speculation",
                "router",
                "cold_start",
                "effects"});
    text(root, "name", p.name);
    text(root, "title", p.title);
    text(root, "note", p.note);
    text(root, "engine_version", p.engine_version);
    text(root, "model", p.model);
    text(root, "gpu", p.gpu);
    text(root, "lora", p.lora);
    if (whole || root["engine"]) engine(root, p);
    if (whole || root["scheduler"] || root["engine"]) scheduler(root, p);
    scheduling_policy(root["scheduling_policy"], p);
    figure(root, "", "mean_output_tokens", p.mean_output_tokens, 1, 1e6, p);
    step(root["step"], p);
    limits(root["limits"], p);
    jitter(root["jitter"], p);
    fixed(root["fixed"], p);
    metrics(root["metrics"], p);
    truth(root, "prefix_cache", p.prefix_cache);
    truth(root, "report_cached_tokens", p.report_cached_tokens);
    speculation(root["speculation"], p);
    router(root["router"], p);
    cold_start(root["cold_start"], p);
    effects(root["effects"], p);
    if (p.name.empty()) p.name = std::string(source_);
    if (p.title.empty()) p.title = p.name;
    if (p.model.empty()) p.model = "simulated-model";
    return p;
  }

  /// A built-in profile to begin with. Its name and title stay its own.
  Profile extended(const YAML::Node& node) {
    for (const auto& builtin : builtin_profiles()) {
      if (!node.IsScalar() || builtin.name != node.Scalar() || builtin.name == source_) continue;
      auto profile = parse_profile(builtin.yaml, builtin.name);
      if (!profile) break;
      profile->name.clear();
      profile->title.clear();
      profile->note.clear();
      return std::move(*profile);
    }
    std::string known;
    for (const auto& builtin : builtin_profiles()) known += fmt::format(" {}", builtin.name);
    fault(node, "no such profile to extend; built in are" + known);
    return {};
  }

  std::string faults() const { return faults_; }
  void fault(const YAML::Mark& mark, std::string_view message) {
    if (!faults_.empty()) faults_ += '\n';
    faults_ += fmt::format("{}:{}:{}: {}", source_, mark.line + 1, mark.column + 1, message);
  }

 private:
  void fault(const YAML::Node& node, std::string_view message) { fault(node.Mark(), message); }

  void keys(const YAML::Node& map, std::initializer_list<std::string_view> known) {
    std::set<std::string> seen;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar()) {
        fault(entry.first, "a key must be a word");
        continue;
      }
      const std::string& key = entry.first.Scalar();
      if (!seen.insert(key).second) fault(entry.first, fmt::format("`{}` stands here twice", key));
      if (std::ranges::find(known, key) != known.end()) continue;
      const auto near = nearest_word(key, std::span(known.begin(), known.size()));
      fault(entry.first, near.empty()
                             ? fmt::format("there is no `{}` here", key)
                             : fmt::format("there is no `{}` here; did you mean `{}`?", key, near));
    }
  }

  void text(const YAML::Node& map, const char* key, std::string& out) {
    const YAML::Node node = map[key];
    if (!node) return;
    if (!node.IsScalar()) return fault(node, fmt::format("`{}` must be text", key));
    out = node.Scalar();
  }

  void engine(const YAML::Node& root, Profile& p) {
    const YAML::Node node = root["engine"];
    if (!node) return fault(root, "`engine` is missing, such as `engine: vllm`");
    const auto* found = node.IsScalar() ? engine::find_engine(node.Scalar()) : nullptr;
    if (found != nullptr) {
      p.engine = found->kind;
      return;
    }
    std::string known;
    for (const auto& e : engine::engines()) known += fmt::format(" {}", e.name);
    fault(node, "no such engine; known are" + known);
  }

  void scheduler(const YAML::Node& root, Profile& p) {
    const YAML::Node node = root["scheduler"];
    if (!node) {
      p.scheduler = usual_scheduler(p.engine);
      return;
    }
    for (const auto& [kind, name] : kSchedulers) {
      if (node.IsScalar() && node.Scalar() == name) {
        p.scheduler = kind;
        return;
      }
    }
    fault(node, "no such scheduler; known are vllm, vllm_v0, sglang, tgi, llamacpp");
  }

  void scheduling_policy(const YAML::Node& node, Profile& p) {
    if (!node) return;
    const std::string word = node.IsScalar() ? node.Scalar() : std::string();
    if (word != "fcfs" && word != "priority") {
      return fault(node, "no such policy; known are fcfs, priority");
    }
    if (word == "priority" && p.scheduler != Scheduler::kVllm) {
      return fault(node, "only the scheduler `vllm` goes by priority");
    }
    p.scheduling_policy =
        word == "priority" ? SchedulingPolicy::kPriority : SchedulingPolicy::kFcfs;
  }

  static Scheduler usual_scheduler(engine::EngineKind kind) {
    switch (kind) {
      case engine::EngineKind::kSglang:
        return Scheduler::kSglang;
      case engine::EngineKind::kTgi:
        return Scheduler::kTgi;
      case engine::EngineKind::kOllama:
      case engine::EngineKind::kLlamaCpp:
        return Scheduler::kLlamaCpp;
      default:
        return Scheduler::kVllm;
    }
  }

  bool section(const YAML::Node& node, std::initializer_list<std::string_view> known) {
    if (!node) return false;
    if (!node.IsMap()) {
      fault(node, "expected a map of figures here");
      return false;
    }
    keys(node, known);
    return true;
  }

  /// A number, or {value, source}. `T` is double or an unsigned integer.
  template <class T>
  void figure(const YAML::Node& map, std::string_view section, const char* key, T& out, double low,
              double high, Profile& p) {
    const YAML::Node node = map[key];
    if (!node) return;
    const YAML::Node value = node.IsMap() ? node["value"] : node;
    if (node.IsMap()) {
      keys(node, {"value", "source"});
      std::string source;
      text(node, "source", source);
      if (!source.empty()) p.sources[std::string(section) + key] = source;
      if (!value) return fault(node, fmt::format("`{}` lacks its `value`", key));
    }
    double number = 0;
    if (!value.IsScalar() || !YAML::convert<double>::decode(value, number) ||
        !std::isfinite(number)) {
      return fault(value, fmt::format("`{}` must be a number", key));
    }
    if (number < low || number > high) {
      return fault(value, fmt::format("`{}` must be between {} and {}", key, low, high));
    }
    if constexpr (std::is_integral_v<T>) {
      if (number != std::floor(number)) {
        return fault(value, fmt::format("`{}` must be a whole number", key));
      }
    }
    out = static_cast<T>(number);
  }

  void step(const YAML::Node& node, Profile& p) {
    if (!section(node, {"weights_ms", "token_ms", "prefill_ms", "context_ms", "attention_ms",
                        "host_ms", "request_ms", "overhead_ms"})) {
      return;
    }
    constexpr double kMinute = 60e3;
    figure(node, "step.", "weights_ms", p.step.weights_ms, 0, kMinute, p);
    figure(node, "step.", "token_ms", p.step.token_ms, 0, kMinute, p);
    figure(node, "step.", "prefill_ms", p.step.prefill_ms, 0, kMinute, p);
    figure(node, "step.", "context_ms", p.step.context_ms, 0, 1, p);
    figure(node, "step.", "attention_ms", p.step.attention_ms, 0, 1, p);
    figure(node, "step.", "host_ms", p.step.host_ms, 0, kMinute, p);
    figure(node, "step.", "request_ms", p.step.request_ms, 0, kMinute, p);
    figure(node, "step.", "overhead_ms", p.step.overhead_ms, 0, kMinute, p);
  }

  void limits(const YAML::Node& node, Profile& p) {
    if (!section(node, {"kv_tokens", "block_tokens", "max_sequences", "max_batched_tokens",
                        "micro_batch_tokens", "max_concurrent", "max_model_tokens"})) {
      return;
    }
    constexpr double kMost = 1e9;
    figure(node, "limits.", "kv_tokens", p.limits.kv_tokens, 1, kMost, p);
    figure(node, "limits.", "block_tokens", p.limits.block_tokens, 1, 65536, p);
    figure(node, "limits.", "max_sequences", p.limits.max_sequences, 1, 1e6, p);
    figure(node, "limits.", "max_batched_tokens", p.limits.max_batched_tokens, 1, kMost, p);
    figure(node, "limits.", "micro_batch_tokens", p.limits.micro_batch_tokens, 0, kMost, p);
    figure(node, "limits.", "max_concurrent", p.limits.max_concurrent, 0, kMost, p);
    figure(node, "limits.", "max_model_tokens", p.limits.max_model_tokens, 2, kMost, p);
  }

  void jitter(const YAML::Node& node, Profile& p) {
    if (!section(node, {"step_sigma", "pauses_per_s", "pause_min_ms", "pause_max_ms"})) return;
    figure(node, "jitter.", "step_sigma", p.jitter.step_sigma, 0, 2, p);
    figure(node, "jitter.", "pauses_per_s", p.jitter.pauses_per_s, 0, 1000, p);
    figure(node, "jitter.", "pause_min_ms", p.jitter.pause_min_ms, 0, 60e3, p);
    figure(node, "jitter.", "pause_max_ms", p.jitter.pause_max_ms, 0, 60e3, p);
    if (p.jitter.pause_max_ms < p.jitter.pause_min_ms) {
      fault(node, "`pause_max_ms` is below `pause_min_ms`");
    }
  }

  void fixed(const YAML::Node& node, Profile& p) {
    if (!section(node, {"ttft", "itl", "tokens", "chunk"})) return;
    FixedTiming timing;
    duration(node, "ttft", timing.ttft);
    duration(node, "itl", timing.itl);
    figure(node, "fixed.", "tokens", timing.tokens, 0, 1e6, p);
    figure(node, "fixed.", "chunk", timing.chunk, 1, 1e6, p);
    p.fixed = timing;
  }

  void metrics(const YAML::Node& node, Profile& p) {
    if (!section(node, {"exposed", "as_version", "triton"})) return;
    truth(node, "triton", p.metrics.triton);
    truth(node, "exposed", p.metrics.exposed);
    text(node, "as_version", p.metrics.as_version);
  }

  void speculation(const YAML::Node& node, Profile& p) {
    if (!section(node, {"draft_tokens", "acceptance", "draft_ms"})) return;
    Speculation s;
    figure(node, "speculation.", "draft_tokens", s.draft_tokens, 1, 16, p);
    figure(node, "speculation.", "acceptance", s.acceptance, 0, 1, p);
    figure(node, "speculation.", "draft_ms", s.draft_ms, 0, 60e3, p);
    p.speculative = s;
  }

  void router(const YAML::Node& node, Profile& p) {
    if (!section(node, {"replicas", "policy"})) return;
    figure(node, "router.", "replicas", p.router.replicas, 1, 64, p);
    const YAML::Node policy = node["policy"];
    if (!policy) return;
    for (const auto& [kind, name] : kPolicies) {
      if (policy.IsScalar() && policy.Scalar() == name) {
        p.router.policy = kind;
        return;
      }
    }
    fault(policy, "no such policy; known are round_robin, least_loaded, prefix_affinity");
  }

  void cold_start(const YAML::Node& node, Profile& p) {
    if (!section(node, {"load", "keep_alive"})) return;
    duration(node, "load", p.cold_start.load);
    duration(node, "keep_alive", p.cold_start.keep_alive);
  }

  void effects(const YAML::Node& node, Profile& p) {
    if (!section(node, {"warm_up_factor", "warm_up_time", "drift_per_hour", "slow_after",
                        "slow_factor", "slow_for"})) {
      return;
    }
    Effects& e = p.effects;
    constexpr double kLeast = 0.1;
    constexpr double kMost = 1000;
    figure(node, "effects.", "warm_up_factor", e.warm_up_factor, kLeast, kMost, p);
    duration(node, "warm_up_time", e.warm_up_time);
    figure(node, "effects.", "drift_per_hour", e.drift_per_hour, 0, 1e4, p);
    duration(node, "slow_after", e.slow_after);
    figure(node, "effects.", "slow_factor", e.slow_factor, kLeast, kMost, p);
    duration(node, "slow_for", e.slow_for);
  }

  void truth(const YAML::Node& map, const char* key, bool& out) {
    const YAML::Node node = map[key];
    if (!node) return;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, out)) {
      fault(node, fmt::format("`{}` must be true or false", key));
    }
  }

  void duration(const YAML::Node& map, const char* key, Nanos& out) {
    const YAML::Node node = map[key];
    if (!node) return;
    const auto parsed = node.IsScalar() ? parse_duration(node.Scalar())
                                        : fail(ErrorCode::kInvalidInput, "not a duration");
    if (!parsed || *parsed > 3600 * kSecond) {
      return fault(node, fmt::format("`{}` must be a duration of at most 1h, such as 50ms", key));
    }
    out = *parsed;
  }

  std::string_view source_;
  std::string faults_;
};

}  // namespace

std::string_view scheduler_name(Scheduler scheduler) {
  for (const auto& [kind, name] : kSchedulers) {
    if (kind == scheduler) return name;
  }
  return "vllm";
}

namespace {

Result<Profile> read_profile(std::string_view yaml, std::string_view source,
                             std::optional<Profile> base) {
  if (yaml.size() > kMaxBytes) {
    return fail(ErrorCode::kInvalidInput, "too large for a profile", std::string(source));
  }
  ProfileReader reader(source);
  Profile profile;
  try {
    profile = reader.read(YAML::Load(std::string(yaml)), std::move(base));
  } catch (const YAML::Exception& e) {
    reader.fault(e.mark, e.msg);
  }
  if (!reader.faults().empty()) return fail(ErrorCode::kInvalidInput, reader.faults());
  return profile;
}

}  // namespace

Result<Profile> parse_profile(std::string_view yaml, std::string_view source) {
  return read_profile(yaml, source, {});
}

Result<Profile> change_profile(Profile profile, std::string_view setting) {
  const std::string source = fmt::format("--set {}", setting);
  const auto equals = setting.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{}: write KEY=VALUE, such as router.replicas=4", source));
  }
  std::string yaml;
  std::string ends;
  for (const auto key : split(setting.substr(0, equals), '.')) {
    fmt::format_to(std::back_inserter(yaml), "{{{}: ", trim(key));
    ends += '}';
  }
  yaml += setting.substr(equals + 1);
  return read_profile(yaml + ends, source, std::move(profile));
}

Result<Profile> load_profile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kNotFound, "cannot read the profile: give a file's path", path);
  }
  std::string text(kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(ErrorCode::kIo, "cannot read the profile", path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse_profile(text, path);
}

Result<Profile> find_profile(const std::string& name_or_path) {
  std::string known;
  for (const auto& builtin : builtin_profiles()) {
    if (builtin.name == name_or_path) return parse_profile(builtin.yaml, builtin.name);
    known += fmt::format(" {}", builtin.name);
  }
  auto profile = load_profile(name_or_path);
  if (!profile && profile.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound,
                fmt::format("no such profile; built in are{}, or give a file's path", known),
                name_or_path);
  }
  return profile;
}

std::string_view default_profile(engine::EngineKind engine) {
  switch (engine) {
    case engine::EngineKind::kSglang:
      return "a100-8b-sglang";
    case engine::EngineKind::kTgi:
      return "a100-8b-tgi";
    case engine::EngineKind::kOllama:
    case engine::EngineKind::kLlamaCpp:
      return "rtx4090-8b-ollama";
    default:
      return "h100-8b";
  }
}

Result<FixedTiming> parse_fixed(std::string_view text) {
  FixedTiming timing;
  for (const auto part : split(text, ',')) {
    const auto item = trim(part);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto key = item.substr(0, equals);
    const auto value = equals == std::string_view::npos ? "" : item.substr(equals + 1);
    const auto bad = [&] {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("`{}` is not understood; write ttft=50ms,itl=10ms,tokens=100,chunk=1", item));
    };
    if (key == "ttft" || key == "itl") {
      const auto duration = parse_duration(value);
      if (!duration || *duration > 3600 * kSecond) return bad();
      (key == "ttft" ? timing.ttft : timing.itl) = *duration;
    } else if (key == "tokens" || key == "chunk") {
      std::uint32_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc{} || end != value.data() + value.size() || number > 1'000'000 ||
          number == 0) {
        return bad();
      }
      (key == "tokens" ? timing.tokens : timing.chunk) = number;
    } else {
      return bad();
    }
  }
  return timing;
}

}  // namespace tt::sim
