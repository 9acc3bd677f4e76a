#include "report/slide_canvas.h"

#include <cmath>

#include <fmt/format.h>

#include "base/safe_text.h"
#include "base/text.h"
#include "report/cut_text.h"
#include "report/tone.h"
#include "report/xml.h"

namespace tt::report {
namespace {

constexpr double kEmuPerPoint = 12'700;
constexpr std::string_view kDrawing = "http://schemas.openxmlformats.org/drawingml/2006/main";
constexpr std::string_view kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view kPresentation =
    "http://schemas.openxmlformats.org/presentationml/2006/main";
constexpr std::string_view kSvgDrawing =
    "http://schemas.microsoft.com/office/drawing/2016/SVG/main";

void fill(pugi::xml_node node, std::string_view colour) {
  xml::add(xml::add(node, "a:solidFill"), "a:srgbClr", {{"val", colour}});
}

void add_run(pugi::xml_node paragraph, const Span& span, const TextLook& look) {
  if (span.text.empty()) return;
  auto run = xml::add(paragraph, "a:r");
  auto properties = xml::add(run, "a:rPr", {{"lang", "en-GB"}});
  if (look.size > 0) xml::set(properties, "sz", fmt::format("{:.0f}", look.size * 100));
  if (span.strong || look.strong) xml::set(properties, "b", "1");
  xml::set(properties, "dirty", "0");
  if (look.size > 0) {
    fill(properties,
         span.tone == Tone::kPlain ? std::string(look.colour) : hex_of(ink_of(span.tone)));
  };
  const auto add_letters = span.code ? xml::add_text : xml::add_words;
  add_letters(run, "a:t", span.text, {});
}

void add_paragraph(pugi::xml_node body, const Text& text, const TextLook& look) {
  auto paragraph = xml::add(body, "a:p");
  if (look.bullets) {
    auto properties = xml::add(paragraph, "a:pPr",
                               {{"marL", emu(kBulletIndent)}, {"indent", emu(-kBulletIndent)}});
    xml::add(xml::add(properties, "a:spcAft"), "a:spcPts", {{"val", "600"}});
    xml::add(properties, "a:buFont", {{"typeface", "Arial"}});
    xml::add(properties, "a:buChar", {{"char", "•"}});
  }
  for (const Span& span : text) add_run(paragraph, span, look);
  if (text.empty()) xml::add(paragraph, "a:endParaRPr", {{"lang", "en-GB"}});
}

pugi::xml_node text_body(pugi::xml_node shape, const char* name = "p:txBody") {
  auto body = xml::add(shape, name);
  xml::add(body, "a:bodyPr",
           {{"wrap", "square"}, {"lIns", "0"}, {"tIns", "0"}, {"rIns", "0"}, {"bIns", "0"}});
  xml::add(body, "a:lstStyle");
  return body;
}

// Not every program takes it from the layout.
void small_print(pugi::xml_node properties) {
  fill(properties, hex_of(kMutedInk));
  xml::add(properties, "a:latin", {{"typeface", "Arial"}});
}

void place(pugi::xml_node transform, const Box& box) {
  xml::add(transform, "a:off", {{"x", emu(box.x)}, {"y", emu(box.y)}});
  xml::add(transform, "a:ext", {{"cx", emu(box.width)}, {"cy", emu(box.height)}});
}

void rectangle(pugi::xml_node properties) {
  xml::add(xml::add(properties, "a:prstGeom", {{"prst", "rect"}}), "a:avLst");
}

void cell_look(pugi::xml_node cell, double size, bool head) {
  const auto margin = emu(kCellMargin);
  const auto padding = emu(cell_padding(size));
  auto look = xml::add(cell, "a:tcPr",
                       {{"marL", margin},
                        {"marR", margin},
                        {"marT", padding},
                        {"marB", padding},
                        {"anchor", "ctr"}});
  for (const char* side : {"a:lnL", "a:lnR", "a:lnT"}) {
    xml::add(xml::add(look, side, {{"w", "0"}}), "a:noFill");
  }
  fill(xml::add(look, "a:lnB", {{"w", "9525"}}), "D1D5DB");
  if (head) {
    fill(look, "1F2937");
  } else {
    xml::add(look, "a:noFill");
  }
}

void add_cell(pugi::xml_node row, const Cell& cell, Align align, double size, bool head) {
  auto node = xml::add(row, "a:tc");
  auto body = xml::add(node, "a:txBody");
  xml::add(body, "a:bodyPr");
  xml::add(body, "a:lstStyle");
  const std::string text = head ? cell.text : marked(cell.tone, cell.text);
  bool first = true;
  for (const auto line : split(text, '\n')) {
    auto paragraph = xml::add(body, "a:p");
    if (align == Align::kRight) xml::add(paragraph, "a:pPr", {{"algn", "r"}});
    const TextLook look{
        .size = first ? size : size * 0.8, .strong = head, .colour = head ? "FFFFFF" : "111827"};
    add_run(paragraph,
            {.text = std::string(line),
             .tone = first ? cell.tone : Tone::kQuiet,
             .strong = cell.strong && first},
            look);
    if (line.empty()) {
      xml::add(paragraph, "a:endParaRPr",
               {{"lang", "en-GB"}, {"sz", fmt::format("{:.0f}", size * 100)}});
    }
    first = false;
  }
  cell_look(node, size, head);
}

}  // namespace

std::string emu(double points) { return fmt::format("{:.0f}", std::round(points * kEmuPerPoint)); }

SlideCanvas::SlideCanvas(Package& package, std::string path, const std::string& layout)
    : package_(package), path_(std::move(path)) {
  auto root =
      xml::root(document_, "p:sld",
                {{"xmlns:a", kDrawing}, {"xmlns:r", kRelations}, {"xmlns:p", kPresentation}});
  tree_ = xml::add(xml::add(root, "p:cSld"), "p:spTree");
  auto self = xml::add(tree_, "p:nvGrpSpPr");
  xml::add(self, "p:cNvPr", {{"id", "1"}, {"name", ""}});
  xml::add(self, "p:cNvGrpSpPr");
  xml::add(self, "p:nvPr");
  xml::add(tree_, "p:grpSpPr");
  xml::add(xml::add(root, "p:clrMapOvr"), "a:masterClrMapping");
  package_.relate(path_, "slideLayout", layout);
}

void SlideCanvas::placeholder(std::string_view type, int index, std::span<const Text> paragraphs,
                              double size) {
  auto shape = xml::add(tree_, "p:sp");
  auto self = xml::add(shape, "p:nvSpPr");
  xml::add(self, "p:cNvPr", {{"id", shape_id()}, {"name", type}});
  xml::add(xml::add(self, "p:cNvSpPr"), "a:spLocks", {{"noGrp", "1"}});
  auto place = xml::add(xml::add(self, "p:nvPr"), "p:ph", {{"type", type}});
  if (type == "ftr" || type == "sldNum") xml::set(place, "sz", "quarter");
  if (index > 0) xml::set(place, "idx", std::to_string(index));
  xml::add(shape, "p:spPr");
  auto body = xml::add(shape, "p:txBody");
  xml::add(body, "a:bodyPr");
  xml::add(body, "a:lstStyle");
  if (type == "sldNum") {
    auto field = xml::add(xml::add(body, "a:p"), "a:fld",
                          {{"id", "{2C9D0A8E-5B0E-4C5A-9E5E-0B7F8F5A1C01}"}, {"type", "slidenum"}});
    auto properties = xml::add(field, "a:rPr", {{"lang", "en-GB"}, {"sz", "900"}});
    small_print(properties);
    xml::add_text(field, "a:t", paragraphs.empty() ? "" : paragraphs.front().front().text);
    return;
  }
  for (const Text& text : paragraphs) {
    auto paragraph = xml::add(body, "a:p");
    for (const Span& span : text) {
      auto run = xml::add(paragraph, "a:r");
      auto properties = xml::add(run, "a:rPr", {{"lang", "en-GB"}, {"dirty", "0"}});
      if (size > 0) xml::set(properties, "sz", fmt::format("{:.0f}", size * 100));
      if (type == "ftr") small_print(properties);
      xml::add_words(run, "a:t", span.text);
    }
  }
}

pugi::xml_node SlideCanvas::frame(const char* kind, std::string_view name, const Box& box) {
  auto shape = xml::add(tree_, kind);
  auto self = xml::add(shape, "p:nvSpPr");
  xml::add(self, "p:cNvPr", {{"id", shape_id()}, {"name", name}});
  xml::add(self, "p:cNvSpPr", {{"txBox", "1"}});
  xml::add(self, "p:nvPr");
  auto properties = xml::add(shape, "p:spPr");
  place(xml::add(properties, "a:xfrm"), box);
  rectangle(properties);
  return shape;
}

void SlideCanvas::text(const Box& box, std::span<const Text> paragraphs, const TextLook& look) {
  auto shape = frame("p:sp", "Text", box);
  xml::add(shape.child("p:spPr"), "a:noFill");
  auto body = text_body(shape);
  for (const Text& text : paragraphs) add_paragraph(body, text, look);
}

void SlideCanvas::card(const Box& box, const Card& card) {
  auto shape = frame("p:sp", card.label, box);
  auto properties = shape.child("p:spPr");
  fill(properties, "F3F4F6");
  auto body = text_body(shape);
  auto look = body.child("a:bodyPr");
  for (const char* side : {"lIns", "tIns", "rIns", "bIns"}) {
    look.attribute(side).set_value(emu(10).c_str());
  }
  xml::set(look, "anchor", "ctr");
  add_paragraph(body, {{.text = cut_text(card.label, 40), .tone = Tone::kQuiet}}, {.size = 12});
  add_paragraph(
      body,
      {{.text = marked(card.tone, cut_text(card.value, 14)), .tone = card.tone, .strong = true}},
      {.size = 26});
  add_paragraph(body, {{.text = cut_text(card.note, 40), .tone = Tone::kQuiet}}, {.size = 10});
}

void SlideCanvas::table(const PlacedBlock& placed) {
  const auto& table = std::get<Table>(placed.block);
  double height = 0;
  for (const double row : placed.rows) height += row;
  auto shape = xml::add(tree_, "p:graphicFrame");
  auto self = xml::add(shape, "p:nvGraphicFramePr");
  const std::string name = table.title.empty() ? "Table" : cut_text(table.title, 80);
  xml::add(self, "p:cNvPr", {{"id", shape_id()}, {"name", name}});
  xml::add(xml::add(self, "p:cNvGraphicFramePr"), "a:graphicFrameLocks", {{"noGrp", "1"}});
  xml::add(self, "p:nvPr");
  place(xml::add(shape, "p:xfrm"), {placed.box.x, placed.box.y, placed.box.width, height});
  auto data = xml::add(xml::add(shape, "a:graphic"), "a:graphicData",
                       {{"uri", "http://schemas.openxmlformats.org/drawingml/2006/table"}});
  auto grid = xml::add(data, "a:tbl");
  xml::add(grid, "a:tblPr", {{"firstRow", "1"}});
  auto columns = xml::add(grid, "a:tblGrid");
  for (const double width : placed.columns) xml::add(columns, "a:gridCol", {{"w", emu(width)}});
  auto head = xml::add(grid, "a:tr", {{"h", emu(placed.rows.front())}});
  for (const Column& column : table.columns) {
    add_cell(head, {.text = column.title, .number = {}}, column.align, placed.size, true);
  }
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    auto row = xml::add(grid, "a:tr", {{"h", emu(placed.rows[r + 1])}});
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      add_cell(row, table.rows[r][c], table.columns[c].align, placed.size, false);
    }
  }
}

