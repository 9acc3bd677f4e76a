// How documents on paper look: sizes and colours. Lengths in points.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "report/document.h"

namespace tt::report::look {

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
constexpr Colour rgb(unsigned hex) {
  return {static_cast<double>((hex >> 16U) & 0xffU) / 255.0,
          static_cast<double>((hex >> 8U) & 0xffU) / 255.0,
          static_cast<double>(hex & 0xffU) / 255.0};
}

// As html_style.css prints.
inline constexpr Colour kInk = rgb(0x111827);
inline constexpr Colour kMuted = rgb(0x4b5563);
inline constexpr Colour kLine = rgb(0xd1d5db);
inline constexpr Colour kWash = rgb(0xf3f4f6);
inline constexpr Colour kAccent = rgb(0x2563eb);

constexpr Colour ink_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return rgb(0x047857);
    case Tone::kWarn:
      return rgb(0xb45309);
    case Tone::kBad:
      return rgb(0xdc2626);
    case Tone::kQuiet:
      return kMuted;
    case Tone::kPlain:
      return kInk;
  }
  return kInk;
}
/// Beside the colour, so that it is never the only sign; empty for what is plain.
constexpr std::string_view sign_of(Tone tone) {
  return tone == Tone::kGood ? "✓" : tone == Tone::kBad ? "✗" : tone == Tone::kWarn ? "!" : "";
}
constexpr Colour wash_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return rgb(0xecfdf5);
    case Tone::kWarn:
      return rgb(0xfffbeb);
    case Tone::kBad:
      return rgb(0xfef2f2);
    case Tone::kQuiet:
    case Tone::kPlain:
      return kWash;
  }
  return kWash;
}

/// The sign and a blank, before a figure.
inline std::string marked(Tone tone, std::string_view text) {
  const auto sign = text.empty() ? std::string_view() : sign_of(tone);
  return sign.empty() ? std::string(text) : std::string(sign) + " " + std::string(text);
}

struct Sheet {
  double width = 0;
  double height = 0;
};
constexpr Sheet sheet_of(Paper paper) {
  return paper == Paper::kLetter ? Sheet{612, 792} : Sheet{595.276, 841.890};
}

inline constexpr double kSide = 54;    // blank left and right
inline constexpr double kTop = 62;     // to the text; the running head lies within
inline constexpr double kBottom = 58;  // from the text; the page's number lies within

// Letters.
inline constexpr double kTitle = 23;
inline constexpr double kLongTitle = 17;
inline constexpr double kHeading = 15;
inline constexpr double kVerdict = 14;
inline constexpr double kSubheading = 10.5;
inline constexpr double kBody = 9.75;
inline constexpr double kSmall = 8.25;
inline constexpr double kTiny = 7.5;
inline constexpr std::array<double, 4> kTableSizes = {8.75, 8, 7.25, 6.75};

inline constexpr double kHighestPicture = 540;

inline constexpr double kMeasure = 462;  // running text is no wider: lines can be followed

}  // namespace tt::report::look
