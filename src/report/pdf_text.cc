#include "report/pdf_text.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <pango/pangocairo.h>

#include "base/isolates.h"
#include "base/safe_text.h"
#include "chart/fonts.h"
#include "report/pdf_look.h"

namespace tt::report {
namespace {

constexpr std::size_t kMostOfWord = 96;
constexpr std::size_t kMostOfText = 3000;
constexpr int kMostMarks = 3;
constexpr const char* kAsTyped = "liga=0, calt=0";  // "--" stays two dashes
constexpr char32_t kEllipsis = U'…';

std::u32string letters_of(std::string_view text) {
  if (text.empty()) return {};
  const std::string safe = safe_text(text);
  glong count = 0;
  gunichar* wide = g_utf8_to_ucs4_fast(safe.data(), static_cast<glong>(safe.size()), &count);
  std::u32string letters;
  int marks = 0;
  for (const gunichar c : std::span(wide, static_cast<std::size_t>(count))) {
    marks = g_unichar_type(c) == G_UNICODE_NON_SPACING_MARK ? marks + 1 : 0;
    if (marks <= kMostMarks) letters += static_cast<char32_t>(c);
  }
  g_free(wide);
  return letters;
}

std::u32string cut_middle(std::u32string_view text, std::size_t most) {
  if (text.size() <= most) return std::u32string(text);
  const std::size_t front = most / 2;
  const std::size_t back = most - front - 1;
  std::u32string cut(text.substr(0, front));
  cut += kEllipsis;
  return cut += text.substr(text.size() - back);
}

std::u32string cut_words(std::u32string_view text, std::size_t most) {
  std::u32string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(U' '), text.size());
    out += cut_middle(text.substr(0, end), most);
    if (end < text.size()) out += U' ';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string utf8_of(const std::u32string& letters) {
  std::string out;
  for (const char32_t c : letters) {
    char bytes[6];
    out.append(bytes, static_cast<std::size_t>(g_unichar_to_utf8(c, bytes)));
  }
  return out;
}

double points(int pango) { return static_cast<double>(pango) / PANGO_SCALE; }

PangoFontDescription* font_of(const Lettering& lettering) {
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(
      font, lettering.mono ? chart::kMonoFamily : chart::kTextFamily);
  const bool bold = lettering.strong && !lettering.mono;  // there is no bold of the other
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_SEMIBOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font, lettering.size * PANGO_SCALE);
  return font;
}

void add(PangoAttrList* list, PangoAttribute* attribute, std::size_t from, std::size_t to) {
  attribute->start_index = static_cast<guint>(from);
  attribute->end_index = static_cast<guint>(to);
  pango_attr_list_insert(list, attribute);
}

void style_span(PangoAttrList* list, const Span& span, const Lettering& base, std::size_t from,
                std::size_t to) {
  if (span.strong && !span.code) {
    add(list, pango_attr_weight_new(PANGO_WEIGHT_SEMIBOLD), from, to);
  }
  if (span.code) {
    add(list, pango_attr_family_new(chart::kMonoFamily), from, to);
    add(list, pango_attr_font_features_new(kAsTyped), from, to);
    add(list, pango_attr_size_new_absolute(static_cast<int>(base.size * 0.92 * PANGO_SCALE)), from,
        to);
  }
  if (span.tone == Tone::kPlain) return;
  const auto part = [](double share) { return static_cast<guint16>(std::lround(share * 65535)); };
  const auto ink = look::ink_of(span.tone);
  add(list, pango_attr_foreground_new(part(ink.red), part(ink.green), part(ink.blue)), from, to);
}

// Where Pango would break a line but nobody writing would: within "tokens/s" and after the dashes
// of
// "--duration".
void keep_together(PangoAttrList* list, std::string_view text) {
  constexpr std::size_t kShortTail = 3;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '/') {
      const std::size_t end = std::min(text.find_first_of(" ,;)", i), text.size());
      if (end - i - 1 <= kShortTail) add(list, pango_attr_allow_breaks_new(FALSE), i, end);
    } else if (text.substr(i, 2) == "--") {
      add(list, pango_attr_allow_breaks_new(FALSE), i, std::min(i + 3, text.size()));
    }
  }
}

// The letters of the layout for which there is no glyph.
void note_missing(PangoLayout* layout, std::u32string& missing) {
  if (pango_layout_get_unknown_glyphs_count(layout) == 0) return;
  for (const char32_t c : letters_of(pango_layout_get_text(layout))) {
    if (c > 0x7f && missing.find(c) == std::u32string::npos) missing += c;
  }
}

}  // namespace

std::string paper_text(std::string_view text, std::size_t most_of_word, std::size_t most) {
  return utf8_of(cut_middle(cut_words(letters_of(text), most_of_word), most));
}

