#include "report/docx_body.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/safe_text.h"
#include "base/text.h"
#include "report/cut_text.h"
#include "report/slide_layout.h"
#include "report/tone.h"
#include "report/xml.h"

namespace tt::report {
namespace {

constexpr std::size_t kMostOfCell = 400;
constexpr double kCellSize = 9;  // points
constexpr double kSmallCell = 6;
constexpr std::size_t kTogether = 8;  // rows of a table that stays on one page
constexpr std::string_view kPictureKind =
    "http://schemas.openxmlformats.org/drawingml/2006/picture";

std::string twips(double points) { return fmt::format("{:.0f}", std::round(points * 20)); }

// `size`: in points; 0: the style's.
void add_run(pugi::xml_node paragraph, const Span& span, double size = 0) {
  if (span.text.empty()) return;
  auto run = xml::add(paragraph, "w:r");
  auto look = xml::add(run, "w:rPr");
  if (span.code) xml::add(look, "w:rStyle", {{"w:val", "CodeText"}});
  if (span.strong) xml::add(look, "w:b");
  // What is plain has the style's.
  if (span.tone != Tone::kPlain) xml::add(look, "w:color", {{"w:val", hex_of(ink_of(span.tone))}});
  if (size > 0) {
    const std::string halves = fmt::format("{:.0f}", size * 2);
    xml::add(look, "w:sz", {{"w:val", halves}});
    xml::add(look, "w:szCs", {{"w:val", halves}});
  }
  const auto add_letters = span.code ? xml::add_text : xml::add_words;
  add_letters(run, "w:t", span.text, {{"xml:space", "preserve"}});
}

pugi::xml_node add_paragraph(pugi::xml_node parent, std::string_view style) {
  auto node = xml::add(parent, "w:p");
  xml::add(xml::add(node, "w:pPr"), "w:pStyle", {{"w:val", style}});
  return node;
}

void add_field(pugi::xml_node paragraph, std::string_view instruction, std::string_view value) {
  auto field = xml::add(paragraph, "w:fldSimple", {{"w:instr", instruction}});
  xml::add_text(xml::add(field, "w:r"), "w:t", value);
}

void add_cell(pugi::xml_node row, double width, const Cell& cell, Align align, double size,
              bool head) {
  auto node = xml::add(row, "w:tc");
  xml::add(xml::add(node, "w:tcPr"), "w:tcW", {{"w:w", twips(width)}, {"w:type", "dxa"}});
  auto paragraph = add_paragraph(node, "TableText");
  if (align == Align::kRight) {
    xml::add(paragraph.child("w:pPr"), "w:jc", {{"w:val", "right"}});
  }
  std::string text = cut_text(safe_text(cell.text), kMostOfCell);
  if (!head) text = marked(cell.tone, text);
  add_run(paragraph, {.text = text, .tone = cell.tone, .strong = cell.strong}, size);
}

// The heading's cells are white by the table's style, which their paragraphs must not change.
void add_head(pugi::xml_node grid, const Table& table, const std::vector<double>& widths,
              double size) {
  auto row = xml::add(grid, "w:tr");
  auto look = xml::add(row, "w:trPr");
  xml::add(look, "w:cantSplit");
  xml::add(look, "w:tblHeader");
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    add_cell(row, widths[c], {.text = table.columns[c].title, .number = {}, .strong = true},
             table.columns[c].align, size, true);
    auto run = row.last_child().child("w:p").child("w:r");
    if (!run) continue;
    auto properties = run.child("w:rPr");
    auto colour = properties.insert_child_before("w:color", properties.child("w:sz"));
    xml::set(colour, "w:val", "FFFFFF");
    auto cell = row.last_child().child("w:tcPr");
    xml::add(cell, "w:shd", {{"w:val", "clear"}, {"w:color", "auto"}, {"w:fill", "1F2937"}});
  }
}

// Small tables stay whole; of larger ones no heading stands alone at the foot of a page.
void keep_together(pugi::xml_node grid) {
  std::vector<pugi::xml_node> rows;
  for (auto row : grid.children("w:tr")) rows.push_back(row);
  const std::size_t kept = rows.size() <= kTogether + 1 ? rows.size() : 3;
  for (std::size_t r = 0; r + 1 < kept; ++r) {
    for (auto cell : rows[r].children("w:tc")) {
      auto look = cell.child("w:p").child("w:pPr");
      look.insert_child_after("w:keepNext", look.child("w:pStyle"));
    }
  }
}

}  // namespace

