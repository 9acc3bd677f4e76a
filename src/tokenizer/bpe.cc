// Byte-pair encoding (Sennrich, Haddow and Birch 2016), with the habits of Hugging Face's: the
// leftmost of the strongest merges goes first, bytes stand in for characters without a token.
#include <array>
#include <functional>
#include <queue>
#include <utility>

#include <fmt/format.h>

#include "tokenizer/models.h"
#include "tokenizer/pair_table.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {
namespace {

constexpr std::uint32_t kNoToken = UINT32_MAX;
constexpr std::uint32_t kNowhere = UINT32_MAX;

/// A word on its way: a list of tokens that grow together.
struct Symbol {
  std::uint32_t token;
  std::uint32_t previous;
  std::uint32_t next;
  bool gone = false;  // taken in by the one before it
};

struct Candidate {
  std::uint32_t rank;
  std::uint32_t at;
  std::uint32_t token;
  bool operator>(const Candidate& other) const {
    return std::pair(rank, at) > std::pair(other.rank, other.at);
  }
};
using Queue = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

class Bpe final : public TokenModel {
 public:
  static Result<std::unique_ptr<TokenModel>> make(BpeParts parts) {
    auto model = std::unique_ptr<Bpe>(new Bpe(std::move(parts)));
    if (auto done = model->take_merges(); !done) return std::unexpected(done.error());
    model->take_letters();
    return model;
  }

  Result<void> encode(std::span<const TextPiece> pieces,
                      std::vector<std::uint32_t>& out) const override {
    std::vector<Symbol> word;
    for (const auto& piece : pieces) {
      if (piece.id) {
        out.push_back(*piece.id);
      } else if (!encode_word(piece.text, word, out)) {
        return fail(ErrorCode::kInvalidInput,
                    fmt::format("a character has no token, and the unknown token '{}' is not in "
                                "the vocabulary either",
                                *parts_.unknown));
      }
    }
    return {};
  }
  std::string_view name() const override { return "BPE"; }
  std::size_t size() const override { return parts_.vocabulary.size(); }

 private:
  explicit Bpe(BpeParts parts) : parts_(std::move(parts)), merges_(parts_.merges.size()) {}

  std::uint32_t token_of(std::string_view text) const {
    const auto found = parts_.vocabulary.find(text);
    return found == parts_.vocabulary.end() ? kNoToken : found->second;
  }

  Result<void> take_merges() {
    std::uint32_t rank = 0;
    for (const auto& [left, right] : parts_.merges) {
      const bool whole = right.size() >= parts_.word_prefix.size();
      const auto joined = left + right.substr(whole ? parts_.word_prefix.size() : 0);
      for (const auto* text : {&left, &right, &joined}) {
        if (token_of(*text) != kNoToken) continue;
        return fail(ErrorCode::kInvalidInput,
                    fmt::format("names '{}', which the vocabulary does not have", *text),
                    fmt::format("model.merges[{}]", rank));
      }
      merges_.put(token_of(left), token_of(right)) = {rank, token_of(joined)};
      ++rank;
    }
    parts_.merges = {};
    return {};
  }

  void take_letters() {
    if (parts_.unknown) unknown_ = token_of(*parts_.unknown);
    for (std::uint32_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] = token_of(fmt::format("<0x{:02X}>", i));
    }
    for (char32_t c = 0; c < letters_.size(); ++c) {
      std::string letter;
      append_char(letter, c);
      letters_[c] = token_of(letter);
    }
  }

  /// False where an unknown token would be needed that is not there.
  bool encode_word(std::string_view text, std::vector<Symbol>& word,
                   std::vector<std::uint32_t>& out) const {
    if (text.empty()) return true;
    if (parts_.ignore_merges) {
      if (const auto whole = token_of(text); whole != kNoToken) {
        out.push_back(whole);
        return true;
      }
    }
    word.clear();
    if (!begin_word(text, word)) return false;
    if (word.size() > 1) merge(word);
    for (const auto& symbol : word) {
      if (!symbol.gone) out.push_back(symbol.token);
    }
    return true;
  }

  static void add(std::vector<Symbol>& word, std::uint32_t token) {
    const auto at = static_cast<std::uint32_t>(word.size());
    if (at > 0) word.back().next = at;
    word.push_back({token, at == 0 ? kNowhere : at - 1, kNowhere});
  }

  std::uint32_t letter_token(std::string_view text, std::size_t begin, std::size_t end, char32_t c,
                             std::string& letter) const {
    letter.assign(text.substr(begin, end - begin));
    const bool prefixed = begin > 0 && !parts_.word_prefix.empty();
    const bool suffixed = end == text.size() && !parts_.word_suffix.empty();
    if (!prefixed && !suffixed && c < letters_.size()) return letters_[c];
    if (prefixed) letter.insert(0, parts_.word_prefix);
    if (suffixed) letter += parts_.word_suffix;
    return token_of(letter);
  }

  bool begin_word(std::string_view text, std::vector<Symbol>& word) const {
    bool unknown = false;  // one stands before this place and is not added yet
    std::string letter;
    for (std::size_t at = 0; at < text.size();) {
      const auto begin = at;
      const char32_t c = next_char(text, at);
      const auto token = letter_token(text, begin, at, c, letter);
      if (token != kNoToken) {
        if (std::exchange(unknown, false)) add(word, unknown_);
        add(word, token);
      } else if (!add_bytes(letter, word) && parts_.unknown) {
        if (unknown_ == kNoToken) return false;
        if (unknown && !parts_.fuse_unknown) add(word, unknown_);
        unknown = true;
      }
    }
    if (unknown) add(word, unknown_);
    return true;
  }

  /// False where the file wants no bytes, or does not have them.
  bool add_bytes(std::string_view letter, std::vector<Symbol>& word) const {
    if (!parts_.byte_fallback) return false;
    for (const char c : letter) {
      if (bytes_[static_cast<unsigned char>(c)] == kNoToken) return false;
    }
    for (const char c : letter) add(word, bytes_[static_cast<unsigned char>(c)]);
    return true;
  }

  void consider(const std::vector<Symbol>& word, std::uint32_t at, Queue& queue) const {
    if (at == kNowhere || word[at].next == kNowhere) return;
    if (const auto* merge = merges_.get(word[at].token, word[word[at].next].token)) {
      queue.push({merge->first, at, merge->second});
    }
  }

  void merge(std::vector<Symbol>& word) const {
    Queue queue;
    for (std::uint32_t at = 0; at < word.size(); ++at) consider(word, at, queue);
    while (!queue.empty()) {
      const auto top = queue.top();
      queue.pop();
      auto& left = word[top.at];
      if (left.gone || left.next == kNowhere) continue;
      auto& right = word[left.next];
      // Either may have grown since this was noted.
      const auto* still = merges_.get(left.token, right.token);
      if (still == nullptr || still->second != top.token) continue;
      left.token = top.token;
      left.next = right.next;
      right.gone = true;
      if (left.next != kNowhere) word[left.next].previous = top.at;
      consider(word, left.previous, queue);
      consider(word, top.at, queue);
    }
  }

  BpeParts parts_;
  PairTable merges_;  // to the rank of a merge and the token it makes
  std::uint32_t unknown_ = kNoToken;
  std::array<std::uint32_t, 256> bytes_{};    // tokens of "<0x00>" and so on
  std::array<std::uint32_t, 0x200> letters_;  // of single characters: GPT-2's letters and Latin
};

}  // namespace

Result<std::unique_ptr<TokenModel>> bpe_model(BpeParts parts) {
  return Bpe::make(std::move(parts));
}

}  // namespace tt::tokenizer
