// Added tokens: found in the text as they stand, before the model sees it.
#pragma once

#include <array>
#include <vector>

#include "tokenizer/parts.h"

namespace tt::tokenizer {

/// Finds the leftmost and there the longest of its tokens. Immutable.
class AddedTokens {
 public:
  explicit AddedTokens(std::vector<AddedToken> tokens);
  /// Cuts the piece at the tokens found; appends what comes of it, empty pieces left out.
  void cut(TextPiece piece, std::vector<TextPiece>& out) const;
  bool empty() const { return tokens_.empty(); }
  std::size_t size() const { return tokens_.size(); }

 private:
  const AddedToken* find_at(std::string_view text, std::size_t at) const;

  std::vector<AddedToken> tokens_;
  std::array<std::vector<const AddedToken*>, 256> by_first_byte_;  // the longest first
};

}  // namespace tt::tokenizer
