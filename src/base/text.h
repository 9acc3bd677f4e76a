// Text helpers that every layer needs: durations, numbers for people, JSON strings, suggestions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt {

/// A finite number that is all of the text: "1.5", "-2e3"; nullopt for anything else.
std::optional<double> parse_number(std::string_view text);
/// "99.9", hundredths, as 0.999, the nearest number there is: a division by 100 would land one bit
/// above it. Blanks around it do not matter.
std::optional<double> parse_percent(std::string_view text);
/// Digits that are all of the text, at most 2^64-1; nullopt for anything else.
std::optional<std::uint64_t> parse_whole(std::string_view text);
/// "250us", "500ms", "60s", "1.5m", "2h", "7d"; a bare number is seconds. Not negative.
Result<Nanos> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads back: "500ms", "90s".
std::string format_duration(Nanos d);

/// A value for a reader: three significant digits, thousands apart ("12,400", "0.0123", "7.50").
std::string format_number(double value);
/// A whole number, thousands apart.
std::string format_count(std::uint64_t value);

/// Appends `text` as the inside of a JSON string (no quotes), escaping what RFC 8259 asks. Bytes
/// that are not UTF-8 become U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);
/// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);

/// `word` as one word of a POSIX shell's command that people paste: as it is where nothing in it
/// means anything to the shell, else in quotes. Control characters are spelled out ($'a\nb'), so
/// that no line of it runs by itself; zero bytes, which no argument can hold, are left out. Quotes
/// do not hide a dash at the beginning from the program: put such names behind an option.
std::string shell_word(std::string_view word);

/// Bytes in the letters of RFC 4648, section 4, padded.
std::string base64(std::string_view bytes);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);

/// The candidate nearest to `word` by edit distance, where it is near enough to be a misspelling
/// (at most a third of the letters differ); else empty. Of a word over 100 bytes nothing is near.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// A wall-clock instant (nanoseconds since 1970) as "2026-01-31T12:00:00.123Z".
std::string format_utc(Nanos realtime);
/// A wall-clock instant as "20260131-120000" in UTC, for run ids.
std::string format_stamp(Nanos realtime);

}  // namespace tt
