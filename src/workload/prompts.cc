#include "workload/prompts.h"

#include "workload/conversation.h"
#include "workload/counted_prompts.h"
#include "workload/prompt_file.h"
#include "workload/synthetic.h"
#include "workload/trace_prompts.h"

namespace tt::workload {

Result<std::unique_ptr<PromptSource>> make_prompts(const plan::Workload& workload,
                                                   const plan::Seeds& seeds) {
  if (workload.sessions) {
    auto conversations = make_conversations(workload, seeds);
    if (!conversations) return std::unexpected(std::move(conversations.error()));
    return opening_prompts(std::move(*conversations));
  }
  if (const auto* file = std::get_if<plan::PromptFile>(&workload.prompts)) {
    return counted(load_prompts(*file), workload);
  }
  return make_synthetic(seeds.prompts);
}

Result<std::unique_ptr<PromptSource>> make_prompts(const plan::Plan& plan) {
  auto prompts = make_prompts(plan.workload, plan.seeds);
  const auto* replay = std::get_if<plan::TraceReplay>(&plan.load);
  if (!prompts || replay == nullptr) return prompts;
  auto trace = load_trace(*replay);
  if (!trace) return std::unexpected(std::move(trace.error()));
  auto played = cut_trace(std::move(*trace), *replay, plan.seeds.arrivals);
  if (!played) return std::unexpected(std::move(played.error()));
  return with_trace(std::move(*prompts), std::move(*played), *replay, plan.seeds.prompts);
}

}  // namespace tt::workload
