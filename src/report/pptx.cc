#include "report/pptx.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/safe_text.h"
#include "chart/fonts.h"
#include "report/cut_text.h"
#include "report/office_pictures.h"
#include "report/package.h"
#include "report/slide_canvas.h"
#include "report/slides.h"
#include "report/tone.h"
#include "report/xml.h"

// src/report/office/*.xml, put here by cmake/Embed.cmake.
extern "C" {
extern const char kOfficeThemeBegin[], kOfficeThemeEnd[];
extern const char kSlideMasterBegin[], kSlideMasterEnd[];
extern const char kSlideLayoutTitleBegin[], kSlideLayoutTitleEnd[];
extern const char kSlideLayoutContentBegin[], kSlideLayoutContentEnd[];
extern const char kNotesMasterBegin[], kNotesMasterEnd[];
}

namespace tt::report {
namespace {

constexpr double kWidth = 960;  // points: 13.33 by 7.5 inches
constexpr double kHeight = 540;
constexpr double kMargin = 43.2;
// As office/slide_master.xml has them.
constexpr double kTitleSize = 26;
constexpr double kTitleSizeOfFirst = 40;
constexpr double kSourceSize = 9;
constexpr Box kArea{kMargin, 112, kWidth - 2 * kMargin, 372};
constexpr double kBesidePicture = 206;
constexpr double kSourceRoom = 792;

constexpr std::string_view kType = "application/vnd.openxmlformats-officedocument.presentationml.";
constexpr std::string_view kMaster = "ppt/slideMasters/slideMaster1.xml";
constexpr std::string_view kLayoutOfTitle = "ppt/slideLayouts/slideLayout1.xml";
constexpr std::string_view kLayoutOfContent = "ppt/slideLayouts/slideLayout2.xml";
constexpr std::string_view kNotesMaster = "ppt/notesMasters/notesMaster1.xml";
constexpr std::string_view kPresentation = "ppt/presentation.xml";

// The theme of all decks, in the document's own accent: dk2 is that of titles.
std::string theme_of(const Document& document) {
  pugi::xml_document theme;
  theme.load_buffer(kOfficeThemeBegin,
                    static_cast<std::size_t>(kOfficeThemeEnd - kOfficeThemeBegin));
  auto colours = theme.child("a:theme").child("a:themeElements").child("a:clrScheme");
  const auto take = [&](const char* name, std::optional<Rgb> colour) {
    if (colour)
      colours.child(name).child("a:srgbClr").attribute("val").set_value(hex_of(*colour).c_str());
  };
  take("a:accent1", accent_of(document));
  take("a:dk2", accent_ink(document));
  return xml::text_of(theme);
}

class Deck {
 public:
  Deck(const Document& document, std::map<const Picture*, OfficePicture> pictures)
      : document_(document), pictures_(std::move(pictures)) {}

  Result<std::string> write(const std::vector<Slide>& slides) {
    add_masters();
    for (std::size_t i = 0; i < slides.size(); ++i) {
      const int number = static_cast<int>(i) + 1;
      if (i == 0) {
        first_slide(slides[i]);
      } else {
        content_slide(slides[i], number);
      }
    }
    add_presentation(slides.size());
    add_properties(package_, {.title = document_.title,
                              .subject = document_.subtitle,
                              .keywords = "benchmark, inference, " + metadata_of(document_, "Run"),
                              .created = document_.measured});
    return package_.bytes();
  }

 private:
  static std::string slide_path(int number) {
    return fmt::format("ppt/slides/slide{}.xml", number);
  }

  void add_part(std::string_view path, std::string_view type, const char* begin, const char* end) {
    package_.add(std::string(path), std::string(type), std::string(begin, end));
  }

