// A file's prompts with their lengths by a tokenizer.
#pragma once

#include <memory>

#include "base/error.h"
#include "workload/prompts.h"

namespace tt::workload {

/// `prompts` as they are where the workload names no tokenizer, else with the tokens of each, all
/// counted now: a megabyte takes a tenth of a second or so. Passes an error of `prompts` on.
Result<std::unique_ptr<PromptSource>> counted(Result<std::unique_ptr<PromptSource>> prompts,
                                              const plan::Workload& workload);

}  // namespace tt::workload
