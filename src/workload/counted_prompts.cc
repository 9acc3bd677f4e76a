#include "workload/counted_prompts.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tokenizer/tokenizer.h"
#include "workload/exact_text.h"

namespace tt::workload {
namespace {

class Counted final : public PromptSource {
 public:
  Counted(std::unique_ptr<PromptSource> prompts, std::vector<std::uint32_t> tokens)
      : prompts_(std::move(prompts)), tokens_(std::move(tokens)) {}
  std::uint64_t size() const override { return prompts_->size(); }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t input_tokens,
                        const WordFit& fit) const override {
    return prompts_->prompt(number, input_tokens, fit);
  }
  bool synthetic() const override { return false; }
  std::uint32_t input_tokens(std::uint64_t number) const override {
    return tokens_[number % tokens_.size()];
  }
  std::uint32_t output_tokens(std::uint64_t number) const override {
    return prompts_->output_tokens(number);
  }

 private:
  std::unique_ptr<PromptSource> prompts_;
  std::vector<std::uint32_t> tokens_;
};

}  // namespace

Result<std::unique_ptr<PromptSource>> counted(Result<std::unique_ptr<PromptSource>> prompts,
                                              const plan::Workload& workload) {
  if (!prompts || workload.tokenizer.empty()) return prompts;
  const auto tokenizer = tokenizer::load_tokenizer(workload.tokenizer);
  if (!tokenizer) return std::unexpected(tokenizer.error());
  // What a scenario makes up is as long as it says by this tokenizer.
  auto exact = ExactText::make(*tokenizer);
  if (!exact) return std::unexpected(std::move(exact.error()));
  const WordFit fit{.exact = std::move(*exact)};
  std::vector<std::uint32_t> tokens;
  tokens.reserve((*prompts)->size());
  for (std::uint64_t i = 0; i < (*prompts)->size(); ++i) {
    std::uint32_t sum = 0;
    for (const auto& message : (*prompts)->prompt(i, 0, fit).messages) {
      const auto count = (*tokenizer)->count(message.content);
      if (!count) {
        return fail(count.error().code, count.error().message,
                    fmt::format("prompt {} by {}", i + 1, workload.tokenizer));
      }
      sum += *count;
    }
    tokens.push_back(sum);
  }
  return std::make_unique<Counted>(std::move(*prompts), std::move(tokens));
}

}  // namespace tt::workload
