#include "workload/prefix.h"

#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "plan/lengths.h"
#include "workload/synthetic.h"

namespace tt::workload {

std::optional<Prefix> prefix_of(const plan::Workload& workload, const plan::Seeds& seeds,
                                std::uint64_t number) {
  if (!workload.prefix) return std::nullopt;
  const plan::PrefixGroups& groups = *workload.prefix;
  Rng member = Rng::item(seeds.prompts, "prefix member", number);
  if (member.uniform() >= groups.share) return std::nullopt;
  Prefix prefix;
  prefix.group = static_cast<std::uint32_t>(member.below(groups.groups));
  Rng length = Rng::item(seeds.lengths, "prefix length", prefix.group);
  prefix.tokens = plan::draw_length(groups.tokens, length);
  return prefix;
}

void count_prefixes(const plan::Plan& plan, Schedule& schedule) {
  if (!plan.workload.prefix) return;
  SeenPrefixes seen;
  for (std::uint64_t index = 0; index < schedule.requests.size(); ++index) {
    const auto prefix = prefix_of(plan.workload, plan.seeds, index);
    if (!prefix) continue;
    schedule.prefix_tokens += prefix->tokens;
    schedule.reusable_tokens += seen.reuse(*prefix);
  }
}

void add_prefix(engine::Prompt& prompt, const Prefix& prefix, const plan::Seeds& seeds,
                const WordFit& fit) {
  // What the template adds is counted with the message that it stands before.
  WordFit plain = fit;
  plain.base = 0;
  std::string text =
      text_for(plain, Rng::stream(seeds.prompts, "prefix").next(), prefix.group, prefix.tokens);
  const auto user = std::ranges::find(prompt.messages, "user", &engine::Message::role);
  if (user == prompt.messages.end()) {
    prompt.messages.push_back({"user", std::move(text)});
  } else {
    user->content = text + "\n\n" + user->content;
  }
}

}  // namespace tt::workload
