#include "workload/trace_prompts.h"

#include <algorithm>
#include <utility>

#include "workload/exact_text.h"
#include "workload/synthetic.h"

namespace tt::workload {
namespace {

// Names of another copy of the trace lie this far away (2^64 over the golden ratio, which spreads
// multiples evenly).
constexpr std::uint64_t kStride = 0x9e3779b97f4a7c15ULL;

class TracePrompts final : public PromptSource {
 public:
  TracePrompts(std::unique_ptr<PromptSource> texts, Trace trace, double block_tokens,
               std::uint64_t copies, std::uint64_t seed)
      : texts_(std::move(texts)),
        trace_(std::move(trace)),
        block_tokens_(std::max(1.0, block_tokens)),
        copies_(copies),
        seed_(seed) {}

  std::uint64_t size() const override { return texts_->size(); }
  bool synthetic() const override { return texts_->synthetic(); }
  std::span<const TraceRow> rows() const override { return trace_.rows; }
  std::uint32_t input_tokens(std::uint64_t number) const override {
    return texts_->input_tokens(number);
  }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t input_tokens,
                        const WordFit& fit) const override {
    const TraceRow& row = trace_.rows[number % trace_.rows.size()];
    if (row.blocks == 0 || !texts_->synthetic()) return texts_->prompt(number, input_tokens, fit);
    const std::uint64_t playing = number / trace_.rows.size();
    const std::uint64_t offset = (playing * copies_ + row.copy) * kStride;
    WordFit plain = fit;
    plain.base = 0;
    // Counted in words, or by a tokenizer in tokens.
    const auto block = static_cast<std::uint32_t>(block_tokens_);
    const std::uint64_t each = fit.exact ? block : words_for(block, plain);
    std::uint64_t left =
        fit.exact ? tokens_of_text(input_tokens, fit) : words_for(input_tokens, fit);
    const auto piece_of = [&](std::uint64_t seed, std::uint64_t name, std::uint64_t length) {
      return fit.exact ? fit.exact->text(seed, name, static_cast<std::uint32_t>(length))
                       : synthetic_text(seed, name, length);
    };
    std::string text;
    const auto add = [&](const std::string& piece) {
      if (!text.empty()) text += ' ';
      text += piece;
    };
    for (std::uint32_t i = 0; i < row.blocks && left > 0; ++i) {
      const std::uint64_t words = std::min(left, each);
      add(piece_of(seed_, trace_.blocks[row.first_block + i] + offset, words));
      left -= words;
    }
    if (left > 0) add(piece_of(seed_ + 1, number, left));
    return engine::Prompt::of(std::move(text));
  }

 private:
  std::unique_ptr<PromptSource> texts_;
  Trace trace_;
  double block_tokens_;
  std::uint64_t copies_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<PromptSource> with_trace(std::unique_ptr<PromptSource> texts, Trace trace,
                                         const plan::TraceReplay& replay, std::uint64_t seed) {
  const auto copies = static_cast<std::uint64_t>(std::max(1.0, replay.scale)) + 1;
  const double block = Trace::kBlockTokens * replay.input_scale;
  return std::make_unique<TracePrompts>(std::move(texts), std::move(trace), block, copies, seed);
}

}  // namespace tt::workload
