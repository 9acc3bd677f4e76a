#include "report/slide_layout.h"

#include <numeric>

#include <gtest/gtest.h>

namespace tt::report {
namespace {

constexpr Box kArea{40, 100, 800, 360};

class SlideLayout : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(chart::use_own_fonts());
    fit_.emplace();
  }
  std::vector<PlacedBlock> place(const std::vector<Block>& blocks) {
    auto placed = place_blocks(*fit_, blocks, kArea);
    double y = kArea.y;
    for (const auto& one : placed) {
      EXPECT_GE(one.box.y, y - 0.01);  // none over another
      y = one.box.y + one.box.height;
      EXPECT_EQ(one.box.width, kArea.width);
    }
    EXPECT_LE(y, kArea.y + kArea.height + 0.01);
    return placed;
  }
  std::optional<TextFit> fit_;
};

Bullets bullets(int count, const std::string& text) {
  Bullets all;
  for (int i = 0; i < count; ++i) all.items.push_back(plain(text));
  return all;
}

Table table(int rows, int columns, const std::string& text) {
  Table all{.title = {}, .columns = {}, .rows = {}, .note = "a note"};
  for (int c = 0; c < columns; ++c) all.columns.push_back({text});
  for (int r = 0; r < rows; ++r) {
    all.rows.emplace_back(static_cast<std::size_t>(columns), Cell{.text = text, .number = {}});
  }
  return all;
}

TEST_F(SlideLayout, LettersAreAsLargeAsThereIsRoom) {
  EXPECT_EQ(place({bullets(3, "short")}).front().size, 22);
  EXPECT_LT(place({bullets(14, "short")}).front().size, 22);
}

TEST_F(SlideLayout, WhatDoesNotFitIsSaidToBeInTheReport) {
  for (const Block& block : {Block(bullets(80, "some words that say something")),
                             Block(table(80, 5, "some words")), Block(table(30, 20, "word"))}) {
    const auto placed = place({block});
    ASSERT_EQ(placed.size(), 2U);
    const auto& more = std::get<Paragraph>(placed.back().block);
    EXPECT_EQ(more.text.front().text, "More in the report.");
  }
  EXPECT_EQ(place({table(3, 3, "word")}).size(), 1U);
}

TEST_F(SlideLayout, TextOfAnyLengthStaysInside) {
  place({bullets(5, std::string(10'000, 'x')), table(4, 4, std::string(10'000, 'W'))});
  place({Paragraph{plain(std::string(3'000, 'W'))}, bullets(3, "a b c")});
}

TEST_F(SlideLayout, ColumnsFillTheWidth) {
  auto uneven = table(2, 3, "a");
  uneven.rows[0][0].text = "a long text that needs more of the width than the others do, by far";
  const auto widths = column_widths(*fit_, uneven, 12, 400);
  EXPECT_NEAR(std::accumulate(widths.begin(), widths.end(), 0.0), 400, 0.01);
  EXPECT_GT(widths[0], 2 * widths[1]);
  const auto narrow = column_widths(*fit_, table(2, 8, "unbreakable"), 12, 200);
  EXPECT_NEAR(std::accumulate(narrow.begin(), narrow.end(), 0.0), 200, 0.01);
}

TEST_F(SlideLayout, LinesAreCountedAsTheyWrap) {
  EXPECT_EQ(fit_->lines("one two", 10, 1000), 1U);
  EXPECT_EQ(fit_->lines("one\ntwo", 10, 1000), 2U);
  EXPECT_EQ(fit_->lines("one two", 10, fit_->width("one", 10) + 1), 2U);
  EXPECT_GT(fit_->lines(std::string(100, 'x'), 10, 100), 4U);
  const auto cut = fit_->cut(std::string(10'000, 'x'), 10, 200, 2);
  EXPECT_TRUE(cut.ends_with("…"));
  EXPECT_LE(fit_->lines(cut, 10, 200), 2U);
  EXPECT_GT(cut.size(), 40U);
}

}  // namespace
}  // namespace tt::report
