#include "workload/synthetic.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/rng.h"
#include "workload/exact_text.h"
#include "workload/schedule.h"
#include "workload/words.h"

namespace tt::workload {
namespace {

/// The first words of a text spell its number, in so many bits.
constexpr int kSpellingBits = 36;
constexpr std::uint64_t kLongestText = 20'000'000;  // words; guards against a senseless fit

class Synthetic final : public PromptSource {
 public:
  explicit Synthetic(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t size() const override { return 0; }
  bool synthetic() const override { return true; }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t input_tokens,
                        const WordFit& fit) const override {
    return engine::Prompt::of(text_for(fit, seed_, number, input_tokens));
  }

 private:
  std::uint64_t seed_;
};

}  // namespace

std::uint64_t words_for(std::uint32_t tokens, const WordFit& fit) {
  const double words = std::round((tokens - fit.base) / fit.per_word);
  // Written so that a fit of nonsense (zero, not a number) still gives a prompt.
  if (!(words >= 1)) return 1;
  return words < kLongestText ? static_cast<std::uint64_t>(words) : kLongestText;
}

std::string synthetic_text(std::uint64_t seed, std::uint64_t number, std::uint64_t words) {
  return synthetic_text(word_list(), seed, number, words);
}

std::uint32_t tokens_of_text(std::uint32_t tokens, const WordFit& fit) {
  return static_cast<std::uint32_t>(std::max(1.0, tokens - std::round(fit.base)));
}

std::string text_for(const WordFit& fit, std::uint64_t seed, std::uint64_t number,
                     std::uint32_t tokens) {
  if (!fit.exact) return synthetic_text(seed, number, words_for(tokens, fit));
  return fit.exact->text(seed, number, tokens_of_text(tokens, fit));
}

std::string synthetic_text(std::span<const std::string_view> list, std::uint64_t seed,
                           std::uint64_t number, std::uint64_t words) {
  const int word_bits = std::bit_width(list.size()) - 1;
  const auto spelling_words =
      static_cast<std::uint64_t>((kSpellingBits + word_bits - 1) / word_bits);
  const std::uint64_t spellings = std::uint64_t{1}
                                  << (static_cast<std::uint64_t>(word_bits) * spelling_words);
  std::string text;
  text.reserve(words * 8);
  const auto add = [&](std::size_t word) {
    if (!text.empty()) text += ' ';
    text += list[word];
  };
  std::uint64_t spelling = shuffled(seed, number % spellings, spellings);
  for (std::uint64_t i = 0; i < std::min(words, spelling_words); ++i) {
    add(spelling % list.size());
    spelling >>= word_bits;
  }
  Rng rng = Rng::item(seed, "prompts", number);
  std::array<std::uint16_t, kWordCount> order;
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::size_t dealt = 0;
  for (std::uint64_t i = spelling_words; i < words; ++i) {
    // Fisher-Yates, dealt one at a time and begun again when the list is through.
    if (dealt == list.size()) dealt = 0;
    std::swap(order[dealt], order[dealt + rng.below(list.size() - dealt)]);
    add(order[dealt++]);
  }
  return text;
}

std::unique_ptr<PromptSource> make_synthetic(std::uint64_t seed) {
  return std::make_unique<Synthetic>(seed);
}

}  // namespace tt::workload
