// Plans of llm-inf-bench: one base file under `extends`, a sweep, conversations.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/foreign_plan.h"
#include "plan/scenario.h"

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
  for (std::size_t i = 0; i < over.keys.size(); ++i) {
    const auto at = std::ranges::find(base.keys, over.keys[i].text, &YamlNode::text);
    if (at == base.keys.end()) {
      base.keys.push_back(over.keys[i]);
      base.items.push_back(over.items[i]);
      continue;
    }
    auto& item = base.items[static_cast<std::size_t>(at - base.keys.begin())];
    *at = over.keys[i];
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

void read_conversation(ForeignMap& workload, Plan& plan) {
  const auto* node = workload.take("conversation");
  if (node == nullptr) return;
  ForeignMap conversation(workload.notes(), node, "workload.conversation");
  plan.workload.sessions = Sessions{};
  const auto turns = conversation.whole("turns");
  conversation.take("system_prompt");
  const bool messages = !conversation.list("user_messages").empty();
  if (messages) {
    // Read once more as a scenario, when prompts are made.
    plan.workload.prompts =
        PromptFile{.path = workload.notes().name(), .format = PromptFile::Format::kScenario};
  } else if (turns) {
    plan.workload.sessions->turns = Lengths{.mean = static_cast<double>(*turns)};
  }
  if (conversation.truth("shared_prefix").value_or(false)) {
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
  const auto batch = workload.whole("batch_size");
  const auto users = workload.whole("concurrency");
  std::uint64_t load = 1;
  if (type == "batch") load = batch.value_or(1);
  if (type == "concurrent" || type == "multi_turn") load = users.value_or(1);
  plan.load = Concurrency{static_cast<std::uint32_t>(load)};
  read_sweep(workload, plan);
  read_conversation(workload, plan);
}

}  // namespace

std::optional<Scenario> scenario_of_conversation(const YamlNode& tree, ForeignNotes& notes) {
  const auto whole = extended(tree, notes);
  ForeignMap root(notes, &whole, "");
  ForeignMap workload(notes, root.take("workload"), "workload");
  const auto* node = workload.take("conversation");
  if (node == nullptr) return std::nullopt;
  ForeignMap conversation(notes, node, "workload.conversation");
  Scenario scenario;
  const auto literal = [](std::string_view text) {
    std::string out;
    for (const char c : text) out.append(c == '{' || c == '}' ? 2 : 1, c);
    return out;
  };
  scenario.system = literal(conversation.text("system_prompt").value_or(""));
  for (const auto* message : conversation.list("user_messages")) {
    scenario.turns.push_back(literal(message->text));
  }
  const auto turns = conversation.whole("turns").value_or(scenario.turns.size());
  if (scenario.turns.empty() || turns == 0 || turns > 1000) return std::nullopt;
  const auto told = scenario.turns.size();
  while (scenario.turns.size() < turns) {
    scenario.turns.push_back(scenario.turns[scenario.turns.size() % told]);
  }
  scenario.turns.resize(turns);
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
    notes.warn(*node, "model",
               fmt::format("name its server with --target {}=http://host:port{}", engine,
                           name ? fmt::format(" --model {}", *name) : ""));
    model.refuse("quantization", "is a matter of how the server was started");
  }
  root.refuse("framework_options", "are a matter of how the server was started");
  root.refuse("infrastructure", "is not provisioned; start the server, then name it");
  read_workload(root, plan);
  root.refuse("metrics", "are scraped as the section telemetry says");
  if (!plan.stop.requests) plan.stop.duration = 60 * kSecond;
  return plan;
}

}  // namespace tt::plan
