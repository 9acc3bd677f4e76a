// Charts as pictures: SVG, PNG, PDF. No browser, no network, no files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "chart/chart.h"
#include "chart/fonts.h"
#include "chart/script.h"

namespace tt::chart {

enum class Theme : std::uint8_t { kLight, kDark };
std::string_view theme_name(Theme theme);  // "light", "dark"

enum class Format : std::uint8_t { kSvg, kPng, kPdf };
std::string_view format_name(Format format);  // "svg", "png", "pdf"

/// A chart is laid out for a page of about 1280 by 720 and then scaled, so that it looks the same
/// at every size; only the shape of the page changes the layout.
struct Page {
  int width = 1600;  // pixels
  int height = 900;
  Theme theme = Theme::kLight;
  /// How large letters and lines are: 1 as they stand on a page that is shown pixel for pixel.
  /// 0: as the page's size has it.
  double scale = 0;
};
inline constexpr int kLeastWidth = 320;
inline constexpr int kLeastHeight = 240;
inline constexpr int kMostSide = 8192;

/// "1600x900". kInvalidInput where it is none or out of bounds.
Result<Page> parse_size(std::string_view text);

/// Draws charts, one after the other. Each thread has its own; any number may draw at once.
class Renderer {
 public:
  /// `clock` serves the time limit alone and must outlive this.
  static Result<Renderer> create(const Clock& clock, const ScriptLimits& limits = {});

  /// The same chart and page give the same bytes, on any machine.
  Result<std::string> svg(const Chart& chart, const Page& page);
  Result<std::string> draw(const Chart& chart, const Page& page, Format format);

 private:
  Renderer(const Clock& clock, const ScriptLimits& limits) : clock_(&clock), limits_(limits) {}

  const Clock* clock_;
  ScriptLimits limits_;
  TextRuler ruler_;
};

}  // namespace tt::chart
