// Token counts by a Hugging Face tokenizer.json: byte-level BPE (GPT-2, Llama 3, Qwen), BPE with
// byte fallback (Llama 2, Mistral, Gemma), WordPiece (BERT), Unigram (T5, XLM-R) and word level.
// What is not known is refused by name: a wrong count would be worse than none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tt::tokenizer {

/// Immutable after loading; safe to share between threads.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  /// The ids of a text, without what a chat template or the file's post-processor would add (such
  /// as <s>): whoever serves the model adds those. Special tokens written out in the text are found
  /// as such. Errors: the text is not UTF-8, a character has no token and the file names no unknown
  /// one, or a pattern of the file takes too long.
  virtual Result<std::vector<std::uint32_t>> encode(std::string_view text) const = 0;
  /// How many those are.
  Result<std::uint32_t> count(std::string_view text) const;
  /// "BPE", "Unigram", "WordPiece", "WordLevel".
  virtual std::string_view model() const = 0;
  /// Entries of the vocabulary and added tokens, some of which may be both.
  virtual std::size_t vocabulary() const = 0;
};

/// Largest file that is read. The largest published ones have about 35 MB.
inline constexpr std::size_t kLargestTokenizer = 256UL << 20;

/// Reads a tokenizer.json. Faults name the component or the place inside the file:
/// "tokenizer.json: pre_tokenizer.pretokenizers[0]: ...".
Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const std::string& path);
/// The same from its text; `name` stands in faults.
Result<std::shared_ptr<const Tokenizer>> parse_tokenizer(std::string_view json,
                                                         std::string_view name);

}  // namespace tt::tokenizer
