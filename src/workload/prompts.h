// Where prompts come from. A prompt is a pure function of its number (and, for synthetic ones, of
// the seed and the wished-for length), so any worker can make any prompt at any time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/protocol.h"
#include "plan/plan.h"

namespace tt::workload {

class ExactText;
struct TraceRow;

/// How many words make how many tokens on one target: tokens = base + per_word * words. Found by
/// asking the target (calibrate.h); the default is a common English average.
struct WordFit {
  double base = 0.0;
  double per_word = 1.3;
  bool measured = false;
  /// By the target's tokenizer.json, where the plan names one: then `base` is what the chat
  /// template adds, and per_word is not used.
  std::shared_ptr<const ExactText> exact = nullptr;
};

class Conversations;

/// Immutable after loading; safe to share between threads.
class PromptSource {
 public:
  virtual ~PromptSource() = default;
  /// Number of distinct prompts; 0: without end (synthetic).
  virtual std::uint64_t size() const = 0;
  /// Prompt `number` (taken modulo size()), made to be about `input_tokens` long on a target with
  /// this fit; files ignore length and fit.
  virtual engine::Prompt prompt(std::uint64_t number, std::uint32_t input_tokens,
                                const WordFit& fit) const = 0;
  /// True where `input_tokens` matters.
  virtual bool synthetic() const = 0;
  /// The sessions to play in place of single prompts (conversation.h); nullptr: none.
  virtual const Conversations* conversations() const { return nullptr; }
  /// The requests of a trace, cut and scaled as the plan asks; empty where the load is no trace.
  /// Prompt numbers of such a source go through the rows again and again.
  virtual std::span<const TraceRow> rows() const { return {}; }
  /// Tokens of prompt `number` by the workload's tokenizer, without what a chat template adds; 0:
  /// not known.
  virtual std::uint32_t input_tokens(std::uint64_t) const { return 0; }
  /// How long the answer to prompt `number` is to be, where the file says it; 0: it does not.
  virtual std::uint32_t output_tokens(std::uint64_t) const { return 0; }
};

/// Loads or makes the source, and counts a file's prompts where the workload names a tokenizer.
/// File faults carry path and line.
Result<std::unique_ptr<PromptSource>> make_prompts(const plan::Workload& workload,
                                                   const plan::Seeds& seeds);
/// The same, and the trace where the load is one.
Result<std::unique_ptr<PromptSource>> make_prompts(const plan::Plan& plan);

}  // namespace tt::workload
