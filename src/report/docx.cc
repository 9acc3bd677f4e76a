#include "report/docx.h"

#include <fmt/format.h>

#include "base/safe_text.h"
#include "chart/fonts.h"
#include "report/cut_text.h"
#include "report/docx_body.h"
#include "report/slides.h"
#include "report/tone.h"
#include "report/xml.h"

// src/report/office/*.xml, put here by cmake/Embed.cmake.
extern "C" {
extern const char kWordStylesBegin[], kWordStylesEnd[];
extern const char kWordNumberingBegin[], kWordNumberingEnd[];
}

namespace tt::report {
namespace {

constexpr std::string_view kType =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.";
constexpr const char* kWord = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// In twips, a twentieth of a point.
constexpr int kMargin = 1134;  // 2 cm
struct PageSize {
  int width;
  int height;
};

PageSize size_of(Paper paper) {
  return paper == Paper::kLetter ? PageSize{12'240, 15'840} : PageSize{11'906, 16'838};
}

std::string type(std::string_view kind) { return fmt::format("{}{}+xml", kType, kind); }

std::string bookmark_of(std::size_t section) { return fmt::format("_Toc{:05}", section + 1); }

void field_mark(pugi::xml_node paragraph, std::string_view kind) {
  xml::add(xml::add(paragraph, "w:r"), "w:fldChar", {{"w:fldCharType", kind}});
}

// Written out, so that it stands there without being asked for; Word can make it anew.
void add_contents(WordBody& writer, const Document& document) {
  if (document.sections.empty()) return;
  writer.paragraph("TOCHeading", plain("Contents"));
  pugi::xml_node paragraph;
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    paragraph = writer.paragraph("TOC1", {});
    if (i == 0) {
      field_mark(paragraph, "begin");
      xml::add_text(xml::add(paragraph, "w:r"), "w:instrText", " TOC \\o \"1-1\" \\n \\h \\z \\u ",
                    {{"xml:space", "preserve"}});
      field_mark(paragraph, "separate");
    }
    auto link =
        xml::add(paragraph, "w:hyperlink", {{"w:anchor", bookmark_of(i)}, {"w:history", "1"}});
    auto run = xml::add(link, "w:r");
    xml::add(xml::add(run, "w:rPr"), "w:rStyle", {{"w:val", "Hyperlink"}});
    xml::add_words(run, "w:t", document.sections[i].title);
  }
  field_mark(paragraph, "end");
}

void number_field(pugi::xml_node paragraph, std::string_view what) {
  auto field = xml::add(paragraph, "w:fldSimple", {{"w:instr", fmt::format(" {} ", what)}});
  xml::add_text(xml::add(field, "w:r"), "w:t", "1");
}

void add_words(pugi::xml_node paragraph, std::string_view text) {
  xml::add_words(xml::add(paragraph, "w:r"), "w:t", text, {{"xml:space", "preserve"}});
}

// The styles of all documents, headings in the document's own accent.
std::string styles_of(const Document& document) {
  const std::string_view bytes(kWordStylesBegin, kWordStylesEnd);
  const auto accent = accent_ink(document);
  if (!accent) return std::string(bytes);
  pugi::xml_document styles;
  styles.load_buffer(bytes.data(), bytes.size());
  for (const char* id : {"Title", "Heading1", "Heading2", "Heading3", "TOCHeading"}) {
    auto look = styles.child("w:styles").find_child_by_attribute("w:styleId", id).child("w:rPr");
    // In the order that the format asks for.
    xml::set(look.insert_child_before("w:color", look.child("w:sz")), "w:val", hex_of(*accent));
  }
  return xml::text_of(styles);
}

class WordFile {
 public:
  explicit WordFile(const Document& document) : document_(document) {}

