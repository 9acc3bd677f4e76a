#include "report/pdf_canvas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <cairo-pdf.h>
#include <cairo.h>
#include <fmt/format.h>

#include "base/text.h"
#include "report/pdf_tags.h"
#include "report/pdf_text.h"

namespace tt::report {
namespace {

constexpr std::size_t kMostOfProperty = 300;
constexpr std::size_t kMostOfAlternative = 3000;

cairo_status_t append(void* out, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

std::string property(std::string_view text) {
  return paper_text(text, kMostOfProperty, kMostOfProperty);
}

// cairo writes no date where it is told none, so that the same document has the same bytes.
void set_properties(cairo_surface_t* surface, const Document& document) {
  const auto set = [&](cairo_pdf_metadata_t which, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface, which, text.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, property(document.title));
  set(CAIRO_PDF_METADATA_SUBJECT, property(document.subtitle));
  set(CAIRO_PDF_METADATA_AUTHOR, "Tokentrial");
  set(CAIRO_PDF_METADATA_CREATOR, "Tokentrial");
  const char* dates = nullptr;
  std::string measured;
  if (document.measured > 0) {
    measured = format_utc(document.measured).substr(0, 19) + "Z";  // whole seconds
    dates = measured.c_str();
  }
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, dates);
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, dates);
}

}  // namespace

void Canvas::Free::operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
void Canvas::Free::operator()(cairo_t* cairo) const { cairo_destroy(cairo); }

Canvas::Canvas(const look::Sheet& sheet, const Document& document)
    : surface_(
          cairo_pdf_surface_create_for_stream(append, bytes_.get(), sheet.width, sheet.height)),
      cairo_(cairo_create(surface_.get())) {
  set_properties(surface_.get(), document);
}

Canvas::Canvas(const look::Sheet& sheet, double scale)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                          static_cast<int>(std::ceil(sheet.width * scale)),
                                          static_cast<int>(std::ceil(sheet.height * scale)))),
      cairo_(cairo_create(surface_.get())),
      is_picture_(true) {
  cairo_set_source_rgb(cairo_.get(), 1, 1, 1);
  cairo_paint(cairo_.get());
  cairo_scale(cairo_.get(), scale, scale);
}

void Canvas::round_path(const Box& box, double radius) {
  cairo_t* c = cairo_.get();
  const double r = std::min({radius, box.width / 2, box.height / 2});
  const double right = box.x + box.width - r;
  const double bottom = box.y + box.height - r;
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(c);
  cairo_arc(c, right, box.y + r, r, -kQuarter, 0);
  cairo_arc(c, right, bottom, r, 0, kQuarter);
  cairo_arc(c, box.x + r, bottom, r, kQuarter, 2 * kQuarter);
  cairo_arc(c, box.x + r, box.y + r, r, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(c);
}

void Canvas::fill(const Box& box, const look::Colour& colour, double radius) {
  cairo_set_source_rgb(cairo_.get(), colour.red, colour.green, colour.blue);
  if (radius > 0) {
    round_path(box, radius);
  } else {
    cairo_rectangle(cairo_.get(), box.x, box.y, box.width, box.height);
  }
  cairo_fill(cairo_.get());
}

void Canvas::outline_box(const Box& box, const look::Colour& colour, double radius,
                         double thickness) {
  cairo_set_source_rgb(cairo_.get(), colour.red, colour.green, colour.blue);
  cairo_set_line_width(cairo_.get(), thickness);
  const double half = thickness / 2;
  round_path({box.x + half, box.y + half, box.width - thickness, box.height - thickness}, radius);
  cairo_stroke(cairo_.get());
}

void Canvas::next_page() { cairo_show_page(cairo_.get()); }

void Canvas::begin(const char* tag) { cairo_tag_begin(cairo_.get(), tag, nullptr); }
void Canvas::end(const char* tag) { cairo_tag_end(cairo_.get(), tag); }

void Canvas::begin_figure(std::string alternative) {
  alternatives_.push_back(paper_text(alternative, kMostOfProperty, kMostOfAlternative));
  begin("Figure");
}

void Canvas::anchor(const std::string& name, double x, double y) {
  const auto attributes = fmt::format("name='{}' x={:.1f} y={:.1f}", name, x, y);
  cairo_tag_begin(cairo_.get(), CAIRO_TAG_DEST, attributes.c_str());
  cairo_tag_end(cairo_.get(), CAIRO_TAG_DEST);
}

void Canvas::begin_link(const std::string& anchor) {
  cairo_tag_begin(cairo_.get(), CAIRO_TAG_LINK, fmt::format("dest='{}'", anchor).c_str());
}
void Canvas::end_link() { cairo_tag_end(cairo_.get(), CAIRO_TAG_LINK); }

int Canvas::bookmark(int parent, const std::string& title, const std::string& anchor) {
  return cairo_pdf_surface_add_outline(surface_.get(), parent, property(title).c_str(),
                                       fmt::format("dest='{}'", anchor).c_str(),
                                       static_cast<cairo_pdf_outline_flags_t>(0));
}

Result<std::string> Canvas::finish_picture() {
  cairo_status_t status = cairo_status(cairo_.get());
  if (status == CAIRO_STATUS_SUCCESS) {
    status = cairo_surface_write_to_png_stream(surface_.get(), append, bytes_.get());
  }
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the picture cannot be made: {}", cairo_status_to_string(status)));
  }
  return std::move(*bytes_);
}

Result<std::string> Canvas::finish() {
  if (is_picture_) return finish_picture();
  cairo_status_t status = cairo_status(cairo_.get());
  cairo_.reset();
  cairo_surface_finish(surface_.get());
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface_.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the PDF cannot be made: {}", cairo_status_to_string(status)));
  }
  return with_tags(std::move(*bytes_), alternatives_);
}

}  // namespace tt::report
