#include "tokenizer/normalizers.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tt::tokenizer {
namespace {

/// A normalizer that is a function of the piece.
template <class Function>
class Simple final : public TextNormalizer {
 public:
  explicit Simple(Function function) : function_(std::move(function)) {}
  Result<void> apply(TextPiece& piece) const override {
    function_(piece);
    return {};
  }

 private:
  Function function_;
};

template <class Function>
Normalizer simple(Function function) {
  return std::make_unique<Simple<Function>>(std::move(function));
}

/// Keeps the characters that `keep` wants, as `write` writes them.
template <class Keep, class Write>
void rewrite(TextPiece& piece, Keep keep, Write write) {
  std::string out;
  out.reserve(piece.text.size());
  std::size_t head = 0;
  for (std::size_t at = 0; at < piece.text.size();) {
    const char32_t c = next_char(piece.text, at);
    if (keep(c)) write(out, c);
    if (at <= piece.head) head = out.size();
  }
  piece.text = std::move(out);
  piece.head = head;
}

constexpr auto kKeepAll = [](char32_t) { return true; };

void strip(TextPiece& piece, bool left, bool right) {
  std::string_view text = piece.text;
  std::size_t begin = 0;
  std::size_t end = text.size();
  for (std::size_t at = 0; left && at < text.size();) {
    if (!is_white_space(next_char(text, at))) break;
    begin = at;
  }
  if (right) {
    std::size_t last = begin;
    for (std::size_t at = begin; at < text.size();) {
      if (!is_white_space(next_char(text, at))) last = at;
    }
    end = last;
  }
  piece.head = std::min(piece.head - std::min(begin, piece.head), end - begin);
  piece.text = piece.text.substr(begin, end - begin);
}

bool is_ideograph(char32_t c) {
  struct Block {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array kBlocks = {Block{0x4e00, 0x9fff},   Block{0x3400, 0x4dbf},
                                         Block{0x20000, 0x2a6df}, Block{0x2a700, 0x2b73f},
                                         Block{0x2b740, 0x2b81f}, Block{0x2b920, 0x2ceaf},
                                         Block{0xf900, 0xfaff},   Block{0x2f800, 0x2fa1f}};
  return std::ranges::any_of(kBlocks, [&](Block b) { return c >= b.first && c <= b.last; });
}

void clean(TextPiece& piece) {
  const auto is_blank = [](char32_t c) { return c == '\t' || c == '\n' || c == '\r'; };
  rewrite(
      piece, [&](char32_t c) { return c != 0 && c != 0xfffd && (is_blank(c) || !is_control(c)); },
      [&](std::string& out, char32_t c) {
        if (is_blank(c) || is_white_space(c)) {
          out += ' ';
        } else {
          append_char(out, c);
        }
      });
}

void normalize(TextPiece& piece, NormalForm form) {
  const auto head = normalized(std::string_view(piece.text).substr(0, piece.head), form).size();
  piece.text = normalized(piece.text, form);
  piece.head = std::min(head, piece.text.size());
}

void clean_bert(TextPiece& piece, const BertCleaning& cleaning) {
  if (cleaning.clean_text) clean(piece);
  if (cleaning.handle_chinese_chars) {
    rewrite(piece, kKeepAll, [](std::string& out, char32_t c) {
      if (is_ideograph(c)) out += ' ';
      append_char(out, c);
      if (is_ideograph(c)) out += ' ';
    });
  }
  if (cleaning.strip_accents) {
    normalize(piece, NormalForm::kNfd);
    rewrite(piece, [](char32_t c) { return !is_nonspacing_mark(c); }, append_char);
  }
  if (cleaning.lowercase) rewrite(piece, kKeepAll, append_lower);
}

class Replace final : public TextNormalizer {
 public:
  Replace(std::unique_ptr<TextPattern> pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  Result<void> apply(TextPiece& piece) const override {
    const auto found = pattern_->find(piece.text);
    if (!found) return std::unexpected(found.error());
    std::string out;
    std::size_t head = 0;
    for (const auto& stretch : *found) {
      const auto before = out.size();
      if (before > kLargestText) return too_much_text();
      if (stretch.match) {
        // What replaces a match counts as its last character.
        out += content_;
        if (stretch.end <= piece.head) head = out.size();
      } else {
        out.append(piece.text, stretch.begin, stretch.end - stretch.begin);
        if (stretch.begin < piece.head)
          head = before + std::min(stretch.end, piece.head) - stretch.begin;
      }
    }
    piece.text = std::move(out);
    piece.head = head;
    return {};
  }

 private:
  std::unique_ptr<TextPattern> pattern_;
  std::string content_;
};

class Sequence final : public TextNormalizer {
 public:
  explicit Sequence(std::vector<Normalizer> parts) : parts_(std::move(parts)) {}
  Result<void> apply(TextPiece& piece) const override {
    for (const auto& part : parts_) {
      if (auto done = part->apply(piece); !done) return done;
      if (piece.text.size() > kLargestText) return too_much_text();
    }
    return {};
  }

 private:
  std::vector<Normalizer> parts_;
};

/// SentencePiece's normalizer. The trie is Darts-clone's: a unit holds a label, a leaf's mark, and
/// the way to its children.
class Precompiled final : public TextNormalizer {
 public:
  Precompiled(std::vector<std::uint32_t> units, std::string texts)
      : units_(std::move(units)), texts_(std::move(texts)) {}

  Result<void> apply(TextPiece& piece) const override {
    // Clusters of graphemes first, where they are short, then single characters: as SentencePiece's
    // ports do it, whose counts these must be.
    constexpr std::size_t kShort = 6;
    const std::string_view text = piece.text;
    std::string out;
    std::size_t head = 0;
    std::size_t begin = 0;
    for (const std::size_t end : grapheme_ends(text)) {
      const auto cluster = text.substr(begin, end - begin);
      const auto* whole = cluster.size() < kShort ? find(cluster) : nullptr;
      if (whole != nullptr) {
        out += whole;
        if (begin < piece.head) head = end <= piece.head ? out.size() : first_char(out);
      }
      for (std::size_t at = 0; whole == nullptr && at < cluster.size();) {
        const std::size_t from = at;
        next_char(cluster, at);
        const auto letter = cluster.substr(from, at - from);
        const auto* found = find(letter);
        out += found == nullptr ? letter : std::string_view(found);
        if (begin + at <= piece.head) head = out.size();
      }
      begin = end;
    }
    piece.text = std::move(out);
    piece.head = head;
    return {};
  }

 private:
  static std::size_t first_char(std::string_view text) {
    std::size_t at = 0;
    if (!text.empty()) next_char(text, at);
    return at;
  }

  /// What the shortest entry at the beginning of `key` becomes; nullptr: there is none.
  const char* find(std::string_view key) const {
    const auto offset = [](std::uint32_t unit) {
      return (unit >> 10U) << ((unit & (1U << 9U)) >> 6U);
    };
    std::uint32_t at = offset(units_[0]);
    for (const char c : key) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0) return nullptr;
      at ^= byte;
      if (at >= units_.size()) return nullptr;
      const auto unit = units_[at];
      if ((unit & ((1U << 31U) | 0xffU)) != byte) return nullptr;
      at ^= offset(unit);
      if (at >= units_.size()) return nullptr;
      if (((unit >> 8U) & 1U) == 0) continue;
      const auto place = units_[at] & ((1U << 31U) - 1);
      return place < texts_.size() ? texts_.c_str() + place : nullptr;
    }
    return nullptr;
  }

  std::vector<std::uint32_t> units_;
  std::string texts_;  // each ends with a zero
};

}  // namespace

