// A template's logo and colour, in every format that opens in an office program.
#include <gtest/gtest.h>

#include "report/docx.h"
#include "report/pptx.h"
#include "report/test_office.h"
#include "report/xlsx.h"

namespace tt::report {
namespace {

const char* const kLogo =
    "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='30'>"
    "<rect width='120' height='30' fill='#0f766e'/></svg>";

Document branded(std::string accent, std::string logo = kLogo) {
  return {.title = "Which engine?",
          .subtitle = "three of them",
          .metadata = {{"Run", "night-1"}},
          .sections = {{"answer", "The answer", {Paragraph{plain("One.")}}}},
          .logo = {.bytes = std::move(logo), .svg = true, .alt = "ACME & Co"},
          .accent = std::move(accent)};
}

Files files_of(const Result<std::string>& bytes) {
  EXPECT_TRUE(bytes) << bytes.error().text();
  const auto files = bytes ? unzip(*bytes) : Files();
  expect_whole(files);
  return files;
}

bool holds(const Files& files, const std::string& path, std::string_view text) {
  const auto found = files.find(path);
  return found != files.end() && found->second.find(text) != std::string::npos;
}

TEST(Branding, SlidesHaveIt) {
  const auto files = files_of(pptx(branded("#0f766e")));
  EXPECT_TRUE(files.contains("ppt/media/logo.png"));
  EXPECT_EQ(files.at("ppt/media/logo.svg"), kLogo);
  EXPECT_TRUE(holds(files, "ppt/slides/slide1.xml", "descr=\"ACME &amp; Co\""));
  for (const auto* theme : {"ppt/theme/theme1.xml", "ppt/theme/theme2.xml"}) {
    EXPECT_TRUE(holds(files, theme, "<a:accent1><a:srgbClr val=\"0F766E\"/></a:accent1>"));
    EXPECT_TRUE(holds(files, theme, "<a:dk2><a:srgbClr val=\"0F766E\"/></a:dk2>"));
  }
}

TEST(Branding, WordHasIt) {
  const auto files = files_of(docx(branded("#0f766e")));
  EXPECT_TRUE(files.contains("word/media/logo.png"));
  EXPECT_TRUE(files.contains("word/media/logo.svg"));
  const auto styles = parsed(files, "word/styles.xml");
  for (const auto* id : {"Title", "Heading1", "TOCHeading"}) {
    const auto look = styles.child("w:styles").find_child_by_attribute("w:styleId", id);
    EXPECT_STREQ(look.child("w:rPr").child("w:color").attribute("w:val").value(), "0F766E");
    EXPECT_STREQ(look.child("w:rPr").child("w:color").next_sibling().name(), "w:sz");
  }
  const auto text = parsed(files, "word/document.xml");
  EXPECT_STREQ(text.select_node("//w:drawing//wp:docPr/@descr").attribute().value(), "ACME & Co");
}

TEST(Branding, WorkbooksHaveIt) {
  const auto files = files_of(xlsx(branded("#0f766e"), nullptr));
  EXPECT_TRUE(files.contains("xl/media/image1.png"));
  EXPECT_TRUE(holds(files, "xl/drawings/drawing1.xml", "descr=\"ACME &amp; Co\""));
  EXPECT_TRUE(holds(files, "xl/styles.xml", "FF0F766E"));
  const auto sheet = parsed(files, "xl/worksheets/sheet1.xml");
  EXPECT_TRUE(sheet.select_node("//c[@r='A4']")) << "the title below the logo";
}

TEST(Branding, APaleAccentIsDarkerAsLetters) {
  const auto files = files_of(pptx(branded("#fde047")));
  EXPECT_TRUE(holds(files, "ppt/theme/theme1.xml", "<a:accent1><a:srgbClr val=\"FDE047\"/>"));
  EXPECT_FALSE(holds(files, "ppt/theme/theme1.xml", "<a:dk2><a:srgbClr val=\"FDE047\"/>"));
}

TEST(Branding, WhatCannotBeReadIsLeftOut) {
  const auto bad = branded("red; evil", "no picture");
  const auto none = branded("", "");
  EXPECT_TRUE(*pptx(bad) == *pptx(none));
  EXPECT_TRUE(*docx(bad) == *docx(none));
  EXPECT_EQ(unzip(*xlsx(bad, nullptr)), unzip(*xlsx(none, nullptr)));
}

}  // namespace
}  // namespace tt::report
