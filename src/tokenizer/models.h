// The models that a tokenizer.json may hold.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tokenizer/parts.h"

namespace tt::tokenizer {

struct BpeParts {
  Vocabulary vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  // the first is the strongest
  std::optional<std::string> unknown;
  std::string word_prefix;  // before every character of a word but the first
  std::string word_suffix;  // after the last one
  bool fuse_unknown = false;
  bool byte_fallback = false;
  bool ignore_merges = false;  // a word that is a token is that token
};
/// Errors: a merge of tokens, or into one, that the vocabulary does not have.
Result<std::unique_ptr<TokenModel>> bpe_model(BpeParts parts);

struct UnigramParts {
  std::vector<std::pair<std::string, double>> pieces;  // with the logarithms of their odds
  std::optional<std::size_t> unknown;
  bool byte_fallback = false;
};
Result<std::unique_ptr<TokenModel>> unigram_model(UnigramParts parts);

struct WordPieceParts {
  Vocabulary vocabulary;
  std::string unknown = "[UNK]";
  std::string prefix = "##";
  std::size_t longest_word = 100;  // characters; a longer one is unknown
};
Result<std::unique_ptr<TokenModel>> wordpiece_model(WordPieceParts parts);

/// Each piece is a token or unknown.
Result<std::unique_ptr<TokenModel>> word_level_model(Vocabulary vocabulary, std::string unknown);

}  // namespace tt::tokenizer