Normalizer unicode_normalizer(NormalForm form) {
  return simple([form](TextPiece& piece) { normalize(piece, form); });
}

Normalizer lowercase_normalizer() {
  return simple([](TextPiece& piece) { rewrite(piece, kKeepAll, append_lower); });
}

Normalizer strip_normalizer(bool left, bool right) {
  return simple([=](TextPiece& piece) { strip(piece, left, right); });
}

Normalizer strip_accents_normalizer() {
  return simple([](TextPiece& piece) {
    rewrite(piece, [](char32_t c) { return !is_mark(c); }, append_char);
  });
}

Normalizer replace_normalizer(std::unique_ptr<TextPattern> pattern, std::string content) {
  return std::make_unique<Replace>(std::move(pattern), std::move(content));
}

Normalizer prepend_normalizer(std::string text) {
  return simple([text = std::move(text)](TextPiece& piece) {
    if (piece.text.empty()) return;
    piece.text.insert(0, text);
    if (piece.head > 0) piece.head += text.size();
  });
}

Normalizer nmt_normalizer() {
  const auto kept = [](char32_t c) {
    return !((c >= 0x1 && c <= 0x8) || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f ||
             c == 0x8f || c == 0x9f);
  };
  const auto blank = [](char32_t c) {
    return c == 0x9 || c == 0xa || c == 0xc || c == 0xd || c == 0x1680 ||
           (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
           c == 0xfeff || c == 0xfffd;
  };
  return simple([=](TextPiece& piece) {
    rewrite(piece, kept,
            [&](std::string& out, char32_t c) { append_char(out, blank(c) ? U' ' : c); });
  });
}

Normalizer byte_level_normalizer() { return simple(to_byte_letters); }

Normalizer normalizer_sequence(std::vector<Normalizer> parts) {
  return std::make_unique<Sequence>(std::move(parts));
}

Normalizer bert_normalizer(BertCleaning cleaning) {
  return simple([cleaning](TextPiece& piece) { clean_bert(piece, cleaning); });
}

Result<Normalizer> precompiled_normalizer(std::string_view charsmap) {
  std::uint32_t size = 0;
  const auto broken = [] {
    return fail(ErrorCode::kInvalidInput, "is not a table of SentencePiece");
  };
  if (charsmap.size() < sizeof size) return broken();
  std::memcpy(&size, charsmap.data(), sizeof size);
  charsmap.remove_prefix(sizeof size);
  if (size == 0 || size % sizeof(std::uint32_t) != 0 || size > charsmap.size()) return broken();
  std::vector<std::uint32_t> units(size / sizeof(std::uint32_t));
  std::memcpy(units.data(), charsmap.data(), size);
  return std::make_unique<Precompiled>(std::move(units), std::string(charsmap.substr(size)));
}

const std::array<std::string, 256>& byte_letters() {
  static const auto kLetters = [] {
    std::array<std::string, 256> letters;
    char32_t next = 256;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte != 0xad);
      append_char(letters[byte], printable ? static_cast<char32_t>(byte) : next++);
    }
    return letters;
  }();
  return kLetters;
}

void to_byte_letters(TextPiece& piece) {
  const std::string_view text = piece.text;
  std::string out;
  out.reserve(text.size() * 2);
  std::size_t head = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += byte_letters()[static_cast<unsigned char>(text[i])];
    if (i < piece.head) head = out.size();
  }
  piece.text = std::move(out);
  piece.head = head;
}

}  // namespace tt::tokenizer