  void add_masters() {
    const auto type = [](std::string_view kind) { return fmt::format("{}{}+xml", kType, kind); };
    const std::string theme = "application/vnd.openxmlformats-officedocument.theme+xml";
    add_part(kMaster, type("slideMaster"), kSlideMasterBegin, kSlideMasterEnd);
    add_part(kLayoutOfTitle, type("slideLayout"), kSlideLayoutTitleBegin, kSlideLayoutTitleEnd);
    add_part(kLayoutOfContent, type("slideLayout"), kSlideLayoutContentBegin,
             kSlideLayoutContentEnd);
    add_part(kNotesMaster, type("notesMaster"), kNotesMasterBegin, kNotesMasterEnd);
    for (const auto* path : {"ppt/theme/theme1.xml", "ppt/theme/theme2.xml"}) {
      package_.add(path, theme, theme_of(document_));
    }
    // The master names its layouts by these ids.
    package_.relate(std::string(kMaster), "slideLayout", std::string(kLayoutOfTitle));
    package_.relate(std::string(kMaster), "slideLayout", std::string(kLayoutOfContent));
    package_.relate(std::string(kMaster), "theme", "ppt/theme/theme1.xml");
    package_.relate(std::string(kLayoutOfTitle), "slideMaster", std::string(kMaster));
    package_.relate(std::string(kLayoutOfContent), "slideMaster", std::string(kMaster));
    package_.relate(std::string(kNotesMaster), "theme", "ppt/theme/theme2.xml");
  }

