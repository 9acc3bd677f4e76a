#include "report/office_pictures.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/jobs.h"
#include "chart/fonts.h"
#include "chart/picture.h"
#include "chart/svg_drawing.h"

namespace tt::report {
namespace {

constexpr double kScale = 1.5;  // for programs that do not show the SVG beside it
constexpr double kLogoPixels = 600;

const std::string& svg_of(const Picture& picture) {
  return picture.paper.empty() ? picture.light : picture.paper;
}

// Big-endian, in the header that every PNG begins with.
double number_at(const std::string& png, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4 && i < png.size(); ++i) {
    value = value << 8 | static_cast<unsigned char>(png[i]);
  }
  return value;
}

constexpr std::string_view kPngStart = "\x89PNG\r\n\x1a\n";

// Without the chunk that says how many pixels an inch has: programs would scale by it.
std::string without_density(const std::string& png) {
  constexpr std::size_t kFrame = 12;  // length, name and checksum around a chunk's bytes
  std::string out(kPngStart);
  for (std::size_t at = kPngStart.size(); at + kFrame <= png.size();) {
    const auto size = static_cast<std::size_t>(number_at(png, at)) + kFrame;
    if (png.compare(at + 4, 4, "pHYs") != 0) out.append(png, at, size);
    at += size;
  }
  return out;
}

}  // namespace

Result<std::map<const Picture*, OfficePicture>> office_pictures(
    std::vector<const Picture*> pictures) {
  if (auto fonts = chart::use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  std::vector<Result<std::string>> drawn(pictures.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    jobs.emplace_back([&, i] { drawn[i] = chart::svg_to_png(svg_of(*pictures[i]), kScale); });
  }
  run_jobs(jobs);
  std::map<const Picture*, OfficePicture> result;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!drawn[i]) return std::unexpected(std::move(drawn[i].error()));
    const auto [width, height] = png_size(*drawn[i]);
    result[pictures[i]] = {std::move(*drawn[i]), svg_of(*pictures[i]), width / kScale,
                           height / kScale};
  }
  return result;
}

PngSize png_size(const std::string& png) { return {number_at(png, 16), number_at(png, 20)}; }

std::optional<OfficePicture> office_logo(const Logo& logo, double width, double height) {
  OfficePicture made;
  if (logo.svg) {
    const auto drawing = chart::SvgDrawing::parse(logo.bytes);
    if (!drawing) return std::nullopt;
    const double scale = kLogoPixels / std::max(drawing->width(), drawing->height());
    auto png = chart::svg_to_png(logo.bytes, std::clamp(scale, 0.1, 8.0));
    if (!png) return std::nullopt;
    made = {.png = std::move(*png), .svg = logo.bytes};
  } else if (logo.bytes.starts_with(kPngStart)) {
    made.png = without_density(logo.bytes);
  }
  const auto [wide, high] = png_size(made.png);
  if (wide < 1 || high < 1) return std::nullopt;
  const double scale = std::min(width / wide, height / high);
  made.width = scale * wide;
  made.height = scale * high;
  return made;
}

}  // namespace tt::report
