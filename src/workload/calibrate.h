// Finds how many words make how many tokens on one target, by counting a few texts. Pure code: how
// a text is counted (the target's tokenize endpoint, or the usage of a probe request) is injected.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/error.h"
#include "plan/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// Tokens of a prompt whose only message is `text`, with whatever the target's template adds.
using TokenCounter = std::function<Result<std::uint32_t>(std::string_view text)>;

struct Calibration {
  WordFit fit;
  /// How far the mean of the checked prompts lay from the prediction, as a share of 1. Below 0.02
  /// is what we aim for; single short prompts scatter more.
  double error = 0;
  /// Prompts of the plan's mean input length that were counted for `error`.
  std::uint32_t checked = 0;
};

/// Counts one half of the word list, the other half, and the whole (in another order, so that no
/// text begins as another does). Where a tokenizer cuts words independently,
///   base = half + other half - whole,   per_word = (whole - base) / words,
/// exactly and for the very words that prompts are made of. Then counts one to four prompts of the
/// plan's mean length to check. At most 7 calls; the longest text is the whole list (512 words) or
/// the plan's mean prompt. A failed count, or counts that make no sense, are errors.
Result<Calibration> calibrate(const plan::Lengths& input, std::uint64_t seed,
                              const TokenCounter& count);

}  // namespace tt::workload
