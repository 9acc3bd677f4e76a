// The sign of whom a document comes from, on its first page.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <cairo.h>

#include "chart/svg_drawing.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr double kWidest = 130;
constexpr double kHighest = 38;

// A picture's own size, and how to draw it in that.
struct Sign {
  double width = 0;
  double height = 0;
  std::function<void(cairo_t*)> draw;
};

std::optional<Sign> svg_sign(std::string_view bytes) {
  auto read = chart::SvgDrawing::parse(bytes);
  if (!read) return std::nullopt;
  const auto drawing = std::make_shared<chart::SvgDrawing>(std::move(*read));
  return Sign{.width = drawing->width(),
              .height = drawing->height(),
              .draw = [drawing](cairo_t* cairo) { (void)drawing->draw(cairo); }};
}

cairo_status_t read_png(void* closure, unsigned char* to, unsigned length) {
  auto& rest = *static_cast<std::string_view*>(closure);
  if (rest.size() < length) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(to, rest.data(), length);
  rest.remove_prefix(length);
  return CAIRO_STATUS_SUCCESS;
}

std::optional<Sign> png_sign(std::string_view bytes) {
  const std::shared_ptr<cairo_surface_t> image(
      cairo_image_surface_create_from_png_stream(read_png, &bytes), cairo_surface_destroy);
  if (cairo_surface_status(image.get()) != CAIRO_STATUS_SUCCESS) return std::nullopt;
  return Sign{.width = static_cast<double>(cairo_image_surface_get_width(image.get())),
              .height = static_cast<double>(cairo_image_surface_get_height(image.get())),
              .draw = [image](cairo_t* cairo) {
                cairo_set_source_surface(cairo, image.get(), 0, 0);
                cairo_paint(cairo);
              }};
}

}  // namespace

std::optional<SetLogo> set_logo(const Logo& logo) {
  if (logo.bytes.empty()) return std::nullopt;
  const auto sign = logo.svg ? svg_sign(logo.bytes) : png_sign(logo.bytes);
  if (!sign || sign->width < 1 || sign->height < 1) return std::nullopt;
  const double scale = std::min(kWidest / sign->width, kHighest / sign->height);
  return SetLogo{.width = scale * sign->width,
                 .paint = [sign = *sign, scale, alt = logo.alt](Canvas& canvas, const Box& box) {
                   cairo_t* cairo = canvas.cairo();
                   canvas.begin_figure(alt);
                   cairo_save(cairo);
                   cairo_translate(cairo, box.x + box.width - scale * sign.width, box.y);
                   cairo_scale(cairo, scale, scale);
                   cairo_rectangle(cairo, 0, 0, sign.width, sign.height);
                   cairo_clip(cairo);
                   sign.draw(cairo);
                   cairo_restore(cairo);
                   canvas.end("Figure");
                 }};
}

}  // namespace tt::report
