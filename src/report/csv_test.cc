#include "report/csv.h"

#include <cmath>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

namespace tt::report {
namespace {

TEST(Csv, QuotesAsRfc4180) {
  EXPECT_EQ(csv_text("plain"), "plain");
  EXPECT_EQ(csv_text(""), "");
  EXPECT_EQ(csv_text("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_text("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_text("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_text("\xc3\xa9"), "\xc3\xa9");
}

TEST(Csv, DisarmsFormulas) {
  EXPECT_EQ(csv_text("=1+1"), "'=1+1");
  EXPECT_EQ(csv_text("+1"), "'+1");
  EXPECT_EQ(csv_text("-1"), "'-1");
  EXPECT_EQ(csv_text("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_text("\tx"), "'\tx");
  EXPECT_EQ(csv_text("\rx"), "\"'\rx\"");
  EXPECT_EQ(csv_text("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  EXPECT_EQ(csv_text("\n=1"), "\"'\n=1\"");
  for (const std::string start : {"＝", "＋", "－", "＠"}) {
    EXPECT_EQ(csv_text(start + "1"), "'" + start + "1");
  }
  EXPECT_EQ(csv_text("a=b"), "a=b");
}

TEST(Csv, KeepsControlCharactersFromTerminals) {
  EXPECT_EQ(csv_text("\x1b[31mred\x07\x7f"), " [31mred  ");
  EXPECT_EQ(csv_text(std::string_view("a\0b", 3)), "a b");
}

TEST(Csv, NumbersReadBackTheSame) {
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(csv_number(-2), "-2");
  EXPECT_EQ(csv_number(std::nullopt), "");
  EXPECT_EQ(csv_number(NAN), "");
  EXPECT_EQ(csv_number(std::numeric_limits<double>::infinity()), "");
}

TEST(Csv, LinesEndInCrlf) {
  std::ostringstream out;
  CsvLine(out).text("a").number(1.5).cell("True").number(std::nullopt);
  CsvLine(out).text("");
  EXPECT_EQ(out.str(), "a,1.5,True,\r\n\r\n");
}

}  // namespace
}  // namespace tt::report
