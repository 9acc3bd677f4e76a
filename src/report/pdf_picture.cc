// Pictures on paper, each in a frame and with its caption: below it, or beside it where the page
// has little room left.
#include <algorithm>
#include <memory>
#include <utility>

#include <cairo.h>

#include "chart/svg_drawing.h"
#include "report/pdf_flow.h"

namespace tt::report {
namespace {

constexpr double kSlack = 0.26;        // of the picture's height
constexpr double kBesideShare = 0.73;  // of the width, where the caption stands beside it
constexpr double kGap = 5;
constexpr double kBesideGap = 12;
constexpr std::size_t kMostOfCaption = 700;
constexpr Lettering kCaption{.size = look::kSmall, .tone = Tone::kQuiet, .leading = 1.4};

// A picture that is ready to be drawn, high or low.
struct Framed {
  chart::SvgDrawing drawing;
  Lines below;   // the caption, as wide as the page
  Lines beside;  // the same, in a column
  std::string alternative;
  double height = 0;  // of the picture at its largest

  double below_height() const { return below.height() + kGap; }
  double full() const { return height + below_height(); }
  double least_below() const { return full() - kSlack * height; }
  double least() const { return std::max(kBesideShare * height, beside.height()); }
};

void draw_picture(Canvas& canvas, const Framed& framed, const Box& frame) {
  const auto& drawing = framed.drawing;
  const double scale = std::min(frame.width / drawing.width(), frame.height / drawing.height());
  const double left = frame.x + (frame.width - scale * drawing.width()) / 2;
  cairo_t* cairo = canvas.cairo();
  canvas.begin_figure(framed.alternative);
  cairo_save(cairo);
  cairo_translate(cairo, left, frame.y);
  cairo_scale(cairo, scale, scale);
  cairo_rectangle(cairo, 0, 0, drawing.width(), drawing.height());
  cairo_clip(cairo);
  // It was read and has a size: what fails now is cairo, which keeps its error.
  (void)drawing.draw(cairo);
  cairo_restore(cairo);
  canvas.outline_box(frame, look::kLine, 4, 0.6);
  canvas.end("Figure");
}

void draw_framed(Canvas& canvas, const Framed& framed, const Box& box) {
  const auto caption = [&](const Lines& lines, double x, double y) {
    canvas.begin("Caption");
    lines.draw(canvas.cairo(), x, y);
    canvas.end("Caption");
  };
  if (box.height >= framed.least_below() - 0.01) {
    const double height = box.height - framed.below_height();
    draw_picture(canvas, framed, {box.x, box.y, box.width, height});
    caption(framed.below, box.x, box.y + height + kGap);
    return;
  }
  const double width = kBesideShare * box.width;
  draw_picture(canvas, framed, {box.x, box.y, width, kBesideShare * framed.height});
  caption(framed.beside, box.x + width + kBesideGap, box.y + 2);
}

}  // namespace

void add_picture(Flow& flow, const Picture& picture, const std::string& anchor) {
  auto drawing = chart::SvgDrawing::parse(picture.paper.empty() ? picture.light : picture.paper);
  if (!drawing) {  // its words remain
    add_callout(flow, {.tone = Tone::kPlain, .title = picture.title, .text = plain(picture.alt)},
                look::kSubheading);
    return;
  }
  Typesetter& type = flow.type();
  const double width = flow.width();
  const auto note = paper_text(picture.note, kMostOfCaption, kMostOfCaption);
  const double height =
      std::min(width * drawing->height() / drawing->width(), look::kHighestPicture);
  const auto framed = std::make_shared<const Framed>(
      Framed{.drawing = std::move(*drawing),
             .below = type.set(note, kCaption, width),
             .beside = type.set(note, kCaption, (1 - kBesideShare) * width - kBesideGap),
             .alternative = picture.title + ". " + picture.alt,
             .height = height});
  flow.bookmark({.title = picture.title, .anchor = anchor, .below = true});
  flow.blank(6);
  flow.add(
      {.band = {.height = framed->full(),
                .slack = kSlack * height,
                .deep = std::max(0.0, framed->full() - framed->least())},
       .paint = [framed](Canvas& canvas, const Box& box) { draw_framed(canvas, *framed, box); },
       .anchor = anchor});
  flow.blank(14);
}

}  // namespace tt::report
