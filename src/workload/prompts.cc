#include "workload/prompts.h"

#include "workload/conversation.h"
#include "workload/prompt_file.h"
#include "workload/synthetic.h"

namespace tt::workload {

Result<std::unique_ptr<PromptSource>> make_prompts(const Workload& workload, const Seeds& seeds) {
  if (workload.sessions) {
    auto conversations = make_conversations(workload, seeds);
    if (!conversations) return std::unexpected(std::move(conversations.error()));
    return opening_prompts(std::move(*conversations));
  }
  if (const auto* file = std::get_if<PromptFile>(&workload.prompts)) return load_prompts(*file);
  return make_synthetic(seeds.prompts);
}

}  // namespace tt::workload
