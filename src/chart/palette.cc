#include "chart/palette.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "chart/option.h"

// src/chart/js/theme.json, put here by cmake/Embed.cmake.
extern "C" {
extern const char kChartThemeBegin[], kChartThemeEnd[];
}

namespace tt::chart {
namespace {

constexpr Rgb kWhite = 0xffffff;
constexpr Rgb kDark = 0x111827;  // of texts on a light ground
constexpr double kGraphics = 3;  // what WCAG 2.1 asks of graphics
constexpr int kSteps = 20;       // of mixing, as js/prepare.js does it

using Channels = std::array<double, 3>;

Channels channels(Rgb colour) {
  return {static_cast<double>((colour >> 16U) & 0xffU), static_cast<double>((colour >> 8U) & 0xffU),
          static_cast<double>(colour & 0xffU)};
}

// Relative luminance, WCAG 2.1.
double luminance(Rgb colour) {
  constexpr Channels kWeights = {0.2126, 0.7152, 0.0722};
  const Channels parts = channels(colour);
  double sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double part = parts[i] / 255;
    sum += kWeights[i] * (part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4));
  }
  return sum;
}

Rgb mixed(Rgb from, Rgb to, double share) {
  const Channels a = channels(from);
  const Channels b = channels(to);
  Rgb result = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    result = result << 8U | static_cast<Rgb>(std::lround(a[i] + (b[i] - a[i]) * share));
  }
  return result;
}

const Json& light_theme() {
  static const Json theme = Json::parse(kChartThemeBegin, kChartThemeEnd).at("light");
  return theme;
}

}  // namespace

std::optional<Rgb> parse_colour(std::string_view text) {
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  Rgb colour = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 7, colour, 16);
  if (error != std::errc() || end != text.data() + 7) return std::nullopt;
  return colour;
}

Rgb standing_out(Rgb colour, Rgb ground, double ratio) {
  const double below = luminance(ground);
  const Rgb far = below > 0.18 ? kDark : kWhite;
  for (int step = 0; step < kSteps; ++step) {
    const Rgb tried = mixed(colour, far, static_cast<double>(step) / kSteps);
    const double here = luminance(tried);
    if ((std::max(here, below) + 0.05) / (std::min(here, below) + 0.05) >= ratio) return tried;
  }
  return far;
}

std::vector<Rgb> target_colours(std::span<const analysis::TargetInput> targets) {
  std::vector<Rgb> colours;
  for (const Look& look : looks(targets)) {
    const auto own = parse_colour(look.colour);
    colours.push_back(
        own ? standing_out(*own, kWhite, kGraphics)
            : parse_colour(light_theme().at(look.colour).get<std::string>()).value_or(0));
  }
  return colours;
}

}  // namespace tt::chart
