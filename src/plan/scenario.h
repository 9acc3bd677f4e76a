// Scenarios: a prompt's template with test cases that fill its placeholders, how long prompts and
// answers are to be, and how answers are to be made. docs/scenarios.md says what a file may hold.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/foreign_reader.h"
#include "plan/plan.h"
#include "plan/yaml_tree.h"

namespace tt::plan {

/// One filling of the template's placeholders.
struct TestCase {
  std::string name;
  std::map<std::string, std::string, std::less<>> values;  // "tokens(N)": made-up text of N tokens
};

struct Scenario {
  std::string name;
  std::string description;
  std::string system;              // a system message before every prompt; may be empty
  std::vector<std::string> turns;  // templates of the user's messages; one: no conversation
  std::optional<Nanos> think;      // a conversation: from an answer to the next turn
  std::uint32_t min_tokens = 0;    // of a prompt; 0: no limit
  std::uint32_t max_tokens = 0;
  std::uint32_t output = 0;  // completion.max_tokens; 0: the plan's own
  std::optional<double> temperature;
  std::string extra_body;      // top_p, top_k and stop, as members of a JSON object
  std::uint64_t requests = 0;  // 0: one a test case
  bool together = false;       // parallel_execution
  std::vector<TestCase> cases;
  std::vector<std::string> warnings;  // what of the file is not honoured
};

/// True where the document is a scenario: a map with a map called "scenario".
bool is_scenario(const YamlNode& tree);

/// Reads a scenario from a text, or from a file or a built-in scenario of that name.
std::expected<Scenario, PlanFaults> parse_scenario(std::string_view yaml, std::string_view name);
std::expected<Scenario, PlanFaults> load_scenario(const std::string& path_or_name);

/// A plan without targets that plays a scenario. `path` names it for its prompts.
Plan plan_of_scenario(const Scenario& scenario, std::string_view path);

/// N of a value "tokens(N)"; 0: a text like any other.
std::uint32_t filler_tokens(std::string_view value);

/// The template with every {placeholder} replaced. "{{" and "}}" stand for braces. A placeholder
/// without a value is a fault that names it.
Result<std::string> fill_template(std::string_view text, const TestCase& values);

struct BuiltinFile {
  std::string_view name;
  std::string_view yaml;
};
/// The files of examples/scenarios, by name.
std::vector<BuiltinFile> builtin_scenarios();

}  // namespace tt::plan
