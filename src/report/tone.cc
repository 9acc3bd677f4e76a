#include "report/tone.h"

#include <fmt/format.h>

#include "chart/palette.h"

namespace tt::report {

std::string marked(Tone tone, std::string_view text) {
  const auto sign = text.empty() ? std::string_view() : sign_of(tone);
  return sign.empty() ? std::string(text) : fmt::format("{} {}", sign, text);
}

std::string hex_of(Rgb colour) { return fmt::format("{:06X}", colour); }

std::optional<Rgb> accent_of(const Document& document) {
  return chart::parse_colour(document.accent);
}

std::optional<Rgb> accent_ink(const Document& document) {
  constexpr Rgb kWhite = 0xffffff;
  constexpr double kLetters = 4.5;  // what WCAG 2.1 asks
  const auto accent = accent_of(document);
  if (!accent) return std::nullopt;
  return chart::standing_out(*accent, kWhite, kLetters);
}

}  // namespace tt::report
