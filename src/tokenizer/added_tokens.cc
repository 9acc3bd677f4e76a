#include "tokenizer/added_tokens.h"

#include <algorithm>
#include <utility>

#include "tokenizer/text.h"

namespace tt::tokenizer {
namespace {

/// The character that ends at `end`, which is not 0.
char32_t char_before(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) --at;
  return next_char(text, at);
}

bool touches_words(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && is_word_letter(char_before(text, begin))) return true;
  return end < text.size() && is_word_letter(next_char(text, end));
}

std::size_t skip_space_before(std::string_view text, std::size_t begin, std::size_t least) {
  while (begin > least && is_white_space(char_before(text, begin))) {
    --begin;
    while (begin > least && (static_cast<unsigned char>(text[begin]) & 0xc0U) == 0x80) --begin;
  }
  return begin;
}

std::size_t skip_space_after(std::string_view text, std::size_t end) {
  for (std::size_t at = end; at < text.size();) {
    if (!is_white_space(next_char(text, at))) break;
    end = at;
  }
  return end;
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::ranges::stable_sort(
      tokens_, [](const auto& a, const auto& b) { return a.content.size() > b.content.size(); });
  for (const auto& token : tokens_) {
    by_first_byte_[static_cast<unsigned char>(token.content[0])].push_back(&token);
  }
}

const AddedToken* AddedTokens::find_at(std::string_view text, std::size_t at) const {
  for (const auto* token : by_first_byte_[static_cast<unsigned char>(text[at])]) {
    if (text.substr(at).starts_with(token->content)) return token;
  }
  return nullptr;
}

void AddedTokens::cut(TextPiece piece, std::vector<TextPiece>& out) const {
  const std::string_view text = piece.text;
  std::size_t done = 0;
  const auto take = [&](std::size_t begin, std::size_t end, std::optional<std::uint32_t> id) {
    if (begin >= end) return;
    const auto head = std::min(piece.head - std::min(begin, piece.head), end - begin);
    out.push_back({std::string(text.substr(begin, end - begin)), head, id});
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto* token = find_at(text, at);
    if (token == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at;
    std::size_t end = at + token->content.size();
    at = end;
    if (token->single_word && touches_words(text, begin, end)) continue;
    if (token->lstrip) begin = skip_space_before(text, begin, done);
    if (token->rstrip) end = skip_space_after(text, end);
    take(done, begin, std::nullopt);
    take(begin, end, token->id);
    done = end;
    at = std::max(at, done);
  }
  take(done, text.size(), std::nullopt);
}

}  // namespace tt::tokenizer
