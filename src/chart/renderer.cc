#include "chart/renderer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/picture.h"

// Put here by cmake/ChartScript.cmake.
extern "C" {
extern const unsigned char kChartScriptBegin[], kChartScriptEnd[];
}

namespace tt::chart {
namespace {

constexpr double kLayoutWidth = 1280;
constexpr double kLayoutHeight = 720;
// Below this size letters would be too small to read: the layout gets less room instead.
constexpr double kLeastScale = 0.75;

double scale_of(const Page& page) {
  if (page.scale > 0) return page.scale;
  return std::max(kLeastScale, std::min(page.width / kLayoutWidth, page.height / kLayoutHeight));
}

std::optional<int> side(std::string_view text, int least) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < least || value > kMostSide) return std::nullopt;
  return value;
}

}  // namespace

std::string_view theme_name(Theme theme) { return theme == Theme::kLight ? "light" : "dark"; }

std::string_view format_name(Format format) {
  switch (format) {
    case Format::kSvg:
      return "svg";
    case Format::kPng:
      return "png";
    case Format::kPdf:
      return "pdf";
  }
  return "";
}

Result<Page> parse_size(std::string_view text) {
  const auto parts = split(text, 'x');
  if (parts.size() == 2) {
    const auto width = side(parts[0], kLeastWidth);
    const auto height = side(parts[1], kLeastHeight);
    if (width && height) return Page{.width = *width, .height = *height};
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("a size is WIDTHxHEIGHT in pixels, as 1600x900: from {}x{} to {}x{}",
                          kLeastWidth, kLeastHeight, kMostSide, kMostSide));
}

Result<Renderer> Renderer::create(const Clock& clock, const ScriptLimits& limits) {
  if (auto fonts = use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  return Renderer(clock, limits);
}

Result<std::string> Renderer::svg(const Chart& chart, const Page& page) {
  const ScriptHost host{
      .clock = *clock_,
      .text_width = [this](std::string_view text, double size, int weight, bool mono) {
        return ruler_.width(text, size, weight, mono);
      }};
  const auto request =
      fmt::format(R"({{"width":{},"height":{},"theme":"{}","scale":{},"chart":{}}})", page.width,
                  page.height, theme_name(page.theme), scale_of(page), chart_json(chart));
  return run_script({kChartScriptBegin, kChartScriptEnd}, "tt_draw", request, host, limits_);
}

Result<std::string> Renderer::draw(const Chart& chart, const Page& page, Format format) {
  auto drawn = svg(chart, page);
  if (!drawn || format == Format::kSvg) return drawn;
  return format == Format::kPng ? svg_to_png(*drawn) : svg_to_pdf(*drawn);
}

}  // namespace tt::chart
