// Plans of llm-inf-bench: one base file under `extends`, a sweep, conversations.
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/foreign_plan.h"
#include "plan/keywords.h"
#include "plan/scenario.h"
#include "plan/telemetry_section.h"

namespace tt::plan {
namespace {

/// Nodes of another file stand, for messages, where that file is named.
void move_to(YamlNode& node, const YamlNode& place) {
  node.line = place.line;
  node.column = place.column;
  for (auto& key : node.keys) move_to(key, place);
  for (auto& item : node.items) move_to(item, place);
}

/// `over` on top of `base`: maps are merged key by key, anything else takes the base's place.
YamlNode merged(YamlNode base, const YamlNode& over) {
  if (base.kind != YamlNode::Kind::kMap || over.kind != YamlNode::Kind::kMap) return over;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < base.keys.size(); ++i) places.try_emplace(base.keys[i].text, i);
  for (std::size_t i = 0; i < over.keys.size(); ++i) {
    const auto [at, fresh] = places.try_emplace(over.keys[i].text, base.keys.size());
    if (fresh) {
      base.keys.push_back(over.keys[i]);
      base.items.push_back(over.items[i]);
      continue;
    }
    auto& item = base.items[at->second];
    base.keys[at->second] = over.keys[i];
    item = merged(std::move(item), over.items[i]);
  }
  return base;
}

/// The whole plan: the file with what it extends.
YamlNode extended(const YamlNode& tree, ForeignNotes& notes) {
  const auto at = std::ranges::find(tree.keys, "extends", &YamlNode::text);
  if (at == tree.keys.end()) return tree;
  const auto& value = tree.items[static_cast<std::size_t>(at - tree.keys.begin())];
  auto path = std::filesystem::path(notes.name()).parent_path() / value.text;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) path += ".yaml";
  const bool regular = std::filesystem::is_regular_file(path, error);
  const auto text = regular ? read_yaml_file(path.string())
                            : Result<std::string>(fail(ErrorCode::kNotFound, "is no file"));
  if (!text) {
    notes.fault(value, "extends", fmt::format("{} cannot be opened", path.string()));
    return tree;
  }
  auto base = read_yaml(*text, path.string());
  if (!base) {
    notes.fault(value, "extends", base.error().text());
    return tree;
  }
  move_to(*base, value);
  if (std::ranges::find(base->keys, "extends", &YamlNode::text) != base->keys.end()) {
    notes.warn(value, "extends",
               fmt::format("{} extends another file itself, which is not read: one level is",
                           path.string()));
  }
  return merged(std::move(*base), tree);
}

void read_requests(ForeignMap& workload, Plan& plan) {
  const auto* node = workload.take("requests");
  if (node == nullptr) return;
  ForeignMap requests(workload.notes(), node, "workload.requests");
  if (const auto count = requests.whole("count")) plan.stop.requests = count;
  const auto* source = requests.take("source");
  if (source == nullptr) return;
  const auto beside = std::filesystem::path(workload.notes().name()).parent_path() / source->text;
  std::error_code error;
  for (const auto& path : {std::filesystem::path(source->text), beside}) {
    if (!std::filesystem::is_regular_file(path, error)) continue;
    plan.workload.prompts = PromptFile{.path = path.string()};
    return;
  }
  workload.notes().warn(
      *source, "workload.requests.source",
      fmt::format("'{}' is no file here; prompts are made up, of 256 tokens; give "
                  "--prompts FILE or --input-tokens",
                  source->text));
}

std::vector<double> loads_of(ForeignMap& sweep, std::string_view key) {
  std::vector<double> loads;
  for (const auto* node : sweep.list(key)) {
    const auto value = parse_lengths(node->text);
    if (value && value->kind == Lengths::Kind::kFixed) {
      loads.push_back(value->mean);
    } else {
      sweep.notes().fault(*node, sweep.path_of(key), "must be a list of whole numbers");
    }
  }
  std::ranges::sort(loads);
  loads.erase(std::ranges::unique(loads).begin(), loads.end());
  return loads;
}

void read_sweep(ForeignMap& workload, Plan& plan) {
  const auto* node = workload.take("sweep");
  if (node == nullptr) return;
  ForeignMap sweep(workload.notes(), node, "workload.sweep");
  auto loads = loads_of(sweep, "concurrency");
  auto batches = loads_of(sweep, "batch_size");
  if (!loads.empty() && !batches.empty()) {
    workload.notes().warn(*node, "workload.sweep.batch_size",
                          "is left out: one sweep is over one load, here over concurrency");
  }
  if (loads.empty()) loads = std::move(batches);
  if (loads.empty()) return;
  plan.load = Concurrency{static_cast<std::uint32_t>(loads.front())};
  plan.sweep = Sweep{.over = LoadAxis::kConcurrency, .loads = std::move(loads)};
  workload.notes().warn(*node, "workload.sweep", "is played by tokentrial sweep");
}

/// What its conversations say.
struct Talk {
  std::optional<std::uint64_t> turns;
  std::string system;
  std::vector<std::string> messages;  // of the user
  bool shared_prefix = false;
};

Talk read_talk(ForeignMap& conversation) {
  Talk talk;
  talk.turns = conversation.whole("turns");
  if (talk.turns && (*talk.turns == 0 || *talk.turns > kMostTurns)) {
    conversation.notes().fault(
        *conversation.take("turns"), conversation.path_of("turns"),
        fmt::format("must lie from 1 to {}, not {}", kMostTurns, *talk.turns));
    talk.turns.reset();
  }
  talk.system = conversation.text("system_prompt").value_or("");
  for (const auto* message : conversation.list("user_messages")) {
    if (message->kind == YamlNode::Kind::kText) {
      talk.messages.push_back(message->text);
    } else {
      conversation.notes().fault(*message, conversation.path_of("user_messages"),
                                 "must be a list of texts");
    }
  }
  talk.shared_prefix = conversation.truth("shared_prefix").value_or(false);
  return talk;
}

