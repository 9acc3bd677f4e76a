#include "report/pdf_text.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <cairo.h>
#include <gtest/gtest.h>

#include "chart/fonts.h"

namespace tt::report {
namespace {

class PdfText : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(chart::use_own_fonts()); }
};

TEST_F(PdfText, IsTextAndNothingElse) {
  EXPECT_EQ(paper_text("a\tb\x1b[0m\nc", 96, 96), "a b [0m c");
  EXPECT_EQ(paper_text("\xff\xc3\xa9\xe2\x82", 96, 96), "�é��");
  EXPECT_EQ(paper_text(std::string_view("a\0b", 3), 96, 96), "a b");
  EXPECT_EQ(paper_text("", 96, 96), "");
}

TEST_F(PdfText, ASentenceRunsFromLeftToRightWhateverNameItBeginsWith) {
  Typesetter type;
  const Lines lines = type.set("שלום is better", {.size = 10}, 300);
  EXPECT_LT(lines.left(), 1) << "not at the right, as a Hebrew sentence would be";
}

// The columns of pixels that `text` inks, drawn in one line.
std::vector<bool> inked_columns(const std::string& text) {
  constexpr int kWide = 200;
  constexpr int kTall = 24;
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_A8, kWide, kTall), cairo_surface_destroy);
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface.get()),
                                                                 cairo_destroy);
  Typesetter type;
  type.set(text, {.size = 12}, 0).draw(cairo.get(), 0, 0);
  cairo_surface_flush(surface.get());
  const auto* pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  std::vector<bool> columns(kWide);
  for (int y = 0; y < kTall; ++y) {
    for (int x = 0; x < kWide; ++x) {
      if (pixels[y * stride + x] > 0) columns[static_cast<std::size_t>(x)] = true;
    }
  }
  return columns;
}

TEST_F(PdfText, AFigureBehindANameThatRunsLeftStaysBehindIt) {
  const auto narrow = inked_columns("שלום: 1");
  const auto wide = inked_columns("שלום: 1888");
  const auto last = [](const std::vector<bool>& columns) {
    return std::find(columns.rbegin(), columns.rend(), true) - columns.rbegin();
  };
  const auto first = std::ranges::mismatch(narrow, wide).in1 - narrow.begin();
  EXPECT_LT(last(wide), last(narrow)) << "it grows to the right";
  EXPECT_GT(first, 20) << "and moves no letter of the name";
}

TEST_F(PdfText, MarksDoNotPileUp) {
  EXPECT_EQ(paper_text("e\u0301\u0302\u0303\u0304\u0305x\u0301", 96, 96),
            "e\u0301\u0302\u0303x\u0301");
}

TEST_F(PdfText, OneLineIsCutWhereItMustBe) {
  Typesetter type;
  const Lettering cut{.size = 10, .one_line = true};
  const Lines lines = type.set(std::string(90, 'W'), cut, 100);
  EXPECT_EQ(lines.count(), 1u);
  EXPECT_LE(lines.width(), 100.01);
  EXPECT_NEAR(type.set("short", cut, 100).width(), type.set("short", {.size = 10}, 0).width(),
              0.01);
}

TEST_F(PdfText, CannotTurnTheLettersBehindItAround) {
  EXPECT_EQ(paper_text("a\u202eb\u2067c\u200f", 96, 96), "a b c ");
}

TEST_F(PdfText, LongNamesAreCutInTheirMiddle) {
  EXPECT_EQ(paper_text("abcdefghij", 5, 96), "ab…ij");
  EXPECT_EQ(paper_text("one abcdefghij two", 5, 96), "one ab…ij two");
  EXPECT_EQ(paper_text("one two three", 96, 7), "one…ree");
  EXPECT_EQ(paper_text("ééééé", 5, 5), "ééééé") << "letters count, not bytes";
}

TEST_F(PdfText, LinesAreNoWiderThanTheirRoom) {
  Typesetter type;
  const std::string text = "some words and one that is " + std::string(90, 'm') + " long";
  const Lines lines = type.set(text, {.size = 10}, 120);
  EXPECT_GT(lines.count(), 5u);
  EXPECT_LE(lines.width(), 120.01);
  EXPECT_NEAR(lines.height(), 14.5 * static_cast<double>(lines.count()), 0.01);
}

TEST_F(PdfText, UnitsAreNotBroken) {
  Typesetter type;
  const double width = type.set("557 tokens/", {.size = 10}, 0).width();
  const Lines lines = type.set("557 tokens/s", {.size = 10}, width + 1);
  EXPECT_EQ(lines.count(), 2u);
  EXPECT_GT(lines.width(), type.set("557", {.size = 10}, 0).width() + 5) << "tokens/s is whole";
}

TEST_F(PdfText, FiguresAreAsWideAsEachOther) {
  Typesetter type;
  const Lettering figures{.size = 10, .figures = true};
  EXPECT_DOUBLE_EQ(type.set("1,111", figures, 0).width(), type.set("4,888", figures, 0).width());
}

TEST_F(PdfText, SmallerWhereItMustBe) {
  Typesetter type;
  EXPECT_LE(type.set_smaller("1,234,567 ms", {.size = 16}, 60).width(), 60);
  const Lines wrapped = type.set_smaller(std::string(40, '8'), {.size = 16}, 60);
  EXPECT_LE(wrapped.width(), 60.01);
  EXPECT_GT(wrapped.count(), 1u);
}

TEST_F(PdfText, LettersThatNoFontOfOursHasAreTold) {
  Typesetter type;
  (void)type.set("plain: é Ω Ж ✓ → …", {.size = 10}, 0);
  EXPECT_TRUE(type.missing().empty());
  (void)type.set("שלום 你好", {.size = 10}, 0);
  EXPECT_NE(type.missing().find(U'ש'), std::u32string::npos);
  EXPECT_NE(type.missing().find(U'你'), std::u32string::npos);
}

TEST_F(PdfText, NothingIsALineToo) {
  Typesetter type;
  EXPECT_EQ(type.set("", {.size = 10}, 100).count(), 1u);
  EXPECT_EQ(type.set(Text{}, {.size = 10}, 100).count(), 1u);
}

}  // namespace
}  // namespace tt::report
