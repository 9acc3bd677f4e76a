// Sessions: several requests that belong together, each of which waits for others and sends what
// was said before. What they ask is a function of the session's number, so any worker can make any
// session at any time; only the engine's own answers come from outside.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "plan/plan.h"
#include "workload/prompts.h"

namespace tt::workload {

/// One request of a session.
struct Turn {
  /// Places in the session of the turns that it waits for, all below its own; empty: none.
  std::vector<std::uint32_t> after;
  Nanos delay = 0;                  // from the last end of those, or from the session's begin
  std::uint32_t input_tokens = 0;   // expected, all that is sent; 0 where the texts decide
  std::uint32_t known_tokens = 0;   // of them sent or answered in the session before
  std::uint32_t output_tokens = 0;  // max_tokens
  bool operator==(const Turn&) const = default;
};

/// The sum of token counts, at most what one can hold: graphs may add up to more than any model
/// has.
std::uint32_t add_tokens(std::uint32_t a, std::uint32_t b);

/// Immutable after loading; safe to share between threads.
class Conversations {
 public:
  virtual ~Conversations() = default;
  /// Number of distinct sessions; 0: without end (made up).
  virtual std::uint64_t size() const = 0;
  /// No session has more turns.
  virtual std::uint32_t most_turns() const = 0;
  /// True where words are made up to token lengths, so that a target's fit matters.
  virtual bool synthetic() const = 0;
  /// The turns of session `number`, at least one, each after those that it waits for.
  virtual std::vector<Turn> turns(std::uint64_t number) const = 0;
  /// What turn `place` sends. `answers`: what each turn of the session was answered, as far as it
  /// waits for them; not looked at where recorded answers are replayed.
  virtual engine::Prompt prompt(std::uint64_t number, std::uint32_t place,
                                std::span<const std::string> answers, const WordFit& fit) const = 0;
};

/// The sessions that a workload asks for, which must have `sessions`. File faults carry their
/// place.
Result<std::unique_ptr<Conversations>> make_conversations(const plan::Workload& workload,
                                                          const plan::Seeds& seeds);

// The three kinds, which make_conversations chooses from.

/// Linear and made up.
std::unique_ptr<Conversations> synthetic_conversations(const plan::Workload& workload,
                                                       const plan::Seeds& seeds);
/// Linear, from a file of conversations (prompt_file.h), which all begin with the user.
std::unique_ptr<Conversations> file_conversations(std::unique_ptr<PromptSource> whole,
                                                  const plan::Workload& workload,
                                                  const plan::Seeds& seeds);

/// Conversations as a source of prompts, for those who want only single ones: each prompt is a
/// first turn.
std::unique_ptr<PromptSource> opening_prompts(std::unique_ptr<Conversations> conversations);

/// A made-up answer of about `tokens` tokens, for turns whose answer is not recorded.
std::string made_up_answer(const plan::Seeds& seeds, std::uint64_t number, std::uint32_t place,
                           std::uint32_t tokens, const WordFit& fit);
/// A made-up message of about `tokens` tokens, unlike every other one.
std::string made_up_message(const plan::Seeds& seeds, std::uint64_t number, std::uint32_t place,
                            std::uint32_t tokens, const WordFit& fit);

}  // namespace tt::workload
