// Texts of exactly so many tokens, by a tokenizer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tokenizer/tokenizer.h"

namespace tt::workload {

/// Immutable after making; safe to share between threads.
class ExactText {
 public:
  /// Looks for words of the word list that are one token each, at the beginning of a text and
  /// within it. With enough of them every text is made of those, and needs no counting. Errors: the
  /// tokenizer cannot count our words at all.
  static Result<std::shared_ptr<const ExactText>> make(
      std::shared_ptr<const tokenizer::Tokenizer> tokenizer);

  /// The text of prompt `number`, of `tokens` tokens (1 or more). Where no way to the very length
  /// is found (a vocabulary without single letters), the nearest shorter one that is.
  std::string text(std::uint64_t seed, std::uint64_t number, std::uint32_t tokens) const;

  const tokenizer::Tokenizer& tokenizer() const { return *tokenizer_; }
  /// How many words are one token each; 0: too few, so that texts are counted as they are made.
  std::size_t words() const { return words_.size(); }

 private:
  explicit ExactText(std::shared_ptr<const tokenizer::Tokenizer> tokenizer)
      : tokenizer_(std::move(tokenizer)) {}

  std::uint32_t count(std::string_view text) const;
  std::vector<std::string_view> single_words() const;
  bool add_up(const std::vector<std::string_view>& words) const;
  std::string longest_below(std::uint64_t seed, std::uint64_t number, std::uint32_t tokens,
                            std::uint32_t& counted) const;
  bool fill(std::string& text, std::uint32_t missing, std::uint32_t tokens,
            std::uint64_t number) const;

  std::shared_ptr<const tokenizer::Tokenizer> tokenizer_;
  std::vector<std::string_view> words_;  // a power of two of them, or none
  double per_word_ = 1;                  // tokens, of the whole list
  std::vector<std::string> fillers_;     // ends of a text that may add one token
};

}  // namespace tt::workload