  Result<std::string> write(const std::map<const Picture*, OfficePicture>& pictures) {
    const PageSize page = size_of(document_.paper);
    pugi::xml_document text;
    auto root = xml::root(
        text, "w:document",
        {{"xmlns:w", kWord},
         {"xmlns:r", kRelations},
         {"xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
         {"xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
         {"xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"}});
    auto body = xml::add(root, "w:body");
    WordBody writer(package_, body, pictures, (page.width - 2 * kMargin) / 20.0);
    if (const auto logo = office_logo(document_.logo, 150, 44)) {
      writer.logo(document_.logo.alt, *logo);
    }
    writer.paragraph("Title", plain(document_.title));
    writer.paragraph("Subtitle", plain(document_.subtitle));
    add_contents(writer, document_);
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      writer.heading(1, document_.sections[i].title, bookmark_of(i));
      for (const Block& block : document_.sections[i].blocks) std::visit(writer, block);
    }
    writer.heading(1, "Source", "_Source");
    writer(Terms{document_.metadata});
    add_page(body, page);
    add_parts(text);
    return package_.bytes();
  }

 private:
  void add_page(pugi::xml_node body, PageSize page) {
    auto section = xml::add(body, "w:sectPr");
    const std::string document = kWordDocument;
    for (const char* kind : {"header", "footer"}) {
      const std::string path = fmt::format("word/{}1.xml", kind);
      xml::add(section, fmt::format("w:{}Reference", kind).c_str(),
               {{"w:type", "default"}, {"r:id", package_.relate(document, kind, path)}});
    }
    xml::add(section, "w:pgSz",
             {{"w:w", std::to_string(page.width)}, {"w:h", std::to_string(page.height)}});
    const std::string margin = std::to_string(kMargin);
    xml::add(section, "w:pgMar",
             {{"w:top", std::to_string(kMargin + 200)},
              {"w:right", margin},
              {"w:bottom", std::to_string(kMargin + 200)},
              {"w:left", margin},
              {"w:header", "567"},
              {"w:footer", "567"},
              {"w:gutter", "0"}});
  }

  void add_header() {
    pugi::xml_document text;
    auto root = xml::root(text, "w:hdr", {{"xmlns:w", kWord}});
    auto paragraph = xml::add(root, "w:p");
    xml::add(xml::add(paragraph, "w:pPr"), "w:pStyle", {{"w:val", "Header"}});
    add_words(paragraph, cut_text(safe_text(document_.title), 90));
    package_.add("word/header1.xml", type("header"), xml::text_of(text));
  }

  void add_footer() {
    pugi::xml_document text;
    auto root = xml::root(text, "w:ftr", {{"xmlns:w", kWord}});
    auto paragraph = xml::add(root, "w:p");
    xml::add(xml::add(paragraph, "w:pPr"), "w:pStyle", {{"w:val", "Footer"}});
    add_words(paragraph, cut_text(safe_text(metadata_of(document_, "Run")), 90));
    xml::add(xml::add(paragraph, "w:r"), "w:tab");
    add_words(paragraph, "Page ");
    number_field(paragraph, "PAGE");
    add_words(paragraph, " of ");
    number_field(paragraph, "NUMPAGES");
    package_.add("word/footer1.xml", type("footer"), xml::text_of(text));
  }

  void add_parts(const pugi::xml_document& text) {
    const std::string document = kWordDocument;
    package_.add(document, type("document.main"), xml::text_of(text));
    package_.relate("", "officeDocument", document);
    package_.add("word/styles.xml", type("styles"), styles_of(document_));
    package_.add("word/numbering.xml", type("numbering"), {kWordNumberingBegin, kWordNumberingEnd});
    package_.relate(document, "styles", "word/styles.xml");
    package_.relate(document, "numbering", "word/numbering.xml");
    pugi::xml_document settings;
    auto root = xml::root(settings, "w:settings", {{"xmlns:w", kWord}});
    xml::add(xml::add(root, "w:compat"), "w:compatSetting",
             {{"w:name", "compatibilityMode"},
              {"w:uri", "http://schemas.microsoft.com/office/word"},
              {"w:val", "15"}});
    package_.add("word/settings.xml", type("settings"), xml::text_of(settings));
    package_.relate(document, "settings", "word/settings.xml");
    add_header();
    add_footer();
    add_properties(package_, {.title = document_.title,
                              .subject = document_.subtitle,
                              .keywords = "benchmark, inference, " + metadata_of(document_, "Run"),
                              .created = document_.measured});
  }

  const Document& document_;
  Package package_;
};

}  // namespace

Result<std::string> docx(const Document& document) {
  if (auto fonts = chart::use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  std::vector<const Picture*> shown;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      if (const auto* picture = std::get_if<Picture>(&block)) shown.push_back(picture);
    }
  }
  const auto pictures = office_pictures(std::move(shown));
  if (!pictures) return std::unexpected(pictures.error());
  return WordFile(document).write(*pictures);
}

}  // namespace tt::report
