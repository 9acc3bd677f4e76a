#include "workload/prompts.h"

#include "workload/prompt_file.h"
#include "workload/synthetic.h"

namespace tt::workload {

Result<std::unique_ptr<PromptSource>> make_prompts(const Workload& workload, const Seeds& seeds) {
  if (workload.sessions || workload.prefix) {
    return fail(ErrorCode::kInvalidInput, "sessions and prefixes are not played by this build",
                workload.sessions ? "workload.sessions" : "workload.prefix");
  }
  if (const auto* file = std::get_if<PromptFile>(&workload.prompts)) return load_prompts(*file);
  return make_synthetic(seeds.prompts);
}

}  // namespace tt::workload
