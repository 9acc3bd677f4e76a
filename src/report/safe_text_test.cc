#include "report/safe_text.h"

#include <gtest/gtest.h>

namespace tt::report {
namespace {

TEST(SafeText, IsWhatXmlCanSay) {
  EXPECT_EQ(safe_text("a<&>\"b"), "a<&>\"b");
  EXPECT_EQ(safe_text(std::string_view("a\0b\tc\nd\x7f", 8)), "a b c d ");
  EXPECT_EQ(safe_text("a\nb\r", true), "a\nb ");
  EXPECT_EQ(safe_text("\xc3\xa9\xff\xe2\x82"), "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(safe_text("\xef\xbf\xbe\xef\xbf\xbf"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(safe_text("\xed\xa0\x80").find('\xed'), std::string::npos);  // half of a surrogate pair
}

TEST(CutText, CountsAsOfficeProgramsDo) {
  EXPECT_EQ(cut_text("abcd", 4), "abcd");
  EXPECT_EQ(cut_text("abcde", 4), "abc…");
  EXPECT_EQ(cut_text("\xc3\xa9\xc3\xa9\xc3\xa9", 3), "\xc3\xa9\xc3\xa9\xc3\xa9");
  EXPECT_EQ(cut_text("\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", 4), "\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d");
  EXPECT_EQ(cut_text("\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", 3), "\xf0\x9f\x90\x8d…");
  EXPECT_EQ(cut_text("\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", 2), "…");
  EXPECT_EQ(cut_text("abc", 0), "");
}

}  // namespace
}  // namespace tt::report