void SlideCanvas::ground(const Box& box, std::string_view colour) {
  auto shape = frame("p:sp", "Ground", box);
  fill(shape.child("p:spPr"), colour);
  add_paragraph(text_body(shape), {}, {});
}

void SlideCanvas::picture(const Box& box, std::string_view name, std::string_view alt,
                          const std::string& png, const std::string& svg) {
  auto shape = xml::add(tree_, "p:pic");
  auto self = xml::add(shape, "p:nvPicPr");
  xml::add(self, "p:cNvPr", {{"id", shape_id()}, {"name", cut_text(name, 80)}, {"descr", alt}});
  xml::add(xml::add(self, "p:cNvPicPr"), "a:picLocks", {{"noChangeAspect", "1"}});
  xml::add(self, "p:nvPr");
  auto filled = xml::add(shape, "p:blipFill");
  auto blip = xml::add(filled, "a:blip", {{"r:embed", package_.relate(path_, "image", png)}});
  if (!svg.empty()) {
    auto extension = xml::add(xml::add(blip, "a:extLst"), "a:ext",
                              {{"uri", "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"}});
    xml::add(extension, "asvg:svgBlip",
             {{"xmlns:asvg", kSvgDrawing}, {"r:embed", package_.relate(path_, "image", svg)}});
  }
  xml::add(xml::add(filled, "a:stretch"), "a:fillRect");
  auto properties = xml::add(shape, "p:spPr");
  place(xml::add(properties, "a:xfrm"), box);
  rectangle(properties);
}

