#include "report/cut_text.h"

#include <gtest/gtest.h>

namespace tt::report {
namespace {

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
