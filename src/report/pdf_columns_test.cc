#include "report/pdf_columns.h"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

namespace tt::report {
namespace {

constexpr std::array<double, 3> kSizes = {10, 8, 6};

ColumnNeed figures(double natural, double stacked = 0) {
  return {.least = natural, .natural = natural, .stacked = stacked > 0 ? stacked : natural};
}
ColumnNeed words(double longest, double natural) {
  return {.least = longest, .natural = natural, .stacked = natural, .wraps = true};
}

double sum(const TablePart& part) {
  return std::accumulate(part.widths.begin(), part.widths.end(), 0.0);
}

TEST(PdfColumns, ATableFillsThePage) {
  const std::array columns = {words(5, 5), figures(5), figures(10)};
  const auto fit = fit_table(columns, kSizes, 4, 400);
  EXPECT_EQ(fit.size, 10);
  ASSERT_EQ(fit.parts.size(), 1u);
  EXPECT_DOUBLE_EQ(sum(fit.parts[0]), 400);
  EXPECT_GT(fit.parts[0].widths[2], fit.parts[0].widths[1]);
}

TEST(PdfColumns, TextWrapsAndFiguresDoNot) {
  const std::array columns = {words(5, 100), figures(20)};
  const auto fit = fit_table(columns, kSizes, 0, 400);
  EXPECT_EQ(fit.size, 10);
  EXPECT_DOUBLE_EQ(fit.parts[0].widths[1], 200);
  EXPECT_DOUBLE_EQ(fit.parts[0].widths[0], 200);
}

TEST(PdfColumns, TitlesWrapOnlyWhereThereIsNoRoom) {
  std::array columns = {words(5, 5), figures(5), figures(20)};
  columns[1].title = 12;
  EXPECT_GE(fit_table(columns, kSizes, 0, 400).parts[0].widths[1], 120);
  const auto fit = fit_table(columns, kSizes, 0, 310);
  EXPECT_EQ(fit.size, 10);
  EXPECT_LT(fit.parts[0].widths[1], 120);
  EXPECT_GE(fit.parts[0].widths[2], 200);
}

TEST(PdfColumns, BracketsGoBelowBeforeLettersBecomeSmaller) {
  const std::array columns = {words(5, 5), figures(40, 20)};
  EXPECT_FALSE(fit_table(columns, kSizes, 0, 800).stacked);
  const auto fit = fit_table(columns, kSizes, 0, 300);
  EXPECT_TRUE(fit.stacked);
  EXPECT_EQ(fit.size, 10);
}

TEST(PdfColumns, LettersBecomeSmallerBeforeATableIsSplit) {
  const std::array columns = {words(5, 5), figures(25), figures(25)};
  const auto fit = fit_table(columns, kSizes, 0, 450);
  EXPECT_EQ(fit.size, 8);
  EXPECT_EQ(fit.parts.size(), 1u);
}

TEST(PdfColumns, TooManyColumnsComeInParts) {
  std::vector<ColumnNeed> columns(31, figures(10));
  const auto fit = fit_table(columns, kSizes, 0, 300);
  EXPECT_EQ(fit.size, 6);
  std::size_t next = 1;
  for (const auto& part : fit.parts) {
    EXPECT_EQ(part.columns.front(), 0u);
    EXPECT_EQ(part.widths.size(), part.columns.size());
    EXPECT_GT(part.columns.size(), 1u);
    EXPECT_LE(sum(part), 300.0001);
    for (std::size_t i = 1; i < part.columns.size(); ++i) EXPECT_EQ(part.columns[i], next++);
  }
  EXPECT_EQ(next, columns.size());
}

TEST(PdfColumns, EachPartHasTheNamesOfItsRows) {
  std::vector<ColumnNeed> columns(31, figures(10));
  columns[0] = words(5, 5);
  columns[1] = words(5, 5);
  const auto fit = fit_table(columns, kSizes, 0, 300);
  ASSERT_GT(fit.parts.size(), 2u);
  for (const auto& part : fit.parts) {
    EXPECT_EQ(part.columns[0], 0u);
    EXPECT_EQ(part.columns[1], 1u);
  }
  EXPECT_EQ(fit.parts[0].columns[2], 2u);
}

TEST(PdfColumns, TextIsPressedBeforeATableIsSplit) {
  const std::array columns = {words(5, 5), words(5, 40), figures(20), figures(20)};
  const auto fit = fit_table(columns, kSizes, 0, 320);
  EXPECT_EQ(fit.parts.size(), 1u);
  EXPECT_EQ(fit.size, 6);
}

TEST(PdfColumns, NoColumnRunsOffThePage) {
  const std::array columns = {figures(10'000), figures(10'000)};
  for (const auto& part : fit_table(columns, kSizes, 4, 300).parts) {
    EXPECT_LE(sum(part), 300.0001);
  }
}

TEST(PdfColumns, OneColumnIsATableToo) {
  const std::array columns = {words(5, 5)};
  const auto fit = fit_table(columns, kSizes, 4, 300);
  ASSERT_EQ(fit.parts.size(), 1u);
  EXPECT_EQ(fit.parts[0].widths, std::vector<double>{300});
}

}  // namespace
}  // namespace tt::report
