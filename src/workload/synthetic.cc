#include "workload/synthetic.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/rng.h"
#include "workload/schedule.h"
#include "workload/words.h"

namespace tt::workload {
namespace {

constexpr int kWordBits = std::bit_width(kWordCount) - 1;
constexpr std::uint64_t kSpellingWords = 4;
constexpr std::uint64_t kSpellings = std::uint64_t{1} << (kWordBits * kSpellingWords);
constexpr std::uint64_t kLongestText = 20'000'000;  // words; guards against a senseless fit

class Synthetic final : public PromptSource {
 public:
  explicit Synthetic(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t size() const override { return 0; }
  bool synthetic() const override { return true; }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t input_tokens,
                        const WordFit& fit) const override {
    return engine::Prompt::of(synthetic_text(seed_, number, words_for(input_tokens, fit)));
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
  const auto list = word_list();
  std::string text;
  text.reserve(words * 8);
  const auto add = [&](std::size_t word) {
    if (!text.empty()) text += ' ';
    text += list[word];
  };
  std::uint64_t spelling = shuffled(seed, number % kSpellings, kSpellings);
  for (std::uint64_t i = 0; i < std::min(words, kSpellingWords); ++i) {
    add(spelling % kWordCount);
    spelling >>= kWordBits;
  }
  Rng rng(Rng::stream(seed, "prompts").next() + number);
  std::array<std::uint16_t, kWordCount> order;
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::size_t dealt = 0;
  for (std::uint64_t i = kSpellingWords; i < words; ++i) {
    // Fisher-Yates, dealt one at a time and begun again when the list is through.
    if (dealt == kWordCount) dealt = 0;
    std::swap(order[dealt], order[dealt + rng.below(kWordCount - dealt)]);
    add(order[dealt++]);
  }
  return text;
}

std::unique_ptr<PromptSource> make_synthetic(std::uint64_t seed) {
  return std::make_unique<Synthetic>(seed);
}

}  // namespace tt::workload