pugi::xml_node WordBody::paragraph(std::string_view style, const Text& text) {
  auto node = add_paragraph(body_, style);
  for (const Span& span : text) add_run(node, span);
  return node;
}

void WordBody::heading(int level, std::string_view title, const std::string& bookmark) {
  auto node = add_paragraph(body_, fmt::format("Heading{}", level));
  const std::string id = std::to_string(bookmarks_++);
  xml::add(node, "w:bookmarkStart", {{"w:id", id}, {"w:name", bookmark}});
  add_run(node, {.text = std::string(title)});
  xml::add(node, "w:bookmarkEnd", {{"w:id", id}});
}

void WordBody::operator()(const Paragraph& p) { paragraph("Normal", p.text); }

void WordBody::operator()(const Bullets& bullets) {
  for (const Text& item : bullets.items) paragraph("ListBullet", item);
}

void WordBody::operator()(const Callout& callout) {
  const std::string_view style = callout.tone == Tone::kGood   ? "CalloutGood"
                                 : callout.tone == Tone::kWarn ? "CalloutWarn"
                                 : callout.tone == Tone::kBad  ? "CalloutBad"
                                                               : "Callout";
  paragraph(style, {{.text = marked(callout.tone, callout.title), .tone = callout.tone}});
  if (!callout.text.empty()) paragraph("Normal", callout.text);
}

pugi::xml_node WordBody::table_node(std::string_view style, const std::vector<double>& widths) {
  auto grid = xml::add(body_, "w:tbl");
  auto look = xml::add(grid, "w:tblPr");
  xml::add(look, "w:tblStyle", {{"w:val", style}});
  xml::add(look, "w:tblW", {{"w:w", twips(width_)}, {"w:type", "dxa"}});
  xml::add(look, "w:tblLayout", {{"w:type", "fixed"}});
  xml::add(look, "w:tblLook",
           {{"w:val", "0420"}, {"w:firstRow", "1"}, {"w:noHBand", "0"}, {"w:noVBand", "1"}});
  auto columns = xml::add(grid, "w:tblGrid");
  for (const double width : widths) xml::add(columns, "w:gridCol", {{"w:w", twips(width)}});
  return grid;
}

void WordBody::operator()(const Cards& cards) {
  if (cards.cards.empty()) return;
  if (!cards.title.empty()) paragraph("TableTitle", plain(cards.title));
  const std::vector<double> widths(cards.cards.size(),
                                   width_ / static_cast<double>(cards.cards.size()));
  auto row = xml::add(table_node("CardTable", widths), "w:tr");
  xml::add(xml::add(row, "w:trPr"), "w:cantSplit");
  for (const Card& card : cards.cards) {
    auto cell = xml::add(row, "w:tc");
    auto look = xml::add(cell, "w:tcPr");
    xml::add(look, "w:tcW", {{"w:w", twips(widths.front())}, {"w:type", "dxa"}});
    xml::add(look, "w:shd", {{"w:val", "clear"}, {"w:color", "auto"}, {"w:fill", "F3F4F6"}});
    add_run(add_paragraph(cell, "CardLabel"), {.text = card.label});
    const double room = widths.front() - 14;
    const std::string value = marked(card.tone, card.value);
    const auto wide = fit_.width(value, 16, true);
    add_run(add_paragraph(cell, "CardValue"), {.text = value, .tone = card.tone},
            wide > room ? std::max(8.0, std::floor(16 * room / wide)) : 0);
    add_run(add_paragraph(cell, "CardNote"), {.text = card.note});
  }
  paragraph("TableNote", {});
}

void WordBody::operator()(const Table& table) {
  if (table.columns.empty()) return;
  if (!table.title.empty()) paragraph("TableTitle", plain(table.title));
  Table short_one = table;
  for (auto& row : short_one.rows) {
    for (Cell& cell : row) cell.text = cut_text(safe_text(cell.text), kMostOfCell);
  }
  const double size = fitting_size(fit_, short_one, kCellSize, kSmallCell, width_);
  const auto widths = column_widths(fit_, short_one, size, width_);
  auto grid = table_node("Figures", widths);
  add_head(grid, table, widths, size);
  for (const auto& cells : short_one.rows) {
    auto row = xml::add(grid, "w:tr");
    xml::add(xml::add(row, "w:trPr"), "w:cantSplit");
    for (std::size_t c = 0; c < cells.size() && c < widths.size(); ++c) {
      add_cell(row, widths[c], cells[c], table.columns[c].align, size, false);
    }
  }
  keep_together(grid);
  // Two tables without a paragraph between them would be one.
  paragraph("TableNote", plain(table.note));
}

