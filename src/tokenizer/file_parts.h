// The components of a tokenizer.json, made from its JSON. Includes simdjson.
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "tokenizer/json_part.h"
#include "tokenizer/parts.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {

/// Deepest Sequence inside a Sequence that is read.
inline constexpr int kMaxSequenceDepth = 16;

Result<std::unique_ptr<TextNormalizer>> read_normalizer(const JsonPart& part, int depth = 0);
Result<std::unique_ptr<PreTokenizer>> read_splitter(const JsonPart& part, int depth = 0);
Result<std::unique_ptr<TokenModel>> read_model(const JsonPart& part);
Result<std::vector<AddedToken>> read_added_tokens(const JsonPart& root);

/// `pattern: {"String": ...}` or `{"Regex": ...}`.
Result<std::unique_ptr<TextPattern>> read_pattern(const JsonPart& part);

}  // namespace tt::tokenizer
