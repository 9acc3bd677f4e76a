// The normalizers that a tokenizer.json may name.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tokenizer/parts.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {

using Normalizer = std::unique_ptr<TextNormalizer>;

Normalizer unicode_normalizer(NormalForm form);
Normalizer lowercase_normalizer();
Normalizer strip_normalizer(bool left, bool right);
Normalizer strip_accents_normalizer();
Normalizer replace_normalizer(std::unique_ptr<TextPattern> pattern, std::string content);
/// Puts `text` before every piece that is not empty.
Normalizer prepend_normalizer(std::string text);
Normalizer nmt_normalizer();
Normalizer byte_level_normalizer();
Normalizer normalizer_sequence(std::vector<Normalizer> parts);

struct BertCleaning {
  bool clean_text = true;            // control characters out, white space made blanks
  bool handle_chinese_chars = true;  // blanks around CJK ideographs
  bool strip_accents = true;
  bool lowercase = true;
};
Normalizer bert_normalizer(BertCleaning cleaning);

/// SentencePiece's own table: a double-array trie, then the texts it leads to (`charsmap` as the
/// file has it, base64 already undone).
Result<Normalizer> precompiled_normalizer(std::string_view charsmap);

/// GPT-2's letters for bytes: what is printable stands for itself, the rest for U+0100 onwards.
const std::array<std::string, 256>& byte_letters();
/// Each byte of a piece as its letter.
void to_byte_letters(TextPiece& piece);

}  // namespace tt::tokenizer