void WordBody::operator()(const Terms& terms) {
  for (const auto& [term, meaning] : terms.entries) {
    paragraph("Normal", {{.text = term, .strong = true}, {.text = ": " + meaning}});
  }
}

void WordBody::operator()(const Listing& listing) {
  if (!listing.title.empty()) paragraph("TableTitle", plain(listing.title));
  for (const auto line : split(listing.text, '\n')) {
    paragraph("Listing", {{.text = std::string(line), .code = true}});
  }
  paragraph("TableNote", {});
}

void WordBody::drawing(pugi::xml_node run, const Drawing& about, const OfficePicture& drawn) {
  const std::string document = kWordDocument;
  const std::string number = std::to_string(++drawings_);
  const std::string png = fmt::format("word/media/{}.png", about.part);
  package_.add(png, "", drawn.png);
  constexpr double kEmuPerPoint = 12'700;
  const double wide = about.width * kEmuPerPoint;
  const std::string width = fmt::format("{:.0f}", wide);
  const std::string height = fmt::format("{:.0f}", wide * drawn.height / drawn.width);
  const std::string name = cut_text(safe_text(about.name), 80);
  auto place = xml::add(xml::add(run, "w:drawing"), "wp:inline",
                        {{"distT", "0"}, {"distB", "0"}, {"distL", "0"}, {"distR", "0"}});
  xml::add(place, "wp:extent", {{"cx", width}, {"cy", height}});
  xml::add(place, "wp:effectExtent", {{"l", "0"}, {"t", "0"}, {"r", "0"}, {"b", "0"}});
  xml::add(place, "wp:docPr", {{"id", number}, {"name", name}, {"descr", about.alt}});
  xml::add(xml::add(place, "wp:cNvGraphicFramePr"), "a:graphicFrameLocks",
           {{"noChangeAspect", "1"}});
  auto data = xml::add(xml::add(place, "a:graphic"), "a:graphicData", {{"uri", kPictureKind}});
  auto shape = xml::add(data, "pic:pic");
  auto self = xml::add(shape, "pic:nvPicPr");
  xml::add(self, "pic:cNvPr", {{"id", number}, {"name", name}});
  xml::add(self, "pic:cNvPicPr");
  auto filled = xml::add(shape, "pic:blipFill");
  auto blip = xml::add(filled, "a:blip", {{"r:embed", package_.relate(document, "image", png)}});
  if (!drawn.svg.empty()) {
    const std::string svg = fmt::format("word/media/{}.svg", about.part);
    package_.add(svg, "", drawn.svg);
    auto extension = xml::add(xml::add(blip, "a:extLst"), "a:ext",
                              {{"uri", "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"}});
    xml::add(extension, "asvg:svgBlip",
             {{"xmlns:asvg", "http://schemas.microsoft.com/office/drawing/2016/SVG/main"},
              {"r:embed", package_.relate(document, "image", svg)}});
  }
  xml::add(xml::add(filled, "a:stretch"), "a:fillRect");
  auto look = xml::add(shape, "pic:spPr");
  auto box = xml::add(look, "a:xfrm");
  xml::add(box, "a:off", {{"x", "0"}, {"y", "0"}});
  xml::add(box, "a:ext", {{"cx", width}, {"cy", height}});
  xml::add(xml::add(look, "a:prstGeom", {{"prst", "rect"}}), "a:avLst");
}

void WordBody::logo(std::string_view alt, const OfficePicture& logo) {
  drawing(xml::add(add_paragraph(body_, "Normal"), "w:r"),
          {.part = "logo", .name = "Logo", .alt = std::string(alt), .width = logo.width}, logo);
}

void WordBody::operator()(const Picture& picture) {
  ++figures_;
  auto node = add_paragraph(body_, "Normal");
  xml::add(node.child("w:pPr"), "w:keepNext");
  drawing(xml::add(node, "w:r"),
          {.part = fmt::format("chart{}", figures_),
           .name = picture.title,
           .alt = picture.alt,
           .width = width_},
          pictures_.at(&picture));
  auto caption = add_paragraph(body_, "Caption");
  add_run(caption, {.text = "Figure ", .strong = true});
  add_field(caption, " SEQ Figure \\* ARABIC ", std::to_string(figures_));
  add_run(caption, {.text = ". " + picture.title + ". ", .strong = true});
  add_run(caption, {.text = picture.note});
}

}  // namespace tt::report
