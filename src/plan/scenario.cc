#include "plan/scenario.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/foreign_plan.h"
#include "plan/reader.h"

namespace tt::plan {
namespace {

constexpr std::string_view kFiller = "tokens(";
constexpr std::uint32_t kMostFiller = 1'000'000;

/// "tokens(...)" with nothing but digits in it.
bool asks_for_filler(std::string_view value) {
  value = trim(value);
  if (!value.starts_with(kFiller) || !value.ends_with(')')) return false;
  value = value.substr(kFiller.size(), value.size() - kFiller.size() - 1);
  return !value.empty() && value.find_first_not_of("0123456789") == value.npos;
}

/// Calls plain(text) and placeholder(name) for the parts of a template in order.
template <class Plain, class Placeholder>
void walk_template(std::string_view text, Plain plain, Placeholder placeholder) {
  const auto last = text.rfind('}');  // behind it nothing is closed any more
  for (std::size_t at = 0; at < text.size();) {
    const auto brace = std::min(text.find_first_of("{}", at), text.size());
    if (brace > at) plain(text.substr(at, brace - at));
    if (brace == text.size()) return;
    const bool doubled = brace + 1 < text.size() && text[brace + 1] == text[brace];
    const bool opens = !doubled && text[brace] == '{' && last != text.npos && last > brace;
    if (!opens) {
      plain(text.substr(brace, 1));
      at = brace + (doubled ? 2 : 1);
      continue;
    }
    const auto end = text.find('}', brace);
    placeholder(trim(text.substr(brace + 1, end - brace - 1)));
    at = end + 1;
  }
}

Error no_value(std::string_view name) {
  return {ErrorCode::kInvalidInput,
          fmt::format("gives no value for the placeholder {{{}}}; write {{{{ and }}}} for braces "
                      "that are none",
                      name)};
}

void read_prompt(ForeignMap& scenario, Scenario& out) {
  ForeignMap prompt(scenario.notes(), scenario.take("prompt"), scenario.path_of("prompt"));
  if (auto text = prompt.text("template")) out.turns.push_back(std::move(*text));
  if (auto text = prompt.text("system")) out.system = std::move(*text);
  out.min_tokens = static_cast<std::uint32_t>(prompt.whole("min_tokens").value_or(0));
  out.max_tokens = static_cast<std::uint32_t>(prompt.whole("max_tokens").value_or(0));
  prompt.take("category");  // a label
}

/// Our own addition: the turns that follow the first prompt.
void read_conversation(ForeignMap& scenario, Scenario& out) {
  const auto* node = scenario.take("conversation");
  if (node == nullptr) return;
  ForeignMap conversation(scenario.notes(), node, scenario.path_of("conversation"));
  out.think = conversation.duration("think").value_or(0);
  for (const auto* turn : conversation.list("turns")) {
    if (turn->kind == YamlNode::Kind::kText) {
      out.turns.push_back(turn->text);
    } else {
      scenario.notes().fault(*turn, conversation.path_of("turns"), "must be a list of texts");
    }
  }
}

void add_member(std::string& members, std::string_view key, const std::string& value) {
  members += fmt::format("{}{}:{}", members.empty() ? "" : ",", json_string(key), value);
}

void read_completion(ForeignMap& scenario, Scenario& out) {
  ForeignMap completion(scenario.notes(), scenario.take("completion"),
                        scenario.path_of("completion"));
  out.output = static_cast<std::uint32_t>(completion.whole("max_tokens").value_or(0));
  out.temperature = completion.number("temperature");
  if (const auto top_p = completion.number("top_p")) {
    add_member(out.extra_body, "top_p", fmt::format("{}", *top_p));
  }
  if (const auto top_k = completion.whole("top_k")) {
    add_member(out.extra_body, "top_k", fmt::format("{}", *top_k));
  }
  std::vector<std::string> stops;
  for (const auto* stop : completion.list("stop_sequences"))
    stops.push_back(json_string(stop->text));
  if (!stops.empty())
    add_member(out.extra_body, "stop", fmt::format("[{}]", fmt::join(stops, ",")));
  completion.take("category");
}

void read_cases(ForeignMap& scenario, Scenario& out) {
  for (const auto* node : scenario.list("test_cases")) {
    TestCase one;
    if (node->kind != YamlNode::Kind::kMap) {
      scenario.notes().fault(*node, scenario.path_of("test_cases"),
                             "each must be a map of placeholders and values");
      continue;
    }
    for (std::size_t i = 0; i < node->keys.size(); ++i) {
      const auto& value = node->items[i];
      if (value.kind != YamlNode::Kind::kText) {
        scenario.notes().fault(value, scenario.path_of("test_cases"),
                               fmt::format("'{}' must be a text", node->keys[i].text));
      }
      one.values[node->keys[i].text] = value.text;
      if (asks_for_filler(value.text) && filler_tokens(value.text) == 0) {
        scenario.notes().fault(
            value, scenario.path_of("test_cases"),
            fmt::format("'{}' must ask for 1 to {} tokens", value.text, kMostFiller));
      }
    }
    if (const auto name = one.values.find("name"); name != one.values.end())
      one.name = name->second;
    out.cases.push_back(std::move(one));
  }
}

void read_targets(ForeignMap& scenario) {
  for (const auto* node : scenario.list("targets")) {
    ForeignMap target(scenario.notes(), node, scenario.path_of("targets"));
    const auto engine = target.text("engine").value_or("ENGINE");
    const auto model = target.text("model");
    scenario.notes().warn(
        *node, scenario.path_of("targets"),
        fmt::format(
            "has no URL; name its server with --target {}=http://host:port{}", shell_word(engine),
            model ? fmt::format(" --model {}", shell_word(fmt::format("{}={}", engine, *model)))
                  : ""));
  }
}

/// Every case must fill all placeholders, and has no values beyond them.
void check_cases(const std::set<std::string_view>& names, ForeignMap& scenario, const YamlNode& at,
                 const Scenario& read) {
  auto& notes = scenario.notes();
  if (read.cases.empty() && !names.empty()) {
    return notes.fault(at, scenario.path_of("test_cases"), no_value(*names.begin()).message);
  }
  const auto nodes = scenario.list("test_cases");
  std::set<std::string_view> told = {"name"};
  for (std::size_t i = 0; i < std::min(nodes.size(), read.cases.size()); ++i) {
    const auto path = fmt::format("{}[{}]", scenario.path_of("test_cases"), i);
    const auto& values = read.cases[i].values;
    for (const auto name : names) {
      if (!values.contains(name)) return notes.fault(*nodes[i], path, no_value(name).message);
    }
    for (const auto& key : nodes[i]->keys) {
      if (names.contains(key.text) || !told.insert(key.text).second) continue;
      notes.warn(key, fmt::format("{}.{}", path, key.text),
                 "plays no part: no template has this placeholder");
    }
  }
}

void check_templates(const YamlNode& at, ForeignMap& map, const Scenario& scenario) {
  auto& notes = map.notes();
  if (scenario.turns.empty()) {
    return notes.fault(at, "scenario.prompt.template", "is missing: the text of the prompts");
  }
  if (scenario.turns.size() > kMostTurns) {
    return notes.fault(
        at, "scenario.conversation.turns",
        fmt::format("a conversation has at most {} turns, with the first prompt", kMostTurns));
  }
  // Each name once, for files may have as many cases as placeholders.
  std::set<std::string_view> names;
  for (const auto& text : scenario.turns) {
    walk_template(
        text, [](std::string_view) {}, [&](std::string_view name) { names.insert(name); });
  }
  check_cases(names, map, at, scenario);
  if (scenario.max_tokens > 0 && scenario.min_tokens > scenario.max_tokens) {
    notes.fault(at, "scenario.prompt.min_tokens",
                fmt::format("{} is above max_tokens {}", scenario.min_tokens, scenario.max_tokens));
  }
}

/// By a rough count, as the tokenizer is not known here: only what is far off is told.
void check_lengths(const YamlNode& at, const Scenario& scenario, ForeignNotes& notes) {
  constexpr double kTokensPerByte = 0.25;
  constexpr double kFarOff = 2;
  std::size_t plain = 0;
  std::map<std::string_view, std::size_t> times;
  walk_template(
      scenario.turns.front(), [&](std::string_view text) { plain += text.size(); },
      [&](std::string_view name) { ++times[name]; });
  for (const auto& one : scenario.cases) {
    double tokens = static_cast<double>(plain) * kTokensPerByte;
    for (const auto& [name, count] : times) {
      const auto found = one.values.find(name);
      if (found == one.values.end()) continue;
      const auto filler = static_cast<double>(filler_tokens(found->second));
      const double each =
          filler > 0 ? filler : static_cast<double>(found->second.size()) * kTokensPerByte;
      tokens += each * static_cast<double>(count);
    }
    const bool low = scenario.min_tokens > 0 && tokens * kFarOff < scenario.min_tokens;
    const bool high = scenario.max_tokens > 0 && tokens > kFarOff * scenario.max_tokens;
    if (!low && !high) continue;
    return notes.warn(at, low ? "scenario.prompt.min_tokens" : "scenario.prompt.max_tokens",
                      fmt::format("a prompt has about {:.0f} tokens by a rough count, which is far "
                                  "from {} to {}",
                                  tokens, scenario.min_tokens, scenario.max_tokens));
  }
}

Scenario read_scenario(const YamlNode& tree, ForeignNotes& notes) {
  Scenario out;
  ForeignMap root(notes, &tree, "");
  const auto* node = root.take("scenario");
  if (node == nullptr) {
    notes.fault(tree, "scenario", "is missing or empty; docs/scenarios.md says what stands there");
    return out;
  }
  ForeignMap scenario(notes, node, "scenario");
  out.name = scenario.text("name").value_or("scenario");
  out.description = scenario.text("description").value_or("");
  read_prompt(scenario, out);
  read_conversation(scenario, out);
  read_completion(scenario, out);
  read_cases(scenario, out);
  read_targets(scenario);
  out.requests = scenario.whole("num_requests").value_or(0);
  out.together = scenario.truth("parallel_execution").value_or(false);
  if (!scenario.truth("enabled").value_or(true)) {
    notes.warn(*node, "scenario.enabled", "is false in the file; it is run all the same");
  }
  scenario.take("metadata");  // who wrote it and when
  check_templates(*node, scenario, out);
  if (!out.turns.empty()) check_lengths(*node, out, notes);
  return out;
}

}  // namespace

bool is_scenario(const YamlNode& tree) {
  return tree.kind == YamlNode::Kind::kMap &&
         std::ranges::any_of(tree.keys, [](const auto& key) { return key.text == "scenario"; });
}

std::expected<Scenario, PlanFaults> parse_scenario(std::string_view yaml, std::string_view name) {
  const auto tree = read_yaml(yaml, name);
  if (!tree) return std::unexpected(one_fault(tree.error()));
  ForeignNotes notes(name);
  if (!is_scenario(*tree)) {
    auto conversation = scenario_of_conversation(*tree, notes);
    if (!notes.faults().empty()) return std::unexpected(PlanFaults{std::move(notes.faults())});
    if (conversation) return std::move(*conversation);
  }
  auto scenario = read_scenario(*tree, notes);
  if (!notes.faults().empty()) return std::unexpected(PlanFaults{std::move(notes.faults())});
  scenario.warnings = std::move(notes.warnings());
  return scenario;
}

std::expected<Scenario, PlanFaults> load_scenario(const std::string& path_or_name) {
  std::string known;
  for (const auto& builtin : builtin_scenarios()) {
    if (builtin.name == path_or_name) return parse_scenario(builtin.yaml, builtin.name);
    known += fmt::format(" {}", builtin.name);
  }
  const auto text = read_yaml_file(path_or_name);
  if (!text) {
    return std::unexpected(
        one_fault({ErrorCode::kNotFound,
                   fmt::format("is neither a file nor one of the built-in scenarios:{}", known),
                   path_or_name}));
  }
  return parse_scenario(*text, path_or_name);
}

Plan plan_of_scenario(const Scenario& scenario, std::string_view path) {
  Plan plan;
  plan.name = name_from(scenario.name);
  plan.description = scenario.description;
  plan.warnings = scenario.warnings;
  plan.workload.prompts =
      PromptFile{.path = std::string(path), .format = PromptFile::Format::kScenario};
  if (scenario.output > 0) plan.workload.output = {.mean = static_cast<double>(scenario.output)};
  plan.workload.force_length = false;  // a scenario's max_tokens is a limit
  plan.workload.temperature = scenario.temperature;
  plan.workload.extra_body = scenario.extra_body;
  if (scenario.turns.size() > 1) {
    plan.workload.sessions = Sessions{};
    plan.workload.sessions->think.mean = scenario.think.value_or(0);
  }
  const auto cases = std::max<std::uint64_t>(scenario.cases.size(), 1);
  // A session is as many requests as it has turns.
  plan.stop.requests = scenario.requests > 0 ? scenario.requests : cases * scenario.turns.size();
  if (scenario.together) plan.order = Order::kTogether;
  return plan;
}

std::uint32_t filler_tokens(std::string_view value) {
  if (!asks_for_filler(value)) return 0;
  value = trim(value);
  const auto tokens = parse_whole(value.substr(kFiller.size(), value.size() - kFiller.size() - 1));
  return tokens && *tokens <= kMostFiller ? static_cast<std::uint32_t>(*tokens) : 0;
}

Result<std::string> fill_template(std::string_view text, const TestCase& values) {
  std::string out;
  std::optional<Error> missing;
  walk_template(
      text, [&](std::string_view plain) { out += plain; },
      [&](std::string_view name) {
        const auto found = values.values.find(name);
        if (found != values.values.end()) {
          out += found->second;
        } else if (!missing) {
          missing = no_value(name);
        }
      });
  if (missing) return std::unexpected(std::move(*missing));
  return out;
}

}  // namespace tt::plan
