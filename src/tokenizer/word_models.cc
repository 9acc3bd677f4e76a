// WordPiece (greedy, longest piece first) and word level.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tokenizer/models.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {
namespace {

std::unexpected<Error> no_unknown(std::string_view unknown) {
  return fail(ErrorCode::kInvalidInput,
              fmt::format("a word has no token, and the unknown token '{}' is not in the "
                          "vocabulary either",
                          unknown));
}

class WordPiece final : public TokenModel {
 public:
  explicit WordPiece(WordPieceParts parts) : parts_(std::move(parts)) {
    for (const auto& [text, id] : parts_.vocabulary) longest_ = std::max(longest_, text.size());
  }

  Result<void> encode(std::span<const TextPiece> pieces,
                      std::vector<std::uint32_t>& out) const override {
    for (const auto& piece : pieces) {
      if (piece.id) {
        out.push_back(*piece.id);
        continue;
      }
      const auto before = out.size();
      if (encode_word(piece.text, out)) continue;
      out.resize(before);
      const auto unknown = parts_.vocabulary.find(parts_.unknown);
      if (unknown == parts_.vocabulary.end()) return no_unknown(parts_.unknown);
      out.push_back(unknown->second);
    }
    return {};
  }
  std::string_view name() const override { return "WordPiece"; }
  std::size_t size() const override { return parts_.vocabulary.size(); }

 private:
  static std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
  }

  /// False where some part of the word has no piece.
  bool encode_word(std::string_view word, std::vector<std::uint32_t>& out) const {
    if (length(word) > parts_.longest_word) return false;
    std::string piece;
    for (std::size_t begin = 0; begin < word.size();) {
      const std::string_view prefix = begin > 0 ? std::string_view(parts_.prefix) : "";
      const auto room = longest_ > prefix.size() ? longest_ - prefix.size() : 0;
      std::size_t end = std::min(word.size(), begin + room);
      for (; end > begin; --end) {
        piece.assign(prefix).append(word.substr(begin, end - begin));
        if (const auto found = parts_.vocabulary.find(piece); found != parts_.vocabulary.end()) {
          out.push_back(found->second);
          break;
        }
      }
      if (end == begin) return false;
      begin = end;
    }
    return true;
  }

  WordPieceParts parts_;
  std::size_t longest_ = 0;  // bytes of the longest entry
};

class WordLevel final : public TokenModel {
 public:
  WordLevel(Vocabulary vocabulary, std::string unknown)
      : vocabulary_(std::move(vocabulary)), unknown_(std::move(unknown)) {}

  Result<void> encode(std::span<const TextPiece> pieces,
                      std::vector<std::uint32_t>& out) const override {
    for (const auto& piece : pieces) {
      if (piece.id) {
        out.push_back(*piece.id);
        continue;
      }
      auto found = vocabulary_.find(piece.text);
      if (found == vocabulary_.end()) found = vocabulary_.find(unknown_);
      if (found == vocabulary_.end()) return no_unknown(unknown_);
      out.push_back(found->second);
    }
    return {};
  }
  std::string_view name() const override { return "WordLevel"; }
  std::size_t size() const override { return vocabulary_.size(); }

 private:
  Vocabulary vocabulary_;
  std::string unknown_;
};

}  // namespace

Result<std::unique_ptr<TokenModel>> wordpiece_model(WordPieceParts parts) {
  return std::make_unique<WordPiece>(std::move(parts));
}

Result<std::unique_ptr<TokenModel>> word_level_model(Vocabulary vocabulary, std::string unknown) {
  return std::make_unique<WordLevel>(std::move(vocabulary), std::move(unknown));
}

}  // namespace tt::tokenizer
