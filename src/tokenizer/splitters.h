// The pre-tokenizers that a tokenizer.json may name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "tokenizer/parts.h"
#include "tokenizer/text.h"

namespace tt::tokenizer {

using Splitter = std::unique_ptr<PreTokenizer>;

/// What becomes of the stretches that a pattern found.
enum class Delimiters { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

Splitter byte_level_splitter(bool add_prefix_space, bool use_regex);
/// `invert`: the pattern finds what is between the delimiters.
Splitter pattern_splitter(std::unique_ptr<TextPattern> pattern, Delimiters delimiters, bool invert);
Splitter char_splitter(bool (*in_class)(char32_t), Delimiters delimiters);
Splitter whitespace_splitter();
Splitter bert_splitter();
Splitter splitter_sequence(std::vector<Splitter> parts);

enum class Prepend { kFirst, kNever, kAlways };
Splitter metaspace_splitter(std::string replacement, Prepend prepend, bool split);

/// Every N characters: 1 or more.
Splitter fixed_length_splitter(std::size_t length);

}  // namespace tt::tokenizer
