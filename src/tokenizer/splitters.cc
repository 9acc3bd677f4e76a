#include "tokenizer/splitters.h"

#include <algorithm>
#include <utility>

#include "tokenizer/normalizers.h"

namespace tt::tokenizer {
namespace {

/// GPT-2's pattern, which ByteLevel brings along.
constexpr std::string_view kByteLevelPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Joins neighbours as `delimiters` says. What is to be dropped keeps match set.
std::vector<Stretch> join(std::vector<Stretch> found, Delimiters delimiters) {
  if (delimiters == Delimiters::kRemoved) return found;
  if (delimiters == Delimiters::kIsolated) {
    for (auto& stretch : found) stretch.match = false;
    return found;
  }
  const bool backwards = delimiters == Delimiters::kMergedWithNext;
  if (backwards) std::ranges::reverse(found);
  std::vector<Stretch> joined;
  bool previous = false;
  for (const auto& stretch : found) {
    const bool merge = delimiters == Delimiters::kContiguous ? stretch.match == previous
                                                             : stretch.match && !previous;
    previous = stretch.match;
    if (merge && !joined.empty()) {
      joined.back().begin = std::min(joined.back().begin, stretch.begin);
      joined.back().end = std::max(joined.back().end, stretch.end);
    } else {
      joined.push_back({stretch.begin, stretch.end, false});
    }
  }
  if (backwards) std::ranges::reverse(joined);
  return joined;
}

void cut_up(const TextPiece& piece, std::vector<Stretch> found, Delimiters delimiters,
            std::vector<TextPiece>& out) {
  for (const auto& stretch : join(std::move(found), delimiters)) {
    if (stretch.match || stretch.begin == stretch.end) continue;
    const auto head =
        std::min(piece.head - std::min(stretch.begin, piece.head), stretch.end - stretch.begin);
    out.push_back({piece.text.substr(stretch.begin, stretch.end - stretch.begin), head, {}});
  }
}

void put_before(TextPiece& piece, std::string_view text) {
  piece.text.insert(0, text);
  if (piece.head > 0) piece.head += text.size();
}

class PatternSplitter final : public PreTokenizer {
 public:
  PatternSplitter(std::unique_ptr<TextPattern> pattern, Delimiters delimiters, bool invert)
      : pattern_(std::move(pattern)), delimiters_(delimiters), invert_(invert) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    auto found = pattern_->find(piece.text);
    if (!found) return std::unexpected(found.error());
    for (auto& stretch : *found) stretch.match = stretch.match != invert_;
    cut_up(piece, std::move(*found), delimiters_, out);
    return {};
  }

 private:
  std::unique_ptr<TextPattern> pattern_;
  Delimiters delimiters_;
  bool invert_;
};

class CharSplitter final : public PreTokenizer {
 public:
  CharSplitter(bool (*in_class)(char32_t), Delimiters delimiters)
      : in_class_(in_class), delimiters_(delimiters) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    cut_up(piece, find_chars(piece.text, in_class_), delimiters_, out);
    return {};
  }

 private:
  bool (*in_class_)(char32_t);
  Delimiters delimiters_;
};

class ByteLevel final : public PreTokenizer {
 public:
  ByteLevel(bool add_prefix_space, std::unique_ptr<TextPattern> pattern)
      : add_prefix_space_(add_prefix_space), pattern_(std::move(pattern)) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    if (add_prefix_space_ && !piece.text.starts_with(' ')) put_before(piece, " ");
    const auto begin = out.size();
    if (pattern_) {
      auto found = pattern_->find(piece.text);
      if (!found) return std::unexpected(found.error());
      cut_up(piece, std::move(*found), Delimiters::kIsolated, out);
    } else {
      out.push_back(std::move(piece));
    }
    for (auto i = begin; i < out.size(); ++i) to_byte_letters(out[i]);
    return {};
  }

 private:
  bool add_prefix_space_;
  std::unique_ptr<TextPattern> pattern_;  // none: the piece stays whole
};

