#include "plan/foreign_plan.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/reader.h"
#include "plan/scenario.h"

namespace tt::plan {
namespace {

const YamlNode* member(const YamlNode& map, std::string_view key) {
  if (map.kind != YamlNode::Kind::kMap) return nullptr;
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == key) return &map.items[i];
  }
  return nullptr;
}

bool is_race(const YamlNode& tree) { return member(tree, "race") != nullptr; }

bool is_engine_benchmark(const YamlNode& tree) {
  return member(tree, "test_scenarios") != nullptr ||
         (member(tree, "benchmark") != nullptr && member(tree, "services") != nullptr);
}

bool is_inf_bench(const YamlNode& tree) {
  const auto* workload = member(tree, "workload");
  const bool theirs = workload != nullptr && (member(*workload, "type") != nullptr ||
                                              member(*workload, "requests") != nullptr);
  return theirs || member(tree, "extends") != nullptr || member(tree, "framework") != nullptr;
}

using Reader = Plan (*)(const YamlNode& tree, ForeignNotes& notes);

Reader reader_of(const YamlNode& tree) {
  if (is_race(tree)) return read_race;
  if (is_engine_benchmark(tree)) return read_engine_benchmark;
  return is_inf_bench(tree) ? read_inf_bench : nullptr;
}

}  // namespace

std::string engine_in(std::string_view name) {
  const auto lower = to_lower(name);
  for (const auto& engine : engine::engines()) {
    if (lower.find(to_lower(engine.name)) != std::string::npos) return std::string(engine.name);
  }
  return {};
}

std::optional<std::expected<Plan, PlanFaults>> read_foreign_plan(const YamlNode& tree,
                                                                 std::string_view text,
                                                                 std::string_view name) {
  using Outcome = std::expected<Plan, PlanFaults>;
  if (is_scenario(tree)) {
    auto scenario = parse_scenario(text, name);
    if (!scenario) return Outcome(std::unexpected(std::move(scenario.error())));
    return Outcome(plan_of_scenario(*scenario, name));
  }
  const auto read = reader_of(tree);
  if (read == nullptr) return std::nullopt;
  ForeignNotes notes(name);
  auto plan = read(tree, notes);
  auto& faults = notes.faults();
  // What the plan itself does not allow has no place in the file, but a field of the plan.
  for (auto fault : faults.empty() ? check_plan(plan) : std::vector<Error>{}) {
    fault.source = fmt::format("{}: {}", name, fault.source);
    faults.push_back(std::move(fault));
  }
  if (!faults.empty()) return Outcome(std::unexpected(PlanFaults{std::move(faults)}));
  plan.warnings = std::move(notes.warnings());
  return Outcome(std::move(plan));
}

}  // namespace tt::plan
