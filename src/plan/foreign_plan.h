// Plans of other tools, known by what stands in them: scenarios, races of the comparison dashboard,
// the engine benchmark CLI's configurations, and plans of llm-inf-bench. What of them cannot be
// honoured becomes a warning of the plan with its place.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "plan/foreign_reader.h"
#include "plan/plan.h"
#include "plan/scenario.h"
#include "plan/yaml_tree.h"

namespace tt::plan {

/// Unset where the document is none of theirs. `name` is the file's path: what it refers to lies
/// beside it.
std::optional<std::expected<Plan, PlanFaults>> read_foreign_plan(const YamlNode& tree,
                                                                 std::string_view text,
                                                                 std::string_view name);

/// Each reads one kind; faults and warnings go to `notes`.
Plan read_race(const YamlNode& tree, ForeignNotes& notes);
Plan read_engine_benchmark(const YamlNode& tree, ForeignNotes& notes);
Plan read_inf_bench(const YamlNode& tree, ForeignNotes& notes);

/// The messages of a plan of llm-inf-bench as a scenario; unset where it lists none.
std::optional<Scenario> scenario_of_conversation(const YamlNode& tree, ForeignNotes& notes);

/// "vllm" of "vllm-performance" or "vLLM"; empty where no engine's name is in it.
std::string engine_in(std::string_view name);

}  // namespace tt::plan
