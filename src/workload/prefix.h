// Texts in common: which requests begin with one, which one, and how it reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "plan/plan.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::workload {

struct Prefix {
  std::uint32_t group = 0;   // from 0
  std::uint32_t tokens = 0;  // wished for
};

/// The prefix of request (with sessions: of session) `number`; nullopt: it has none. A function of
/// its arguments alone.
std::optional<Prefix> prefix_of(const plan::Workload& workload, const plan::Seeds& seeds,
                                std::uint64_t number);

/// Which prefixes have been sent before.
class SeenPrefixes {
 public:
  /// Tokens of `prefix` that were sent before; from now on it counts as sent.
  std::uint64_t reuse(const Prefix& prefix) {
    return seen_.insert(prefix.group).second ? 0 : prefix.tokens;
  }

 private:
  std::unordered_set<std::uint32_t> seen_;
};

/// Fills in the schedule's prefix_tokens and reusable_tokens, for single requests.
void count_prefixes(const plan::Plan& plan, Schedule& schedule);

/// Puts the prefix's text before the user's first message; a blank line lies between them.
void add_prefix(engine::Prompt& prompt, const Prefix& prefix, const plan::Seeds& seeds,
                const WordFit& fit);

}  // namespace tt::workload
