// The prompts of a scenario: its template, filled in with each test case.
#pragma once

#include <memory>

#include "base/error.h"
#include "plan/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// `file.path` names a scenario file, or a built-in scenario. One prompt a test case; with `whole`
/// all turns of a conversation, else its first. Faults carry path and line.
Result<std::unique_ptr<PromptSource>> load_scenario_prompts(const plan::PromptFile& file,
                                                            bool whole);

}  // namespace tt::workload