double Lines::height() const {
  double sum = 0;
  for (const auto& line : lines_) sum += line.height;
  return sum;
}

void Lines::draw(cairo_t* cairo, std::size_t line, double x, double y) const {
  const auto ink = look::ink_of(tone_);
  cairo_set_source_rgb(cairo, ink.red, ink.green, ink.blue);
  cairo_move_to(cairo, x + lines_[line].x, y + lines_[line].baseline);
  pango_cairo_show_layout_line(
      cairo, pango_layout_get_line_readonly(layout_.get(), static_cast<int>(line)));
}

void Lines::draw(cairo_t* cairo, double x, double y) const {
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    draw(cairo, i, x, y);
    y += lines_[i].height;
  }
}

Typesetter::Typesetter(PangoFontMap* fonts)
    : context_(pango_font_map_create_context(fonts != nullptr ? fonts
                                                              : pango_cairo_font_map_get_default()),
               g_object_unref) {
  // Widths do not depend on the size in pixels of any screen.
  pango_context_set_round_glyph_positions(context_.get(), FALSE);
  pango_context_set_base_dir(context_.get(), PANGO_DIRECTION_LTR);
  pango_context_set_language(context_.get(), pango_language_from_string("en"));
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context_.get(), options);
  cairo_font_options_destroy(options);
}

Lines Typesetter::lay_out(const Text& text, const Lettering& lettering, int width) {
  Lines lines;
  lines.tone_ = lettering.tone;
  lines.layout_.reset(pango_layout_new(context_.get()), g_object_unref);
  PangoLayout* layout = lines.layout_.get();
  PangoFontDescription* font = font_of(lettering);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  // Our sentences run from left to right, whatever names they hold.
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width(layout, width);
  if (lettering.one_line) pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_set_indent(layout, -static_cast<int>(lettering.hang * PANGO_SCALE));
  pango_layout_set_alignment(
      layout, lettering.align == Align::kRight ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);

  std::string all;
  PangoAttrList* attributes = pango_attr_list_new();
  for (const Span& span : text) {
    const std::size_t from = all.size();
    const auto cut = paper_text(span.text, lettering.whole_words ? kMostOfText * 10 : kMostOfWord,
                                lettering.whole_words ? kMostOfText * 10 : kMostOfText);
    all += span.code || lettering.mono ? cut : isolated(cut);
    style_span(attributes, span, lettering, from, all.size());
  }
  keep_together(attributes, all);
  // A name that is broken keeps its letters, and gets no others.
  pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
  if (lettering.mono) {
    pango_attr_list_insert(attributes, pango_attr_font_features_new(kAsTyped));
  } else if (lettering.figures) {
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum=1"));
  }
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_text(layout, all.data(), static_cast<int>(all.size()));
  note_missing(layout, missing_);
  return lines;
}

Lines Typesetter::set(const Text& text, const Lettering& lettering, double width) {
  const int wide = width > 0 ? static_cast<int>(width * PANGO_SCALE) : -1;
  Lines lines = lay_out(text, lettering, wide);
  PangoLayoutIter* at = pango_layout_get_iter(lines.layout_.get());
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(at, nullptr, &logical);
    const double tall = points(logical.height);
    // Letters of other fonts may be taller than ours.
    const double height = std::max(lettering.size * lettering.leading, tall * 0.95);
    const double above = points(pango_layout_iter_get_baseline(at) - logical.y);
    lines.lines_.push_back(
        {.height = height, .baseline = (height - tall) / 2 + above, .x = points(logical.x)});
    lines.width_ = std::max(lines.width_, points(logical.width));
  } while (pango_layout_iter_next_line(at));
  pango_layout_iter_free(at);
  return lines;
}

Lines Typesetter::set(std::string_view text, const Lettering& lettering, double width) {
  return set(plain(std::string(text)), lettering, width);
}

double Typesetter::longest_word(std::string_view text, const Lettering& lettering) {
  const Lines lines = lay_out(plain(std::string(text)), lettering, -1);
  pango_layout_set_wrap(lines.layout_.get(), PANGO_WRAP_WORD);
  pango_layout_set_width(lines.layout_.get(), 0);
  PangoRectangle logical;
  pango_layout_get_extents(lines.layout_.get(), nullptr, &logical);
  return points(logical.width);
}

Lines Typesetter::set_smaller(std::string_view text, Lettering lettering, double width) {
  Lines lines = set(text, lettering, 0);
  if (lines.width() <= width) return lines;
  const double share = width / lines.width() * 0.99;
  lettering.leading *= lettering.size;
  lettering.size *= std::max(0.5, share);
  lettering.leading /= lettering.size;
  return set(text, lettering, share < 0.5 ? width : 0);
}

}  // namespace tt::report
