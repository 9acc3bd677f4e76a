#include "tokenizer/text.h"

#include <array>

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

namespace tt::tokenizer {
namespace {

UChar32 icu_char(char32_t c) { return static_cast<UChar32>(c); }

/// A text as ICU wants it, and the way back from its units to our bytes.
struct Wide {
  icu::UnicodeString text;
  std::vector<std::size_t> byte_at;  // of every unit, and of the end

  explicit Wide(std::string_view utf8) {
    byte_at.reserve(utf8.size() + 1);
    std::u16string units;
    units.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
      const std::size_t begin = at;
      const char32_t c = next_char(utf8, at);
      byte_at.push_back(begin);
      if (c <= 0xffff) {
        units.push_back(static_cast<char16_t>(c));
      } else {
        units.push_back(U16_LEAD(c));
        units.push_back(U16_TRAIL(c));
        byte_at.push_back(begin);
      }
    }
    byte_at.push_back(utf8.size());
    text = icu::UnicodeString(units.data(), static_cast<std::int32_t>(units.size()));
  }
};

class Regex final : public TextPattern {
 public:
  explicit Regex(std::unique_ptr<icu::RegexPattern> pattern) : pattern_(std::move(pattern)) {}

  Result<std::vector<Stretch>> find(std::string_view text) const override {
    std::vector<Stretch> found;
    if (text.empty()) return found;
    const Wide wide(text);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(wide.text, status));
    if (U_FAILURE(status)) return too_hard(status);
    // The limit is on all finds together, in steps of some 10,000 operations each: some fifty for a
    // character, and half a second's worth for a short text.
    constexpr std::int32_t kLeast = 500;
    constexpr std::int32_t kCharsAStep = 200;
    const std::int32_t longest = kLeast + wide.text.length() / kCharsAStep;
    constexpr std::int32_t kDeepest = 64 << 20;
    matcher->setTimeLimit(longest, status);
    matcher->setStackLimit(kDeepest, status);
    std::size_t last = 0;
    while (matcher->find(status)) {
      const auto begin = wide.byte_at[static_cast<std::size_t>(matcher->start(status))];
      const auto end = wide.byte_at[static_cast<std::size_t>(matcher->end(status))];
      if (begin > last) found.push_back({last, begin, false});
      found.push_back({begin, end, true});
      last = end;
    }
    if (U_FAILURE(status)) return too_hard(status);
    if (last < text.size()) found.push_back({last, text.size(), false});
    return found;
  }

 private:
  static std::unexpected<Error> too_hard(UErrorCode status) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a pattern of the tokenizer takes too long on this text ({})",
                            u_errorName(status)));
  }

  std::unique_ptr<icu::RegexPattern> pattern_;
};

class Literal final : public TextPattern {
 public:
  explicit Literal(std::string_view text) : text_(text) {}

  Result<std::vector<Stretch>> find(std::string_view text) const override {
    std::vector<Stretch> found;
    std::size_t last = 0;
    while (!text_.empty()) {
      const auto at = text.find(text_, last);
      if (at == std::string_view::npos) break;
      if (at > last) found.push_back({last, at, false});
      found.push_back({at, at + text_.size(), true});
      last = at + text_.size();
    }
    if (last < text.size()) found.push_back({last, text.size(), false});
    return found;
  }

 private:
  std::string text_;
};

const icu::Normalizer2* normalizer(NormalForm form, UErrorCode& status) {
  switch (form) {
    case NormalForm::kNfc:
      return icu::Normalizer2::getNFCInstance(status);
    case NormalForm::kNfd:
      return icu::Normalizer2::getNFDInstance(status);
    case NormalForm::kNfkc:
      return icu::Normalizer2::getNFKCInstance(status);
    case NormalForm::kNfkd:
      return icu::Normalizer2::getNFKDInstance(status);
  }
  return nullptr;
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool in_categories(char32_t c, std::uint32_t mask) {
  return ((std::uint32_t{1} << u_charType(icu_char(c))) & mask) != 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, text.size(), c);
    if (c < 0) return false;
  }
  return true;
}

char32_t next_char(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 c = 0;
  U8_NEXT_OR_FFFD(bytes, at, text.size(), c);
  return static_cast<char32_t>(c);
}

void append_char(std::string& out, char32_t c) {
  std::array<char, U8_MAX_LENGTH> bytes;
  std::size_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, c);
  out.append(bytes.data(), size);
}

bool is_white_space(char32_t c) { return u_isUWhiteSpace(icu_char(c)) != 0; }
bool is_numeric(char32_t c) { return in_categories(c, U_GC_N_MASK); }
bool is_punctuation(char32_t c) {
  const bool ascii = (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
                     (c >= '{' && c <= '~');
  return ascii || in_categories(c, U_GC_P_MASK);
}
bool is_word_letter(char32_t c) {
  return u_isUAlphabetic(icu_char(c)) != 0 || c == 0x200c || c == 0x200d ||
         in_categories(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}
bool is_mark(char32_t c) { return in_categories(c, U_GC_M_MASK); }
bool is_nonspacing_mark(char32_t c) { return in_categories(c, U_GC_MN_MASK); }
bool is_control(char32_t c) {
  return in_categories(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK);
}

void append_lower(std::string& out, char32_t c) {
  // The one character whose lower case is always two (Unicode's SpecialCasing).
  constexpr char32_t kCapitalIWithDot = 0x130;
  if (c == kCapitalIWithDot) {
    out += "i\xcc\x87";
  } else {
    append_char(out, static_cast<char32_t>(u_tolower(icu_char(c))));
  }
}

std::string normalized(std::string_view text, NormalForm form) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const auto* by = normalizer(form, status);
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(text.size()));
  if (U_SUCCESS(status)) {
    by->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
                      sink, nullptr, status);
  }
  return out;
}

std::vector<std::size_t> grapheme_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) return {text.size()};
  const Wide wide(text);
  breaks->setText(wide.text);
  breaks->first();
  for (auto at = breaks->next(); at != icu::BreakIterator::DONE; at = breaks->next()) {
    ends.push_back(wide.byte_at[static_cast<std::size_t>(at)]);
  }
  return ends;
}

Result<std::unique_ptr<TextPattern>> TextPattern::regex(std::string_view pattern) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError place{};
  std::unique_ptr<icu::RegexPattern> compiled(
      icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(icu::StringPiece(
                                     pattern.data(), static_cast<std::int32_t>(pattern.size()))),
                                 0, place, status));
  if (U_FAILURE(status)) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the pattern cannot be read at its character {} ({})", place.offset,
                            u_errorName(status)));
  }
  return std::make_unique<Regex>(std::move(compiled));
}

std::unique_ptr<TextPattern> TextPattern::literal(std::string_view text) {
  return std::make_unique<Literal>(text);
}

std::vector<Stretch> find_chars(std::string_view text, bool (*in_class)(char32_t)) {
  std::vector<Stretch> found;
  std::size_t last = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (!in_class(next_char(text, at))) continue;
    if (begin > last) found.push_back({last, begin, false});
    found.push_back({begin, at, true});
    last = at;
  }
  if (last < text.size()) found.push_back({last, text.size(), false});
  return found;
}

}  // namespace tt::tokenizer
