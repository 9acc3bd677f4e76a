// How documents on paper look: sizes and colours. Lengths in points.
#pragma once

#include <array>

#include "report/document.h"
#include "report/tone.h"

namespace tt::report::look {

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
constexpr Colour rgb(Rgb hex) {
  return {static_cast<double>((hex >> 16U) & 0xffU) / 255.0,
          static_cast<double>((hex >> 8U) & 0xffU) / 255.0,
          static_cast<double>(hex & 0xffU) / 255.0};
}

// As html_style.css prints.
inline constexpr Colour kInk = rgb(report::kInk);
inline constexpr Colour kMuted = rgb(kMutedInk);
inline constexpr Colour kLine = rgb(0xd1d5db);
inline constexpr Colour kWash = rgb(0xf3f4f6);
inline constexpr Colour kAccent = rgb(0x2563eb);

constexpr Colour ink_of(Tone tone) { return rgb(report::ink_of(tone)); }
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
