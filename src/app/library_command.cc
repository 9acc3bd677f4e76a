// scenarios and presets: what is built in, listed and shown.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands.h"
#include "app/table.h"
#include "base/text.h"
#include "plan/preset.h"
#include "plan/scenario.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

using plan::BuiltinFile;

Outcome show(const std::vector<BuiltinFile>& files, std::string_view what, std::string_view name,
             Session& session) {
  const auto found = std::ranges::find(files, name, &BuiltinFile::name);
  if (found != files.end()) {
    session.out.raw(std::string(found->yaml));
    return ExitCode::kGood;
  }
  std::vector<std::string_view> names;
  for (const auto& file : files) names.push_back(file.name);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("there is no {} '{}'; there are {}", what, name, fmt::join(names, ", ")));
}

struct Entry {
  std::string name;
  std::string description;
  plan::Plan plan;
};

std::string as_json(const std::vector<Entry>& entries, std::string_view key) {
  std::string items;
  for (const auto& entry : entries) {
    items += fmt::format(
        "{}\n  {{\"name\": {}, \"description\": {}, \"load\": {}, \"workload\": {}}}",
        items.empty() ? "" : ",", json_string(entry.name), json_string(entry.description),
        json_string(trial::load_text(entry.plan)), json_string(trial::workload_text(entry.plan)));
  }
  return fmt::format("{{{}: [{}\n]}}\n", json_string(key), items);
}

Outcome list(const std::vector<Entry>& entries, std::string_view key, const Arguments& arguments,
             Session& session) {
  if (arguments.has("--json")) {
    session.out.raw(as_json(entries, key));
    return ExitCode::kGood;
  }
  Table table({{.title = "name"}, {.title = "what it is", .shrink_to = 30}});
  for (const auto& entry : entries) table.row({entry.name, entry.description});
  session.out.lines(table.render(session.out.look().width));
  return ExitCode::kGood;
}

Outcome scenarios(const Arguments& arguments, Session& session) {
  const auto files = plan::builtin_scenarios();
  if (!arguments.words().empty()) {
    return show(files, "scenario", arguments.words().front(), session);
  }
  std::vector<Entry> entries;
  for (const auto& file : files) {
    const auto scenario = plan::parse_scenario(file.yaml, file.name);
    if (!scenario) return fail(ErrorCode::kInternal, scenario.error().text());
    entries.push_back({std::string(file.name), scenario->description,
                       plan::plan_of_scenario(*scenario, file.name)});
  }
  return list(entries, "scenarios", arguments, session);
}

Outcome presets(const Arguments& arguments, Session& session) {
  const auto files = plan::builtin_presets();
  if (!arguments.words().empty()) {
    return show(files, "preset", arguments.words().front(), session);
  }
  std::vector<Entry> entries;
  for (const auto& file : files) {
    const auto plan = plan::load_preset(file.name);
    if (!plan) return fail(ErrorCode::kInternal, plan.error().text());
    entries.push_back({std::string(file.name), plan->description, *plan});
  }
  return list(entries, "presets", arguments, session);
}

}  // namespace

Command scenarios_command() {
  return {.name = "scenarios",
          .summary = "Lists the built-in scenarios, or shows one",
          .words = "[name]",
          .most_words = 1,
          .options = {kJsonOption, kNoColorOption, kHelpOption},
          .about =
              "A scenario is a prompt's template with test cases. What is shown can be saved, "
              "changed, and run as a file.",
          .examples = {"tokentrial scenarios", "tokentrial scenarios short-to-long",
                       "tokentrial run --scenario short-to-long --target vllm=http://host:8000"},
          .run = scenarios};
}

Command presets_command() {
  return {.name = "presets",
          .summary = "Lists the built-in plans, or shows one",
          .words = "[name]",
          .most_words = 1,
          .options = {kJsonOption, kNoColorOption, kHelpOption},
          .about =
              "A preset is a plan without targets, with its objectives. What is shown can be "
              "saved, changed, and run as a file.",
          .examples = {"tokentrial presets", "tokentrial presets 1a-chat-simulation",
                       "tokentrial run --preset quick --target vllm=http://host:8000"},
          .run = presets};
}

}  // namespace tt::app