void read_conversation(ForeignMap& workload, Plan& plan) {
  const auto* node = workload.take("conversation");
  if (node == nullptr) return;
  ForeignMap conversation(workload.notes(), node, "workload.conversation");
  const auto talk = read_talk(conversation);
  plan.workload.sessions = Sessions{};
  if (!talk.messages.empty()) {
    // Read once more as a scenario, when prompts are made.
    plan.workload.prompts =
        PromptFile{.path = workload.notes().name(), .format = PromptFile::Format::kScenario};
  } else if (talk.turns) {
    plan.workload.sessions->turns = Lengths{.mean = static_cast<double>(*talk.turns)};
  }
  if (talk.shared_prefix) {
    workload.notes().warn(*node, "workload.conversation.shared_prefix",
                          "holds by itself: every conversation begins with the same system prompt");
  }
}

void read_workload(ForeignMap& root, Plan& plan) {
  ForeignMap workload(root.notes(), root.take("workload"), "workload");
  const auto type = workload.text("type").value_or("single");
  read_requests(workload, plan);
  {
    ForeignMap parameters(root.notes(), workload.take("parameters"), "workload.parameters");
    if (const auto tokens = parameters.whole("max_tokens")) {
      plan.workload.output = {.mean = static_cast<double>(*tokens)};
      plan.workload.force_length = false;
    }
    plan.workload.temperature = parameters.number("temperature");
  }
  constexpr std::array<std::string_view, 4> kTypes = {"single", "batch", "concurrent",
                                                      "multi_turn"};
  if (std::ranges::find(kTypes, type) == kTypes.end()) {
    root.notes().fault(*workload.take("type"), "workload.type", unknown_word(type, kTypes));
  }
  const auto batch = workload.whole("batch_size");
  const auto users = workload.whole("concurrency");
  std::uint64_t load = 1;
  if (type == "batch") {
    load = batch.value_or(1);
    root.notes().warn(*workload.take("type"), "workload.type",
                      "a batch is played as so many users: the next request leaves when one ends");
  }
  if (type == "concurrent" || type == "multi_turn") load = users.value_or(1);
  plan.load = Concurrency{static_cast<std::uint32_t>(load)};
  read_sweep(workload, plan);
  read_conversation(workload, plan);
}

/// How often the engine's own metrics are read.
void read_metrics(ForeignMap& root, Plan& plan) {
  ForeignMap metrics(root.notes(), root.take("metrics"), "metrics");
  plan.telemetry.enabled = metrics.truth("collect_gpu_metrics").value_or(true);
  const auto* node = metrics.take("sample_interval_ms");
  if (const auto asked = metrics.number("sample_interval_ms")) {
    const auto wanted = from_seconds(std::clamp(*asked, 0.0, 1e6) / 1000);
    plan.telemetry.interval = std::clamp(wanted, kLeastTelemetryInterval, kMostTelemetryInterval);
    if (plan.telemetry.interval != wanted) {
      root.notes().warn(*node, "metrics.sample_interval_ms",
                        fmt::format("must lie from {} to {}; {} is used",
                                    format_duration(kLeastTelemetryInterval),
                                    format_duration(kMostTelemetryInterval),
                                    format_duration(plan.telemetry.interval)));
    }
  }
  metrics.refuse("output_dir", "is named on the command line here: --results DIR");
}

}  // namespace

std::optional<Scenario> scenario_of_conversation(const YamlNode& tree, ForeignNotes& notes) {
  const auto whole = extended(tree, notes);
  ForeignMap root(notes, &whole, "");
  ForeignMap workload(notes, root.take("workload"), "workload");
  const auto* node = workload.take("conversation");
  if (node == nullptr) return std::nullopt;
  ForeignMap conversation(notes, node, "workload.conversation");
  const auto talk = read_talk(conversation);
  if (talk.messages.empty()) return std::nullopt;
  const auto literal = [](std::string_view text) {
    std::string out;
    for (const char c : text) out.append(c == '{' || c == '}' ? 2 : 1, c);
    return out;
  };
  Scenario scenario;
  scenario.system = literal(talk.system);
  const auto turns = talk.turns.value_or(std::min<std::size_t>(talk.messages.size(), kMostTurns));
  for (std::size_t i = 0; i < turns; ++i) {
    scenario.turns.push_back(literal(talk.messages[i % talk.messages.size()]));
  }
  return scenario;
}

Plan read_inf_bench(const YamlNode& tree, ForeignNotes& notes) {
  Plan plan;
  const auto whole = extended(tree, notes);
  ForeignMap root(notes, &whole, "");
  root.take("extends");
  plan.name = name_from(root.text("name").value_or("run"));
  plan.description = root.text("description").value_or("");
  const auto* framework = root.take("framework");
  const auto engine = framework == nullptr ? std::string("vllm") : framework->text;
  if (const auto* node = root.take("model")) {
    ForeignMap model(notes, node, "model");
    const auto name = model.text("name");
    notes.warn(
        *node, "model",
        fmt::format("name its server with --target {}=http://host:port{}", shell_word(engine),
                    name ? fmt::format(" --model {}", shell_word(*name)) : ""));
    model.refuse("quantization", "is a matter of how the server was started");
  }
  root.refuse("framework_options", "are a matter of how the server was started");
  root.refuse("infrastructure", "is not provisioned; start the server, then name it");
  read_workload(root, plan);
  read_metrics(root, plan);
  if (!plan.stop.requests) plan.stop.duration = kDefaultDuration;
  return plan;
}

}  // namespace tt::plan
