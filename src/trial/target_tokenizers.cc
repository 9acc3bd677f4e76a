#include "trial/target_tokenizers.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "workload/synthetic.h"

namespace tt::trial {

Result<TargetTokenizers> load_tokenizers(const plan::Plan& plan) {
  TargetTokenizers all;
  std::map<std::string, std::shared_ptr<const workload::ExactText>> by_path;
  for (const auto& target : plan.targets) {
    const auto& path = target.tokenizer.empty() ? plan.workload.tokenizer : target.tokenizer;
    auto& known = by_path[path];
    if (!path.empty() && !known) {
      auto tokenizer = tokenizer::load_tokenizer(path);
      if (!tokenizer) return std::unexpected(std::move(tokenizer.error()));
      auto made = workload::ExactText::make(std::move(*tokenizer));
      if (!made) return fail(made.error().code, made.error().message, path);
      known = std::move(*made);
    }
    all.push_back(known);
  }
  return all;
}

std::string exactness_note(const workload::Schedule& schedule,
                           const workload::PromptSource& prompts, const workload::WordFit& fit) {
  // Sessions grow by their answers; their lengths are not known before.
  if (!fit.exact || schedule.requests.empty() || !schedule.sessions.empty()) return {};
  constexpr std::size_t kSample = 16;
  const auto step = std::max<std::size_t>(schedule.requests.size() / kSample, 1);
  std::int64_t worst = 0;
  for (std::size_t i = 0; i < schedule.requests.size(); i += step) {
    const auto& request = schedule.requests[i];
    const std::int64_t wanted = workload::tokens_of_text(request.input_tokens, fit);
    const auto prompt = prompts.prompt(request.prompt, request.input_tokens, fit);
    const auto counted = fit.exact->tokenizer().count(prompt.messages.front().content);
    if (!counted) return counted.error().message;
    worst = std::max(worst, std::abs(std::int64_t{*counted} - wanted));
  }
  if (worst == 0) return {};
  return fmt::format(
      "prompts are up to {} tokens off the length asked for: the tokenizer's vocabulary has no "
      "single letters to fill them with",
      worst);
}

}  // namespace tt::trial
