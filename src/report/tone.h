// How tones and accents look, in every format that has colours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "report/document.h"

namespace tt::report {

using Rgb = std::uint32_t;  // 0xRRGGBB

/// Of letters on white: 4.5:1 and more.
inline constexpr Rgb kInk = 0x111827;
inline constexpr Rgb kMutedInk = 0x4b5563;
constexpr Rgb ink_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return 0x047857;
    case Tone::kWarn:
      return 0xb45309;
    case Tone::kBad:
      return 0xb91c1c;
    case Tone::kQuiet:
      return kMutedInk;
    case Tone::kPlain:
      break;
  }
  return kInk;
}

/// Beside the colour, so that it is never the only sign; empty for what is plain.
constexpr std::string_view sign_of(Tone tone) {
  return tone == Tone::kGood ? "✓" : tone == Tone::kBad ? "✗" : tone == Tone::kWarn ? "!" : "";
}
/// The sign and a blank, before a text; an empty text stays empty.
std::string marked(Tone tone, std::string_view text);

/// "047857", as office files have colours.
std::string hex_of(Rgb colour);

/// The document's own accent, as it was chosen: for rules and shapes. nullopt: it has none, or none
/// that can be read.
std::optional<Rgb> accent_of(const Document& document);
/// The same for letters on white: darker where it is too pale to be read.
std::optional<Rgb> accent_ink(const Document& document);

}  // namespace tt::report
