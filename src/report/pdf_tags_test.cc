#include "report/pdf_tags.h"

#include <array>

#include <gtest/gtest.h>

namespace tt::report {
namespace {

// As cairo ends a file.
std::string file_of(std::string_view objects) {
  return "%PDF-1.5\n" + std::string(objects) +
         "9 0 obj\n<< /Type /Catalog\n   /Pages 1 0 R\n>>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
         "trailer\n<< /Size 10\n   /Root 9 0 R\n>>\nstartxref\n77\n%%EOF\n";
}
constexpr std::string_view kFigure =
    "7 0 obj\n<< /Type /StructElem\n   /S /Figure\n   /P 1 0 R\n>>\nendobj\n";

TEST(PdfTags, AreAddedBehindTheEnd) {
  const std::string file = file_of(kFigure);
  const std::array<std::string, 1> words = {"aé😀"};
  const std::string tagged = with_tags(file, words);
  ASSERT_TRUE(tagged.starts_with(file)) << "nothing within moves";
  const std::string more = tagged.substr(file.size());
  const std::string figure =
      "7 0 obj\n<< /Type /StructElem\n   /S /Figure\n   /P 1 0 R\n   /Alt <FEFF006100E9D83DDE00>\n"
      ">>\nendobj\n";
  EXPECT_TRUE(more.starts_with(figure)) << more;
  EXPECT_NE(more.find("/Pages 1 0 R\n   /MarkInfo << /Marked true >>\n   /Lang (en)"),
            std::string::npos)
      << more;
  EXPECT_NE(more.find("   /Root 9 0 R\n   /Prev 77\n>>\n"), std::string::npos) << more;
}

TEST(PdfTags, TheTableOfPlacesSaysWhereThingsAre) {
  const std::string tagged = with_tags(file_of(""), {});
  const auto start = tagged.rfind("startxref\n") + 10;
  const auto table = std::stoul(tagged.substr(start));
  EXPECT_EQ(tagged.substr(table, 7), "xref\n9 ");
  const auto place = std::stoul(tagged.substr(table + 9, 10));
  EXPECT_EQ(tagged.substr(place, 8), "9 0 obj\n");
}

TEST(PdfTags, PicturesWithoutTheirWordsStayAsTheyAre) {
  const std::array<std::string, 2> words = {"one", "two"};
  EXPECT_EQ(with_tags(file_of(kFigure), words).find("/Alt"), std::string::npos);
}

TEST(PdfTags, WhatIsNoFileOfCairoStaysAsItIs) {
  for (const std::string file : {"", "%PDF", "trailer\n<<", "9 0 obj\n<< /Type /Catalog\n"}) {
    EXPECT_EQ(with_tags(file, {}), file);
  }
}

}  // namespace
}  // namespace tt::report
