// Prompts in a column of a CSV file.
#pragma once

#include <memory>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// Reads the whole text of a CSV file (RFC 4180) with a heading. The prompts stand in
/// `file.column`; where it is empty, in the column called prompt, question, instruction, input or
/// text. Output lengths come from `file.output_column`, else from one called max_tokens or
/// output_tokens; system messages from `file.system_column`, else from one called system or
/// system_prompt. An empty cell of either says nothing. Faults carry `name` and the line.
Result<std::unique_ptr<PromptSource>> read_csv_prompts(std::string_view text,
                                                       const plan::PromptFile& file,
                                                       std::string_view name);

}  // namespace tt::workload
