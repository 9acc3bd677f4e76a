#include "chart/svg_drawing.h"

#include <fmt/format.h>
#include <librsvg/rsvg.h>
#include <pango/pangocairo.h>

#include "chart/machine_fonts.h"

namespace tt::chart {
namespace {

struct Free {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(PangoFontMap* fonts) const { g_object_unref(fonts); }
  void operator()(GError* error) const { g_error_free(error); }
};

// librsvg draws texts with the fonts that are the thread's: these, as long as this lives.
class FontsOfThread {
 public:
  explicit FontsOfThread(PangoFontMap* fonts) {
    if (fonts == nullptr) return;
    before_.reset(PANGO_FONT_MAP(g_object_ref(pango_cairo_font_map_get_default())));
    pango_cairo_font_map_set_default(PANGO_CAIRO_FONT_MAP(fonts));
  }
  ~FontsOfThread() {
    if (before_) pango_cairo_font_map_set_default(PANGO_CAIRO_FONT_MAP(before_.get()));
  }
  FontsOfThread(const FontsOfThread&) = delete;
  FontsOfThread& operator=(const FontsOfThread&) = delete;

 private:
  std::unique_ptr<PangoFontMap, Free> before_;
};

}  // namespace

struct SvgDrawing::Handle {
  std::unique_ptr<RsvgHandle, Free> rsvg;
  std::unique_ptr<PangoFontMap, Free> fonts;  // where ours do not suffice
};

SvgDrawing::SvgDrawing() : handle_(std::make_unique<Handle>()) {}
SvgDrawing::SvgDrawing(SvgDrawing&&) noexcept = default;
SvgDrawing& SvgDrawing::operator=(SvgDrawing&&) noexcept = default;
SvgDrawing::~SvgDrawing() = default;

// Without a base address, so that librsvg resolves no reference to outside.
Result<SvgDrawing> SvgDrawing::parse(std::string_view svg) {
  GError* raw = nullptr;
  SvgDrawing drawing;
  auto& handle = drawing.handle_->rsvg;
  handle.reset(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &raw));
  const std::unique_ptr<GError, Free> error(raw);
  if (!handle) {
    return fail(ErrorCode::kInternal,
                fmt::format("a chart's SVG cannot be read: {}", error ? error->message : ""));
  }
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &drawing.width_, &drawing.height_) ||
      !(drawing.width_ >= 1) || !(drawing.height_ >= 1)) {
    return fail(ErrorCode::kInternal, "a chart's SVG has no size");
  }
  if (const auto lacking = letters_we_lack(svg); !lacking.empty()) {
    const auto fonts = font_map_for(lacking);
    if (!fonts) return std::unexpected(fonts.error());
    drawing.handle_->fonts.reset(*fonts);
  }
  return drawing;
}

Result<void> SvgDrawing::draw(cairo_t* cairo) const {
  const RsvgRectangle page{0, 0, width_, height_};
  const FontsOfThread fonts(handle_->fonts.get());
  GError* raw = nullptr;
  const bool drawn = rsvg_handle_render_document(handle_->rsvg.get(), cairo, &page, &raw);
  const std::unique_ptr<GError, Free> error(raw);
  if (!drawn) {
    return fail(ErrorCode::kInternal,
                fmt::format("a chart cannot be drawn: {}", error ? error->message : ""));
  }
  return {};
}

}  // namespace tt::chart