  void add_presentation(std::size_t slides) {
    const std::string path(kPresentation);
    pugi::xml_document document;
    auto root = xml::root(
        document, "p:presentation",
        {{"xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
         {"xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
         {"xmlns:p", "http://schemas.openxmlformats.org/presentationml/2006/main"}});
    auto masters = xml::add(root, "p:sldMasterIdLst");
    xml::add(masters, "p:sldMasterId",
             {{"id", "2147483648"},
              {"r:id", package_.relate(path, "slideMaster", std::string(kMaster))}});
    auto notes = xml::add(root, "p:notesMasterIdLst");
    xml::add(notes, "p:notesMasterId",
             {{"r:id", package_.relate(path, "notesMaster", std::string(kNotesMaster))}});
    auto list = xml::add(root, "p:sldIdLst");
    for (std::size_t i = 0; i < slides; ++i) {
      xml::add(list, "p:sldId",
               {{"id", std::to_string(256 + i)},
                {"r:id", package_.relate(path, "slide", slide_path(static_cast<int>(i) + 1))}});
    }
    xml::add(root, "p:sldSz", {{"cx", emu(kWidth)}, {"cy", emu(kHeight)}});
    xml::add(root, "p:notesSz", {{"cx", "6858000"}, {"cy", "9144000"}});
    package_.relate(path, "theme", "ppt/theme/theme1.xml");
    package_.add(path, fmt::format("{}presentation.main+xml", kType), xml::text_of(document));
    package_.relate("", "officeDocument", path);
  }

  void first_slide(const Slide& slide) {
    SlideCanvas canvas(package_, slide_path(1), std::string(kLayoutOfTitle));
    const double room = kWidth - 2 * kMargin;
    const Text title = plain(fit_.cut(safe_text(slide.title), kTitleSizeOfFirst, room, 2, true));
    canvas.placeholder("ctrTitle", 0, {&title, 1});
    std::vector<Text> lines;
    for (const Block& block : slide.blocks) {
      if (const auto* p = std::get_if<Paragraph>(&block)) {
        lines.push_back(plain(fit_.cut(safe_text(plain_text(p->text)), 16, room, 2)));
      }
    }
    canvas.placeholder("subTitle", 1, lines, 16);
    add_logo(canvas);
    canvas.finish(1, slide.notes);
  }

  // On white: it was made for paper, and the first slide is dark.
  void add_logo(SlideCanvas& canvas) {
    const auto logo = office_logo(document_.logo, 230, 56);
    if (!logo) return;
    const std::string png = "ppt/media/logo.png";
    const std::string svg = logo->svg.empty() ? "" : "ppt/media/logo.svg";
    package_.add(png, "", logo->png);
    if (!svg.empty()) package_.add(svg, "", logo->svg);
    constexpr double kPad = 12;
    const Box ground{kMargin, 58, logo->width + 2 * kPad, logo->height + 2 * kPad};
    canvas.ground(ground, "FFFFFF");
    canvas.picture({ground.x + kPad, ground.y + kPad, logo->width, logo->height}, "Logo",
                   document_.logo.alt, png, svg);
  }

  void content_slide(const Slide& slide, int number) {
    SlideCanvas canvas(package_, slide_path(number), std::string(kLayoutOfContent));
    title(canvas, slide.title);
    const auto picture = std::ranges::find_if(
        slide.blocks, [](const Block& block) { return std::holds_alternative<Picture>(block); });
    if (picture != slide.blocks.end()) {
      add_picture(canvas, std::get<Picture>(*picture), number);
    } else {
      for (const auto& placed : place_blocks(fit_, slide.blocks, kArea)) add_block(canvas, placed);
    }
    const Text source = plain(fit_.cut(source_text(), kSourceSize, kSourceRoom, 1));
    canvas.placeholder("ftr", 11, {&source, 1}, kSourceSize);
    const Text page = plain(std::to_string(number));
    canvas.placeholder("sldNum", 12, {&page, 1});
    canvas.finish(number, slide.notes);
  }

  // Two lines at most; smaller where that is too little.
  void title(SlideCanvas& canvas, const std::string& text) {
    const std::string safe = safe_text(text);
    double size = kTitleSize;
    while (size > 20 && fit_.lines(safe, size, kArea.width, true) > 2) size -= 2;
    const Text title = plain(fit_.cut(safe, size, kArea.width, 2, true));
    canvas.placeholder("title", 0, {&title, 1}, size);
  }

  std::string source_text() const {
    std::string text = "Source: ";
    text += cut_text(safe_text(metadata_of(document_, "Run")), 80);
    for (const auto* name : {"Measured", "Method"}) {
      const auto value = metadata_of(document_, name);
      if (!value.empty()) text += " · " + std::string(name) + " " + cut_text(safe_text(value), 40);
    }
    return text + " · " + safe_text(document_.subtitle);
  }

  void add_picture(SlideCanvas& canvas, const Picture& picture, int number) {
    const OfficePicture& drawn = pictures_.at(&picture);
    const std::string png = fmt::format("ppt/media/chart{}.png", number);
    const std::string svg = fmt::format("ppt/media/chart{}.svg", number);
    package_.add(png, "", drawn.png);
    package_.add(svg, "", drawn.svg);
    const double beside = kBesidePicture + 22;
    const double scale =
        std::min((kArea.width - beside) / drawn.width, kArea.height / drawn.height);
    const Box box{kArea.x, kArea.y, drawn.width * scale, drawn.height * scale};
    canvas.picture(box, picture.title, picture.alt, png, svg);
    const double room = kArea.width - box.width - 22;
    const std::vector<Text> words = {{{.text = "How to read it", .strong = true}},
                                     plain(fit_.cut(safe_text(picture.note), 12, room, 16))};
    canvas.text({box.x + box.width + 22, kArea.y, room, kArea.height}, words,
                {.size = 12, .colour = "4B5563"});
  }

  void add_block(SlideCanvas& canvas, const PlacedBlock& placed) {
    if (const auto* p = std::get_if<Paragraph>(&placed.block)) {
      canvas.text(placed.box, {&p->text, 1}, {.size = placed.size});
    } else if (const auto* bullets = std::get_if<Bullets>(&placed.block)) {
      canvas.text(placed.box, bullets->items, {.size = placed.size, .bullets = true});
    } else if (const auto* cards = std::get_if<Cards>(&placed.block)) {
      add_cards(canvas, *cards, placed.box);
    } else if (const auto* table = std::get_if<Table>(&placed.block)) {
      canvas.table(placed);
      if (table->note.empty()) return;
      double height = 6;
      for (const double row : placed.rows) height += row;
      const Text note = plain(table->note);
      canvas.text(
          {placed.box.x, placed.box.y + height, placed.box.width, placed.box.height - height},
          {&note, 1}, {.size = 10, .colour = "4B5563"});
    }
  }

  static void add_cards(SlideCanvas& canvas, const Cards& cards, const Box& box) {
    const std::size_t count = std::min<std::size_t>(cards.cards.size(), 5);
    if (count == 0) return;
    constexpr double kBetween = 12;
    const double width =
        (box.width - kBetween * static_cast<double>(count - 1)) / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
      canvas.card({box.x + static_cast<double>(i) * (width + kBetween), box.y, width, box.height},
                  cards.cards[i]);
    }
  }

  const Document& document_;
  std::map<const Picture*, OfficePicture> pictures_;
  Package package_;
  TextFit fit_;
};

}  // namespace

Result<std::string> pptx(const Document& document) {
  if (auto fonts = chart::use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  const auto slides = make_slides(document);
  std::vector<const Picture*> shown;
  for (const Slide& slide : slides) {
    for (const Block& block : slide.blocks) {
      if (const auto* picture = std::get_if<Picture>(&block)) shown.push_back(picture);
    }
  }
  auto pictures = office_pictures(std::move(shown));
  if (!pictures) return std::unexpected(pictures.error());
  return Deck(document, std::move(*pictures)).write(slides);
}

}  // namespace tt::report
