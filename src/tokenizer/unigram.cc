// The unigram language model (Kudo 2018): of all ways to cut a text into pieces, the one whose
// odds are best, found by Viterbi's algorithm from left to right.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tokenizer/models.h"
#include "tokenizer/pair_table.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {
namespace {

constexpr std::uint32_t kNoToken = UINT32_MAX;
/// How much worse than the worst piece an unknown character is (SentencePiece's constant).
constexpr double kUnknownPenalty = 10.0;

class Unigram final : public TokenModel {
 public:
  explicit Unigram(UnigramParts parts) : parts_(std::move(parts)), trie_(count_edges(parts_)) {
    double worst = HUGE_VAL;
    for (std::uint32_t id = 0; id < parts_.pieces.size(); ++id) {
      const auto& [text, score] = parts_.pieces[id];
      worst = std::min(worst, score);
      ids_.insert_or_assign(text, id);
      add(text, id);
    }
    unknown_score_ = worst - kUnknownPenalty;
    for (std::uint32_t i = 0; i < bytes_.size(); ++i) {
      const auto found = ids_.find(fmt::format("<0x{:02X}>", i));
      bytes_[i] = found == ids_.end() ? kNoToken : found->second;
    }
  }

  Result<void> encode(std::span<const TextPiece> pieces,
                      std::vector<std::uint32_t>& out) const override {
    std::vector<Node> best;
    for (const auto& piece : pieces) {
      if (piece.id) {
        out.push_back(*piece.id);
        continue;
      }
      if (!find_best(piece.text, best) || !write(piece.text, best, out)) {
        return fail(ErrorCode::kInvalidInput,
                    "a character has no token, and the file names no unknown one (unk_id)");
      }
    }
    return {};
  }
  std::string_view name() const override { return "Unigram"; }
  std::size_t size() const override { return parts_.pieces.size(); }

 private:
  /// The best way to the place behind a piece.
  struct Node {
    double score = 0;
    std::size_t begin = SIZE_MAX;  // of its last piece; SIZE_MAX: not reached
    std::uint32_t id = 0;
  };

  /// As many as the pieces have different beginnings.
  static std::size_t count_edges(const UnigramParts& parts) {
    std::vector<std::string_view> sorted;
    sorted.reserve(parts.pieces.size());
    for (const auto& [text, score] : parts.pieces) sorted.emplace_back(text);
    std::ranges::sort(sorted);
    std::size_t edges = 0;
    std::string_view last;
    for (const auto text : sorted) {
      const auto [a, b] = std::ranges::mismatch(text, last);
      edges += static_cast<std::size_t>(text.end() - a);
      last = text;
    }
    return edges;
  }

  void add(std::string_view text, std::uint32_t id) {
    std::uint32_t node = 0;
    PairTable::Entry* edge = nullptr;
    for (const char c : text) {
      edge = &trie_.put(node, static_cast<unsigned char>(c));
      if (edge->first == 0) *edge = {++nodes_, kNoToken};
      node = edge->first;
    }
    if (edge != nullptr) edge->second = id;  // of two alike the later counts
  }

  void offer(Node& node, double score, std::size_t begin, std::uint32_t id) const {
    if (node.begin == SIZE_MAX || score > node.score) node = {score, begin, id};
  }

  /// False where an unknown character is met and there is no unknown token.
  bool find_best(std::string_view text, std::vector<Node>& best) const {
    best.assign(text.size() + 1, {});
    for (std::size_t begin = 0; begin < text.size();) {
      std::size_t next = begin;
      next_char(text, next);
      const double so_far = best[begin].score;
      bool single = false;  // a piece that is just this character
      std::uint32_t node = 0;
      for (std::size_t end = begin; end < text.size(); ++end) {
        const auto* edge = trie_.get(node, static_cast<unsigned char>(text[end]));
        if (edge == nullptr) break;
        node = edge->first;
        if (edge->second == kNoToken) continue;
        offer(best[end + 1], so_far + parts_.pieces[edge->second].second, begin, edge->second);
        single = single || end + 1 == next;
      }
      if (!single) {
        if (!parts_.unknown) return false;
        offer(best[next], so_far + unknown_score_, begin,
              static_cast<std::uint32_t>(*parts_.unknown));
      }
      begin = next;
    }
    return true;
  }

  bool write(std::string_view text, const std::vector<Node>& best,
             std::vector<std::uint32_t>& out) const {
    // From the end backwards; neighbours that are unknown count as one.
    std::vector<std::pair<std::size_t, std::size_t>> cuts;
    bool open = false;
    for (std::size_t end = text.size(); end > 0;) {
      const auto& node = best[end];
      const bool unknown = parts_.unknown && node.id == *parts_.unknown;
      if (unknown && open) {
        cuts.back().first = node.begin;
      } else {
        cuts.emplace_back(node.begin, end);
      }
      open = unknown;
      end = node.begin;
    }
    for (auto cut = cuts.rbegin(); cut != cuts.rend(); ++cut) {
      if (!write_piece(text.substr(cut->first, cut->second - cut->first), out)) return false;
    }
    return true;
  }

  bool write_piece(std::string_view piece, std::vector<std::uint32_t>& out) const {
    if (const auto found = ids_.find(piece); found != ids_.end()) {
      out.push_back(found->second);
      return true;
    }
    const auto byte_token = [&](char c) { return bytes_[static_cast<unsigned char>(c)]; };
    const bool as_bytes = parts_.byte_fallback && std::ranges::all_of(piece, [&](char c) {
                            return byte_token(c) != kNoToken;
                          });
    if (as_bytes) {
      for (const char c : piece) out.push_back(byte_token(c));
      return true;
    }
    if (!parts_.unknown) return false;
    out.push_back(static_cast<std::uint32_t>(*parts_.unknown));
    return true;
  }

  UnigramParts parts_;
  PairTable trie_;  // (node, byte) to the next node and the piece that ends there
  std::uint32_t nodes_ = 0;
  Vocabulary ids_;
  double unknown_score_ = 0;
  std::array<std::uint32_t, 256> bytes_{};
};

}  // namespace

Result<std::unique_ptr<TokenModel>> unigram_model(UnigramParts parts) {
  if (parts.unknown && *parts.unknown >= parts.pieces.size()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is not a place in the vocabulary of {}", *parts.unknown,
                            parts.pieces.size()),
                "model.unk_id");
  }
  return std::make_unique<Unigram>(std::move(parts));
}

}  // namespace tt::tokenizer
