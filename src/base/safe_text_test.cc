#include "base/safe_text.h"

#include <gtest/gtest.h>

namespace tt {
namespace {

TEST(SafeText, IsWhatXmlCanSay) {
  EXPECT_EQ(safe_text("a<&>\"b"), "a<&>\"b");
  EXPECT_EQ(safe_text(std::string_view("a\0b\tc\nd\x7f", 8)), "a b c d ");
  EXPECT_EQ(safe_text("a\nb\r", true), "a\nb ");
  EXPECT_EQ(safe_text("\xc3\xa9\xff\xe2\x82"), "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(safe_text("\xef\xbf\xbe\xef\xbf\xbf"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(safe_text("\xed\xa0\x80").find('\xed'), std::string::npos);  // half of a surrogate pair
}

TEST(SafeText, TurnsNoDirection) {
  for (const char* mark : {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e",
                           "\u2066", "\u2069", "\u0085", "\u009b"}) {
    EXPECT_EQ(safe_text(std::string("a") + mark + "b"), "a b");
  }
  // What joins letters and emoji stays, as do letters from right to left, quotes and dots.
  for (const char* whole :
       {"a\u200db", "שלום", "\u201cyes\u201d \u2026", "\u2065", "\u206a", "\u00a0"}) {
    EXPECT_EQ(safe_text(whole), whole);
  }
}

}  // namespace
}  // namespace tt
