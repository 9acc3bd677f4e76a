#include "report/pdf_pages.h"

#include <gtest/gtest.h>

namespace tt::report {
namespace {

// The bands of each page; a repeated head as -1 - its number.
std::vector<std::vector<int>> numbers(const std::vector<PageOfBands>& pages) {
  std::vector<std::vector<int>> all;
  for (const auto& page : pages) {
    auto& one = all.emplace_back();
    for (const auto& placed : page) {
      const int band = static_cast<int>(placed.band);
      one.push_back(placed.again ? -1 - band : band);
    }
  }
  return all;
}
using Pages = std::vector<std::vector<int>>;

TEST(PdfPages, BandsFollowEachOtherAndAreNeverCut) {
  const std::vector<Band> bands(5, {.height = 40, .before = 5});
  const auto pages = paginate(bands, 100);
  EXPECT_EQ(numbers(pages), (Pages{{0, 1}, {2, 3}, {4}}));
  EXPECT_DOUBLE_EQ(pages[0][1].y, 45);
  EXPECT_DOUBLE_EQ(pages[1][0].y, 0) << "no blank at the head of a page";
}

TEST(PdfPages, NothingIsNoPage) { EXPECT_TRUE(paginate({}, 100).empty()); }

TEST(PdfPages, WhatJustFitsIsNotBroken) {
  const std::vector<Band> bands(10, {.height = 0.1});
  EXPECT_EQ(paginate(bands, 1.0).size(), 1u);
}

TEST(PdfPages, AHeadingGoesWithWhatFollows) {
  const std::vector<Band> bands = {
      {.height = 70}, {.height = 20, .with_next = true}, {.height = 20}};
  EXPECT_EQ(numbers(paginate(bands, 100)), (Pages{{0}, {1, 2}}));
}

TEST(PdfPages, NoLineOfAParagraphIsAlone) {
  // Four lines: the first two and the last two are together.
  const auto lines = [](double above) {
    return std::vector<Band>{{.height = above},
                             {.height = 10, .with_next = true},
                             {.height = 10},
                             {.height = 10, .with_next = true},
                             {.height = 10}};
  };
  EXPECT_EQ(numbers(paginate(lines(85), 100)), (Pages{{0}, {1, 2, 3, 4}}));
  EXPECT_EQ(numbers(paginate(lines(65), 100)), (Pages{{0, 1, 2}, {3, 4}}));
}

TEST(PdfPages, WhatBelongsTogetherButFitsNoPageIsBrokenWhereItMust) {
  const std::vector<Band> bands(5, {.height = 40, .with_next = true});
  EXPECT_EQ(numbers(paginate(bands, 100)), (Pages{{0, 1}, {2, 3}, {4}}));
}

TEST(PdfPages, HigherThanAPageHasOneOfItsOwn) {
  const std::vector<Band> bands = {{.height = 10}, {.height = 500}, {.height = 10}};
  EXPECT_EQ(numbers(paginate(bands, 100)), (Pages{{0}, {1}, {2}}));
}

TEST(PdfPages, TheHeadOfATableIsRepeated) {
  std::vector<Band> bands(6, {.height = 30, .head = 0});
  bands[0] = {.height = 20, .with_next = true};
  const auto pages = paginate(bands, 100);
  EXPECT_EQ(numbers(pages), (Pages{{0, 1, 2}, {-1, 3, 4}, {-1, 5}}));
  EXPECT_TRUE(pages[1][0].again);
  EXPECT_DOUBLE_EQ(pages[1][1].y, 20);
}

TEST(PdfPages, AHeadThatWentAlongIsNotShownTwice) {
  const std::vector<Band> bands = {
      {.height = 90}, {.height = 20, .with_next = true}, {.height = 30, .head = 1}};
  EXPECT_EQ(numbers(paginate(bands, 100)), (Pages{{0}, {1, 2}}));
}

TEST(PdfPages, PicturesGiveWayForAnother) {
  const std::vector<Band> bands = {{.height = 55, .slack = 11}, {.height = 55, .slack = 11}};
  const auto pages = paginate(bands, 100);
  ASSERT_EQ(numbers(pages), (Pages{{0, 1}}));
  EXPECT_DOUBLE_EQ(pages[0][0].height, 50);
  EXPECT_DOUBLE_EQ(pages[0][1].height, 50);
  EXPECT_DOUBLE_EQ(pages[0][1].y, 50);
}

TEST(PdfPages, PicturesDoNotGiveWayForText) {
  const std::vector<Band> bands = {{.height = 95, .slack = 30}, {.height = 10}};
  EXPECT_EQ(numbers(paginate(bands, 100)), (Pages{{0}, {1}}));
}

TEST(PdfPages, PicturesStayWholeWhereTheyWouldBecomeTooSmall) {
  const std::vector<Band> bands = {{.height = 70, .slack = 10}, {.height = 70, .slack = 10}};
  const auto pages = paginate(bands, 100);
  EXPECT_EQ(numbers(pages), (Pages{{0}, {1}}));
  EXPECT_DOUBLE_EQ(pages[0][0].height, 70);
}

TEST(PdfPages, APictureIsMuchSmallerRatherThanLeaveMuchEmpty) {
  const Band picture{.height = 60, .slack = 10, .deep = 30};
  const auto pages = paginate(std::vector<Band>{{.height = 60}, picture, picture}, 100);
  ASSERT_EQ(numbers(pages), (Pages{{0, 1}, {2}}));
  EXPECT_DOUBLE_EQ(pages[0][1].height, 40);
  EXPECT_DOUBLE_EQ(pages[1][0].height, 60);
  // Of a page that is almost full, nothing is saved.
  EXPECT_EQ(numbers(paginate(std::vector<Band>{{.height = 76}, {.height = 40, .deep = 30}}, 100)),
            (Pages{{0}, {1}}));
}

TEST(PdfPages, AFewLinesHaveNoPageOfTheirOwn) {
  std::vector<Band> bands(10, {.height = 10, .before = 1});
  EXPECT_EQ(paginate(bands, 100).size(), 2u);
  EXPECT_EQ(paginate_fully(bands, 105).size(), 1u) << "blanks are smaller";
  bands = {{.height = 95, .slack = 10}, {.height = 10}};
  const auto pages = paginate_fully(bands, 100);
  ASSERT_EQ(pages.size(), 1u) << "the picture is smaller";
  EXPECT_LT(pages[0][0].height, 90.01);
  EXPECT_GE(pages[0][0].height, 85);
}

TEST(PdfPages, WhatTighteningDoesNotSaveStaysAsItIs) {
  const std::vector<Band> bands = {{.height = 100}, {.height = 10, .before = 5}};
  const auto pages = paginate_fully(bands, 100);
  EXPECT_EQ(numbers(pages), (Pages{{0}, {1}}));
  const std::vector<Band> half = {{.height = 95, .slack = 40}, {.height = 50}};
  EXPECT_EQ(paginate_fully(half, 100).size(), 2u) << "half a page is worth a page";
}

}  // namespace
}  // namespace tt::report