void SlideCanvas::notes_page(int number, std::string_view notes) {
  const std::string path = fmt::format("ppt/notesSlides/notesSlide{}.xml", number);
  pugi::xml_document document;
  auto root =
      xml::root(document, "p:notes",
                {{"xmlns:a", kDrawing}, {"xmlns:r", kRelations}, {"xmlns:p", kPresentation}});
  auto tree = xml::add(xml::add(root, "p:cSld"), "p:spTree");
  auto self = xml::add(tree, "p:nvGrpSpPr");
  xml::add(self, "p:cNvPr", {{"id", "1"}, {"name", ""}});
  xml::add(self, "p:cNvGrpSpPr");
  xml::add(self, "p:nvPr");
  xml::add(tree, "p:grpSpPr");
  const auto add_place = [&](std::string_view id, std::string_view name, std::string_view type,
                             std::string_view index) {
    auto shape = xml::add(tree, "p:sp");
    auto about = xml::add(shape, "p:nvSpPr");
    xml::add(about, "p:cNvPr", {{"id", id}, {"name", name}});
    xml::add(xml::add(about, "p:cNvSpPr"), "a:spLocks", {{"noGrp", "1"}});
    xml::add(xml::add(about, "p:nvPr"), "p:ph", {{"type", type}, {"idx", index}});
    xml::add(shape, "p:spPr");
    return shape;
  };
  add_place("2", "Slide Image", "sldImg", "2");
  auto body = xml::add(add_place("3", "Notes", "body", "3"), "p:txBody");
  xml::add(body, "a:bodyPr");
  xml::add(body, "a:lstStyle");
  const std::string text = cut_text(safe_text(notes, true), 4000);
  for (std::size_t from = 0; from <= text.size();) {
    const auto past = std::min(text.find('\n', from), text.size());
    auto run = xml::add(xml::add(body, "a:p"), "a:r");
    xml::add(run, "a:rPr", {{"lang", "en-GB"}});
    xml::add_words(run, "a:t", text.substr(from, past - from));
    from = past + 1;
  }
  xml::add(xml::add(root, "p:clrMapOvr"), "a:masterClrMapping");
  package_.add(path, "application/vnd.openxmlformats-officedocument.presentationml.notesSlide+xml",
               xml::text_of(document));
  package_.relate(path, "notesMaster", "ppt/notesMasters/notesMaster1.xml");
  package_.relate(path, "slide", path_);
  package_.relate(path_, "notesSlide", path);
}

void SlideCanvas::finish(int number, std::string_view notes) {
  notes_page(number, notes);
  package_.add(path_, "application/vnd.openxmlformats-officedocument.presentationml.slide+xml",
               xml::text_of(document_));
}

}  // namespace tt::report
