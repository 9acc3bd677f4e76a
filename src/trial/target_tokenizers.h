// The tokenizers that a plan names, ready to make and count texts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"
#include "workload/exact_text.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::trial {

using TargetTokenizers = std::vector<std::shared_ptr<const workload::ExactText>>;

/// One a target, in order: its own, else the workload's, else nullptr. A file is read once.
Result<TargetTokenizers> load_tokenizers(const plan::Plan& plan);

/// What is to be said where some of the schedule's made-up prompts cannot be made as long as they
/// should be; empty where a sample of them is exact.
std::string exactness_note(const workload::Schedule& schedule,
                           const workload::PromptSource& prompts, const workload::WordFit& fit);

}  // namespace tt::trial
