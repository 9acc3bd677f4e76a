#include "report/docx.h"

#include <gtest/gtest.h>

#include "report/test_office.h"

namespace tt::report {
namespace {

const char* const kSvg = "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='56'/>";

Files word_of(const Document& document) {
  const auto bytes = docx(document);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? unzip(*bytes) : Files();
}

pugi::xml_document text_of(const Files& files) { return parsed(files, "word/document.xml"); }

Document of(std::vector<Block> blocks) {
  return {.title = "T",
          .subtitle = {},
          .metadata = {{"Run", "night-1"}},
          .sections = {{"s", "S", std::move(blocks)}}};
}

TEST(Docx, IsWhole) {
  TestRun run({"vllm", "tgi", "ollama"}, 40);
  run.pictures = {{.id = "a", .title = "A", .alt = "words", .note = "Read it.", .light = kSvg}};
  const auto document = run.document();
  const auto files = word_of(document);
  expect_whole(files);
  EXPECT_EQ(*docx(document), *docx(document));
  const auto text = text_of(files);
  // Every style that is used is there.
  std::set<std::string> styles;
  const auto all = parsed(files, "word/styles.xml");
  for (const auto& found : all.select_nodes("//w:style/@w:styleId")) {
    EXPECT_TRUE(styles.insert(found.attribute().value()).second);
  }
  for (const auto& found : text.select_nodes("//w:pStyle/@w:val | //w:rStyle/@w:val | "
                                             "//w:tblStyle/@w:val")) {
    EXPECT_TRUE(styles.contains(found.attribute().value())) << found.attribute().value();
  }
  // Every section is in the contents, and the contents' links lead somewhere.
  std::set<std::string> marks;
  for (const auto& found : text.select_nodes("//w:bookmarkStart/@w:name")) {
    EXPECT_TRUE(marks.insert(found.attribute().value()).second);
  }
  const auto links = text.select_nodes("//w:hyperlink/@w:anchor");
  EXPECT_EQ(links.size(), document.sections.size());
  for (const auto& found : links) EXPECT_TRUE(marks.contains(found.attribute().value()));
  EXPECT_EQ(text.select_nodes("//w:fldChar[@w:fldCharType='begin']").size(), 1U);
  EXPECT_EQ(text.select_nodes("//w:fldChar[@w:fldCharType='end']").size(), 1U);
}

TEST(Docx, TablesRepeatTheirHeadAndHaveAsManyCellsAsColumns) {
  Table table{.title = "F", .columns = {{"a"}, {"ms", Align::kRight}}, .rows = {}, .note = {}};
  for (int i = 0; i < 50; ++i) {
    table.rows.push_back({{.text = "x", .number = {}}, {.text = "1", .number = 1}});
  }
  const auto text = text_of(word_of(of({table, table})));
  EXPECT_EQ(text.select_nodes("//w:tbl").size(), 2U);
  EXPECT_EQ(text.select_nodes("//w:tblHeader").size(), 2U);
  for (const auto& row : text.select_nodes("//w:tr")) {
    EXPECT_EQ(row.node().select_nodes("w:tc/w:p").size(), 2U);
  }
  // A paragraph parts them.
  EXPECT_FALSE(text.select_node("//w:tbl/following-sibling::*[1][self::w:tbl]"));
}

TEST(Docx, AChartIsVectorAndPictureAndWords) {
  const Picture picture{.id = "a", .title = "A", .alt = "in words", .note = "Read.", .light = kSvg};
  const auto files = word_of(of({picture}));
  const auto text = text_of(files);
  EXPECT_STREQ(text.select_node("//wp:docPr/@descr").attribute().value(), "in words");
  EXPECT_EQ(files.at("word/media/chart1.svg"), kSvg);
  EXPECT_EQ(files.at("word/media/chart1.png").substr(1, 3), "PNG");
  EXPECT_TRUE(text.select_node("//asvg:svgBlip/@r:embed"));
  EXPECT_TRUE(text.select_node("//w:fldSimple[contains(@w:instr, 'SEQ Figure')]"));
}

TEST(Docx, HeaderAndFooterSayWhatItIs) {
  const auto files = word_of(of({}));
  EXPECT_EQ(texts_of(parsed(files, "word/header1.xml"), "w:t"), "T\n");
  EXPECT_EQ(texts_of(parsed(files, "word/footer1.xml"), "w:t"), "night-1\nPage \n1\n of \n1\n");
}

TEST(Docx, ColourIsNeverTheOnlySign) {
  const auto text = text_of(word_of(of({Callout{Tone::kBad, "No answer", {}}})));
  EXPECT_NE(texts_of(text, "w:t").find("✗ No answer"), std::string::npos);
}

TEST(Docx, FiguresStayBehindNamesThatRunLeft) {
  const auto text = texts_of(
      text_of(word_of(of({Paragraph{plain("שלום: 1.46")}, Listing{"", "name: שלום"}}))), "w:t");
  EXPECT_NE(text.find("\u2068שלום\u2069: 1.46"), std::string::npos) << text;
  EXPECT_NE(text.find("name: שלום\n"), std::string::npos) << "what may be copied has no marks";
}

TEST(Docx, PaperIsAsAsked) {
  auto document = of({});
  document.paper = Paper::kLetter;
  EXPECT_STREQ(text_of(word_of(document)).select_node("//w:pgSz/@w:w").attribute().value(),
               "12240");
}

TEST(Docx, HostileTextHarmsNothing) {
  for (const auto& evil : hostile_names()) {
    auto document =
        of({Paragraph{{{.text = evil, .strong = true, .code = true}}}, Bullets{{plain(evil)}},
            Callout{Tone::kWarn, evil, plain(evil)},
            Cards{evil, {{.label = evil, .value = evil, .note = evil}}},
            Table{.title = evil,
                  .columns = {{evil}, {evil}},
                  .rows = {{{.text = evil, .number = {}}, {}}},
                  .note = evil},
            Terms{{{evil, evil}}}, Listing{evil, evil},
            Picture{.id = evil, .title = evil, .alt = evil, .note = evil, .light = kSvg}});
    document.title = document.subtitle = document.sections[0].title = evil;
    document.metadata = {{"Run", evil}};
    const auto files = word_of(document);
    expect_whole(files);
    EXPECT_EQ(text_of(files).select_nodes("//b").size(), 0U);
  }
}

TEST(Docx, ADocumentOfNothingIsADocument) {
  expect_whole(word_of({.title = {}, .subtitle = {}, .metadata = {}, .sections = {}}));
}

}  // namespace
}  // namespace tt::report
