#include "chart/picture.h"

#include <cmath>
#include <memory>

#include <cairo-pdf.h>
#include <cairo.h>
#include <fmt/format.h>

#include "chart/svg_drawing.h"

namespace tt::chart {
namespace {

constexpr double kPointsPerPixel = 72.0 / 96.0;
constexpr int kMostPixels = 16'384;

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

Result<void> draw(const SvgDrawing& svg, cairo_surface_t* surface, double scale) {
  const Held<cairo_t> cairo(cairo_create(surface));
  cairo_scale(cairo.get(), scale, scale);
  return svg.draw(cairo.get());
}

cairo_status_t append(void* out, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

Result<void> check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("a picture cannot be made: {}", cairo_status_to_string(status)));
}

// Charts have a ground of their own; what has none is meant for paper.
void paint_white(cairo_surface_t* surface) {
  const Held<cairo_t> cairo(cairo_create(surface));
  cairo_set_source_rgb(cairo.get(), 1, 1, 1);
  cairo_paint(cairo.get());
}

}  // namespace

Result<std::string> svg_to_png(std::string_view text, double scale) {
  const auto svg = SvgDrawing::parse(text);
  if (!svg) return std::unexpected(svg.error());
  const double width = std::ceil(svg->width() * scale);
  const double height = std::ceil(svg->height() * scale);
  if (!(scale >= 0.1) || !(scale <= 8) || width > kMostPixels || height > kMostPixels) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a picture has at most {} pixels a side", kMostPixels));
  }
  const Held<cairo_surface_t> surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height)));
  if (auto good = check(cairo_surface_status(surface.get())); !good) {
    return std::unexpected(good.error());
  }
  paint_white(surface.get());
  if (auto drawn = draw(*svg, surface.get(), scale); !drawn) return std::unexpected(drawn.error());
  std::string png;
  if (auto good = check(cairo_surface_write_to_png_stream(surface.get(), append, &png)); !good) {
    return std::unexpected(good.error());
  }
  return png;
}

Result<std::string> svg_to_pdf(std::string_view text) {
  const auto svg = SvgDrawing::parse(text);
  if (!svg) return std::unexpected(svg.error());
  std::string pdf;
  const Held<cairo_surface_t> surface(cairo_pdf_surface_create_for_stream(
      append, &pdf, svg->width() * kPointsPerPixel, svg->height() * kPointsPerPixel));
  // No date of making: the same picture has the same bytes.
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Tokentrial");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, nullptr);
  if (auto drawn = draw(*svg, surface.get(), kPointsPerPixel); !drawn) {
    return std::unexpected(drawn.error());
  }
  cairo_surface_finish(surface.get());
  if (auto good = check(cairo_surface_status(surface.get())); !good) {
    return std::unexpected(good.error());
  }
  return pdf;
}

}  // namespace tt::chart