class Metaspace final : public PreTokenizer {
 public:
  Metaspace(std::string replacement, Prepend prepend, bool split)
      : replacement_(std::move(replacement)), prepend_(prepend), split_(split) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    std::string text;
    text.reserve(piece.text.size() * 2);
    std::size_t head = 0;
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
      if (text.size() > kLargestText) return too_much_text();
      if (piece.text[i] == ' ') {
        text += replacement_;
      } else {
        text += piece.text[i];
      }
      if (i < piece.head) head = text.size();
    }
    piece.text = std::move(text);
    piece.head = head;
    const bool wanted = prepend_ == Prepend::kAlways || (prepend_ == Prepend::kFirst && head > 0);
    if (wanted && !piece.text.starts_with(replacement_)) put_before(piece, replacement_);
    if (!split_) {
      out.push_back(std::move(piece));
      return {};
    }
    auto found = TextPattern::literal(replacement_)->find(piece.text);
    if (!found) return std::unexpected(found.error());
    cut_up(piece, std::move(*found), Delimiters::kMergedWithNext, out);
    return {};
  }

 private:
  std::string replacement_;
  Prepend prepend_;
  bool split_;
};

class FixedLength final : public PreTokenizer {
 public:
  explicit FixedLength(std::size_t length) : length_(length) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    std::vector<Stretch> found;
    std::size_t begin = 0;
    std::size_t letters = 0;
    for (std::size_t at = 0; at < piece.text.size();) {
      next_char(piece.text, at);
      if (++letters % length_ != 0 && at < piece.text.size()) continue;
      found.push_back({begin, at, false});
      begin = at;
    }
    cut_up(piece, std::move(found), Delimiters::kIsolated, out);
    return {};
  }

 private:
  std::size_t length_;
};

class Sequence final : public PreTokenizer {
 public:
  explicit Sequence(std::vector<Splitter> parts) : parts_(std::move(parts)) {}
  Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const override {
    std::vector<TextPiece> pieces;
    pieces.push_back(std::move(piece));
    for (const auto& part : parts_) {
      std::vector<TextPiece> next;
      next.reserve(pieces.size());
      for (auto& one : pieces) {
        if (auto done = part->cut(std::move(one), next); !done) return done;
      }
      std::size_t bytes = 0;
      for (const auto& one : next) bytes += one.text.size();
      if (bytes > kLargestText) return too_much_text();
      pieces = std::move(next);
    }
    std::ranges::move(pieces, std::back_inserter(out));
    return {};
  }

 private:
  std::vector<Splitter> parts_;
};

}  // namespace

Splitter byte_level_splitter(bool add_prefix_space, bool use_regex) {
  std::unique_ptr<TextPattern> pattern;
  if (use_regex) pattern = TextPattern::regex(kByteLevelPattern).value();
  return std::make_unique<ByteLevel>(add_prefix_space, std::move(pattern));
}

Splitter pattern_splitter(std::unique_ptr<TextPattern> pattern, Delimiters delimiters,
                          bool invert) {
  return std::make_unique<PatternSplitter>(std::move(pattern), delimiters, invert);
}

Splitter char_splitter(bool (*in_class)(char32_t), Delimiters delimiters) {
  return std::make_unique<CharSplitter>(in_class, delimiters);
}

Splitter whitespace_splitter() {
  return pattern_splitter(TextPattern::regex(R"(\w+|[^\w\s]+)").value(), Delimiters::kRemoved,
                          true);
}

Splitter bert_splitter() {
  std::vector<Splitter> parts;
  parts.push_back(char_splitter(is_white_space, Delimiters::kRemoved));
  parts.push_back(char_splitter(is_punctuation, Delimiters::kIsolated));
  return splitter_sequence(std::move(parts));
}

Splitter splitter_sequence(std::vector<Splitter> parts) {
  return std::make_unique<Sequence>(std::move(parts));
}

Splitter metaspace_splitter(std::string replacement, Prepend prepend, bool split) {
  return std::make_unique<Metaspace>(std::move(replacement), prepend, split);
}

Splitter fixed_length_splitter(std::size_t length) { return std::make_unique<FixedLength>(length); }

}  // namespace tt::tokenizer
