// Normalizers and pre-tokenizers from their JSON.
#include <array>
#include <functional>
#include <utility>

#include "tokenizer/file_parts.h"
#include "tokenizer/normalizers.h"
#include "tokenizer/splitters.h"

namespace tt::tokenizer {
namespace {

constexpr auto kNotKnown =
    "'{}' is not a {} that Tokentrial knows; token counts by this file would be guesses. Leave "
    "the tokenizer out of the plan: lengths are then calibrated with the server's own counts";

template <class T>
using Reader = Result<std::unique_ptr<T>> (*)(const JsonPart& part, int depth);

template <class T>
struct Kind {
  std::string_view name;
  Reader<T> read;
};

template <class T, std::size_t N>
Result<std::unique_ptr<T>> read_kind(const JsonPart& part, int depth, std::string_view what,
                                     const std::array<Kind<T>, N>& kinds) {
  if (depth > kMaxSequenceDepth) return part.refuse("is nested too deeply");
  const auto type = part.text("type", "");
  if (!type) return std::unexpected(type.error());
  for (const auto& kind : kinds) {
    if (kind.name == *type) return kind.read(part, depth);
  }
  return part.refuse(fmt::format(kNotKnown, *type, what), "type");
}

template <class T>
Result<std::vector<std::unique_ptr<T>>> read_parts(const JsonPart& part, std::string_view key,
                                                   int depth, Reader<T> read) {
  std::vector<std::unique_ptr<T>> parts;
  const auto done = for_each_part(part, key, [&](const JsonPart& inner) -> Result<void> {
    auto one = read(inner, depth + 1);
    if (!one) return std::unexpected(one.error());
    parts.push_back(std::move(*one));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return parts;
}

// --- Normalizers -----------------------------------------------------------------------------

using NormalizerResult = Result<Normalizer>;

template <NormalForm Form>
NormalizerResult read_form(const JsonPart&, int) {
  return unicode_normalizer(Form);
}

NormalizerResult read_bert(const JsonPart& part, int) {
  const auto clean = part.truth("clean_text", true);
  const auto chinese = part.truth("handle_chinese_chars", true);
  const auto lower = part.truth("lowercase", true);
  const auto accents = part.truth("strip_accents", lower.value_or(true));
  for (const auto* value : {&clean, &chinese, &accents, &lower}) {
    if (!*value) return std::unexpected(value->error());
  }
  return bert_normalizer({.clean_text = *clean,
                          .handle_chinese_chars = *chinese,
                          .strip_accents = *accents,
                          .lowercase = *lower});
}

NormalizerResult read_strip(const JsonPart& part, int) {
  const auto left = part.truth("strip_left", true);
  if (!left) return std::unexpected(left.error());
  const auto right = part.truth("strip_right", true);
  if (!right) return std::unexpected(right.error());
  return strip_normalizer(*left, *right);
}

NormalizerResult read_replace(const JsonPart& part, int) {
  auto pattern = read_pattern(part);
  if (!pattern) return std::unexpected(pattern.error());
  auto content = part.text("content", "");
  if (!content) return std::unexpected(content.error());
  return replace_normalizer(std::move(*pattern), std::move(*content));
}

NormalizerResult read_prepend(const JsonPart& part, int) {
  auto text = part.text("prepend", "");
  if (!text) return std::unexpected(text.error());
  return prepend_normalizer(std::move(*text));
}

/// Base64 (RFC 4648) with its padding; unset where it is none.
std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> static_cast<unsigned>(held));
  }
  return out;
}

NormalizerResult read_precompiled(const JsonPart& part, int) {
  const auto text = part.text("precompiled_charsmap", "");
  if (!text) return std::unexpected(text.error());
  const auto bytes = from_base64(*text);
  if (!bytes) return part.refuse("is not base64", "precompiled_charsmap");
  auto made = precompiled_normalizer(*bytes);
  if (!made) return part.refuse(made.error().message, "precompiled_charsmap");
  return made;
}

NormalizerResult read_normalizer_sequence(const JsonPart& part, int depth) {
  auto parts = read_parts<TextNormalizer>(part, "normalizers", depth, read_normalizer);
  if (!parts) return std::unexpected(parts.error());
  return normalizer_sequence(std::move(*parts));
}

template <Normalizer (*Make)()>
NormalizerResult read_plain(const JsonPart&, int) {
  return Make();
}

constexpr std::array kNormalizers = {
    Kind<TextNormalizer>{"BertNormalizer", read_bert},
    Kind<TextNormalizer>{"ByteLevel", read_plain<byte_level_normalizer>},
    Kind<TextNormalizer>{"Lowercase", read_plain<lowercase_normalizer>},
    Kind<TextNormalizer>{"NFC", read_form<NormalForm::kNfc>},
    Kind<TextNormalizer>{"NFD", read_form<NormalForm::kNfd>},
    Kind<TextNormalizer>{"NFKC", read_form<NormalForm::kNfkc>},
    Kind<TextNormalizer>{"NFKD", read_form<NormalForm::kNfkd>},
    Kind<TextNormalizer>{"Nmt", read_plain<nmt_normalizer>},
    Kind<TextNormalizer>{"Precompiled", read_precompiled},
    Kind<TextNormalizer>{"Prepend", read_prepend},
    Kind<TextNormalizer>{"Replace", read_replace},
    Kind<TextNormalizer>{"Sequence", read_normalizer_sequence},
    Kind<TextNormalizer>{"Strip", read_strip},
    Kind<TextNormalizer>{"StripAccents", read_plain<strip_accents_normalizer>},
};

// --- Pre-tokenizers --------------------------------------------------------------------------

using SplitterResult = Result<Splitter>;

Result<Delimiters> read_delimiters(const JsonPart& part, std::string_view fallback) {
  struct Behaviour {
    std::string_view name;
    Delimiters value;
  };
  static constexpr std::array kBehaviours = {
      Behaviour{"Removed", Delimiters::kRemoved}, Behaviour{"Isolated", Delimiters::kIsolated},
      Behaviour{"MergedWithPrevious", Delimiters::kMergedWithPrevious},
      Behaviour{"MergedWithNext", Delimiters::kMergedWithNext},
      Behaviour{"Contiguous", Delimiters::kContiguous}};
  const auto text = part.text("behavior", fallback);
  if (!text) return std::unexpected(text.error());
  for (const auto& behaviour : kBehaviours) {
    if (behaviour.name == *text) return behaviour.value;
  }
  return part.refuse(fmt::format(kNotKnown, *text, "behavior"), "behavior");
}

SplitterResult read_split(const JsonPart& part, int) {
  auto pattern = read_pattern(part);
  if (!pattern) return std::unexpected(pattern.error());
  const auto delimiters = read_delimiters(part, "");
  if (!delimiters) return std::unexpected(delimiters.error());
  const auto invert = part.truth("invert", false);
  if (!invert) return std::unexpected(invert.error());
  return pattern_splitter(std::move(*pattern), *delimiters, *invert);
}

SplitterResult read_byte_level(const JsonPart& part, int) {
  const auto space = part.truth("add_prefix_space", true);
  if (!space) return std::unexpected(space.error());
  const auto regex = part.truth("use_regex", true);
  if (!regex) return std::unexpected(regex.error());
  return byte_level_splitter(*space, *regex);
}

SplitterResult read_metaspace(const JsonPart& part, int) {
  auto replacement = part.text("replacement", "\u2581");
  if (!replacement) return std::unexpected(replacement.error());
  if (replacement->empty()) return part.refuse("must not be empty", "replacement");
  const auto add = part.truth("add_prefix_space", true);
  if (!add) return std::unexpected(add.error());
  // Older files have add_prefix_space alone.
  const auto scheme = part.text("prepend_scheme", *add ? "always" : "never");
  if (!scheme) return std::unexpected(scheme.error());
  const auto split = part.truth("split", true);
  if (!split) return std::unexpected(split.error());
  if (*scheme != "always" && *scheme != "first" && *scheme != "never") {
    return part.refuse(fmt::format(kNotKnown, *scheme, "prepend_scheme"), "prepend_scheme");
  }
  if (!*add && *scheme != "never") {
    return part.refuse("does not go with add_prefix_space: false", "prepend_scheme");
  }
  const auto prepend = *scheme == "always"  ? Prepend::kAlways
                       : *scheme == "first" ? Prepend::kFirst
                                            : Prepend::kNever;
  return metaspace_splitter(std::move(*replacement), prepend, *split);
}

SplitterResult read_digits(const JsonPart& part, int) {
  const auto single = part.truth("individual_digits", false);
  if (!single) return std::unexpected(single.error());
  return char_splitter(is_numeric, *single ? Delimiters::kIsolated : Delimiters::kContiguous);
}

SplitterResult read_punctuation(const JsonPart& part, int) {
  const auto delimiters = read_delimiters(part, "Isolated");
  if (!delimiters) return std::unexpected(delimiters.error());
  return char_splitter(is_punctuation, *delimiters);
}

SplitterResult read_delimiter(const JsonPart& part, int) {
  const auto text = part.text("delimiter", "");
  if (!text) return std::unexpected(text.error());
  if (text->empty()) return part.refuse("must be one character", "delimiter");
  return pattern_splitter(TextPattern::literal(*text), Delimiters::kRemoved, false);
}

SplitterResult read_fixed_length(const JsonPart& part, int) {
  const auto length = part.whole("length", 5);
  if (!length) return std::unexpected(length.error());
  if (*length == 0) return part.refuse("must be 1 or more", "length");
  return fixed_length_splitter(*length);
}

SplitterResult read_splitter_sequence(const JsonPart& part, int depth) {
  auto parts = read_parts<PreTokenizer>(part, "pretokenizers", depth, read_splitter);
  if (!parts) return std::unexpected(parts.error());
  return splitter_sequence(std::move(*parts));
}

SplitterResult read_white_space_split(const JsonPart&, int) {
  return char_splitter(is_white_space, Delimiters::kRemoved);
}

template <Splitter (*Make)()>
SplitterResult read_plain(const JsonPart&, int) {
  return Make();
}

constexpr std::array kSplitters = {
    Kind<PreTokenizer>{"BertPreTokenizer", read_plain<bert_splitter>},
    Kind<PreTokenizer>{"ByteLevel", read_byte_level},
    Kind<PreTokenizer>{"CharDelimiterSplit", read_delimiter},
    Kind<PreTokenizer>{"Digits", read_digits},
    Kind<PreTokenizer>{"FixedLength", read_fixed_length},
    Kind<PreTokenizer>{"Metaspace", read_metaspace},
    Kind<PreTokenizer>{"Punctuation", read_punctuation},
    Kind<PreTokenizer>{"Sequence", read_splitter_sequence},
    Kind<PreTokenizer>{"Split", read_split},
    Kind<PreTokenizer>{"Whitespace", read_plain<whitespace_splitter>},
    Kind<PreTokenizer>{"WhitespaceSplit", read_white_space_split},
};

}  // namespace

Result<std::unique_ptr<TextPattern>> read_pattern(const JsonPart& part) {
  const auto value = part.find("pattern");
  simdjson::dom::object object;
  std::string_view text;
  if (!value || value->get(object) != simdjson::SUCCESS) {
    return part.refuse("must be an object with String or Regex", "pattern");
  }
  if (object["String"].get(text) == simdjson::SUCCESS) return TextPattern::literal(text);
  if (object["Regex"].get(text) != simdjson::SUCCESS) {
    return part.refuse("must be an object with String or Regex", "pattern");
  }
  auto regex = TextPattern::regex(text);
  if (!regex) return part.refuse(regex.error().message, "pattern.Regex");
  return regex;
}

Result<Normalizer> read_normalizer(const JsonPart& part, int depth) {
  return read_kind(part, depth, "normalizer", kNormalizers);
}

Result<Splitter> read_splitter(const JsonPart& part, int depth) {
  return read_kind(part, depth, "pre-tokenizer", kSplitters);
}

}  // namespace tt::tokenizer
