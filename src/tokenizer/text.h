// Characters, classes of characters and patterns over UTF-8, by ICU.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tt::tokenizer {

bool is_utf8(std::string_view text);
/// The character at `at`, which is moved past it. `text` must be UTF-8.
char32_t next_char(std::string_view text, std::size_t& at);
void append_char(std::string& out, char32_t c);

// As Rust and its regular expressions have these classes.
bool is_white_space(char32_t c);
bool is_numeric(char32_t c);
bool is_punctuation(char32_t c);  // by category, and all of ASCII's
bool is_word_letter(char32_t c);  // \w
bool is_mark(char32_t c);
bool is_nonspacing_mark(char32_t c);
bool is_control(char32_t c);  // Cc, Cf, Co, Cs
/// Appends the lower case of one character, without regard to what is around it.
void append_lower(std::string& out, char32_t c);

enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };
std::string normalized(std::string_view text, NormalForm form);

/// The ends of the grapheme clusters of a text, as offsets.
std::vector<std::size_t> grapheme_ends(std::string_view text);

/// A stretch of a text: bytes [begin, end), found by a pattern or lying between what it found.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool match = false;
};

/// A text or a regular expression that is looked for. Safe to share between threads.
class TextPattern {
 public:
  virtual ~TextPattern() = default;
  /// Cuts the whole text into stretches. Errors: the pattern takes too long on this text.
  virtual Result<std::vector<Stretch>> find(std::string_view text) const = 0;

  /// Errors: not a regular expression that ICU understands. The message says why.
  static Result<std::unique_ptr<TextPattern>> regex(std::string_view pattern);
  static std::unique_ptr<TextPattern> literal(std::string_view text);
};

/// Stretches of single characters of a class, and what lies between them.
std::vector<Stretch> find_chars(std::string_view text, bool (*in_class)(char32_t));

}  // namespace tt::tokenizer
