#include "workload/exact_text.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/rng.h"
#include "workload/synthetic.h"
#include "workload/words.h"

namespace tt::workload {
namespace {

/// Fewer single-token words than this would make texts too much alike.
constexpr std::size_t kLeastWords = 64;

}  // namespace

Result<std::shared_ptr<const ExactText>> ExactText::make(
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer) {
  auto made = std::shared_ptr<ExactText>(new ExactText(std::move(tokenizer)));
  const auto list = word_list();
  const auto whole = made->tokenizer_->count(fmt::format("{}", fmt::join(list, " ")));
  if (!whole) return std::unexpected(whole.error());
  if (*whole == 0) {
    return fail(ErrorCode::kInvalidInput, "the tokenizer makes no token of English words");
  }
  made->per_word_ = std::max(*whole / static_cast<double>(list.size()), 1e-3);
  auto words = made->single_words();
  if (words.size() >= kLeastWords) {
    words.resize(std::bit_floor(words.size()));
    if (made->add_up(words)) made->words_ = std::move(words);
  }
  for (char c = 'a'; c <= 'z'; ++c) {
    made->fillers_.push_back(std::string(" ") + c);
    made->fillers_.emplace_back(1, c);
  }
  for (const auto* end : {".", ",", "!", "1", " 1", "?"}) made->fillers_.emplace_back(end);
  return made;
}

std::uint32_t ExactText::count(std::string_view text) const {
  return tokenizer_->count(text).value_or(UINT32_MAX);
}

std::vector<std::string_view> ExactText::single_words() const {
  const auto list = word_list();
  std::vector<std::string_view> words;
  const auto alone = count(list[0]);
  for (const auto word : list) {
    if (count(word) == 1 && count(fmt::format("{} {}", list[0], word)) == alone + 1) {
      words.push_back(word);
    }
  }
  return words;
}

// Whether words cost the same whatever stands beside them: tried in several orders.
bool ExactText::add_up(const std::vector<std::string_view>& words) const {
  auto order = words;
  Rng rng(1);
  for (int round = 0; round < 4; ++round) {
    for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[rng.below(i + 1)]);
    if (count(fmt::format("{}", fmt::join(order, " "))) != order.size()) return false;
  }
  return true;
}

std::string ExactText::text(std::uint64_t seed, std::uint64_t number, std::uint32_t tokens) const {
  if (!words_.empty()) return synthetic_text(words_, seed, number, tokens);
  std::uint32_t counted = 0;
  std::string below = longest_below(seed, number, tokens, counted);
  std::string text = below;
  // Fewer words leave more room for what fills the rest.
  constexpr int kTries = 6;
  for (int i = 0; i < kTries; ++i) {
    if (counted == tokens || fill(text, tokens - counted, tokens, number)) return text;
    const auto blank = text.rfind(' ');
    text.resize(blank == std::string::npos ? 0 : blank);
    counted = count(text);
    if (counted > tokens) break;
  }
  return below;
}

std::string ExactText::longest_below(std::uint64_t seed, std::uint64_t number, std::uint32_t tokens,
                                     std::uint32_t& counted) const {
  auto words = static_cast<std::uint64_t>(tokens / per_word_);
  while (words > 0) {
    auto text = synthetic_text(word_list(), seed, number, words);
    counted = count(text);
    if (counted <= tokens) return text;
    const auto excess = static_cast<std::uint64_t>((counted - tokens) / per_word_);
    words -= std::min(words, std::max<std::uint64_t>(excess, 1));
  }
  counted = 0;
  return {};
}

bool ExactText::fill(std::string& text, std::uint32_t missing, std::uint32_t tokens,
                     std::uint64_t number) const {
  if (missing == 0) return true;
  for (std::size_t i = 0; i < fillers_.size(); ++i) {
    const std::string& one = fillers_[(number + i) % fillers_.size()];
    std::string filled = text;
    for (std::uint32_t n = 0; n < missing; ++n) filled += one;
    if (text.empty() && filled.starts_with(' ')) filled.erase(0, 1);
    if (count(filled) != tokens) continue;
    text = std::move(filled);
    return true;
  }
  return false;
}

}  // namespace tt::workload
