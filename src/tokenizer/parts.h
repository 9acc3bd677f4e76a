// The parts that a tokenizer.json names, as they follow one another: normalizer, pre-tokenizer,
// model. Each is immutable and safe to share between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text_map.h"

namespace tt::tokenizer {

/// A stretch of the text on its way to the model.
struct TextPiece {
  std::string text;  // UTF-8
  /// Bytes at its beginning that the first character of the whole text became: some files treat the
  /// piece that begins where the text begins in their own way.
  std::size_t head = 0;
  std::optional<std::uint32_t> id;  // an added token: passes everything unchanged
};

/// Most bytes that may become of one text on its way to the model. A file whose parts double it
/// again and again would take all of the memory.
inline constexpr std::size_t kLargestText = 64UL << 20;
inline std::unexpected<Error> too_much_text() {
  return fail(ErrorCode::kInvalidInput,
              "the normalizers and pre-tokenizers of the file make over 64 MiB of this text");
}

class TextNormalizer {
 public:
  virtual ~TextNormalizer() = default;
  virtual Result<void> apply(TextPiece& piece) const = 0;
};

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  /// Cuts one piece; appends what comes of it to `out`, empty pieces left out.
  virtual Result<void> cut(TextPiece piece, std::vector<TextPiece>& out) const = 0;
};

class TokenModel {
 public:
  virtual ~TokenModel() = default;
  /// Appends the ids of every piece in order; a piece with an id of its own is that id.
  virtual Result<void> encode(std::span<const TextPiece> pieces,
                              std::vector<std::uint32_t>& out) const = 0;
  virtual std::string_view name() const = 0;
  virtual std::size_t size() const = 0;
};

using Vocabulary = TextMap<std::uint32_t>;

/// A token that is found in the text as it stands, before the model sees it.
struct AddedToken {
  std::string content;
  std::uint32_t id = 0;
  bool single_word = false;  // only where no word's letter touches it
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // and after it
  bool normalized = false;   // looked for after normalizing, itself normalized
};

}  // namespace tt::tokenizer
