#include "engine/json_text.h"

#include <gtest/gtest.h>

#include "engine/repeat_matcher.h"

namespace tt::engine {
namespace {

std::string unescaped(std::string_view body) {
  std::string out;
  append_unescaped(out, body);
  return out;
}

TEST(StringBody, ValidOnes) {
  for (const std::string_view body : {"", "plain", R"(a\"b\\c\/d\b\f\n\r\t)",
                                      R"(\u00e9\ud83d\ude00)", "é 😀", R"(\ud83d)", "\x7f"}) {
    EXPECT_TRUE(valid_string_body(body)) << body;
  }
}

TEST(StringBody, InvalidOnes) {
  using namespace std::string_view_literals;
  for (const std::string_view body :
       {"a\"b"sv, "\\"sv, "\\\\\\"sv, R"(\x41)"sv, R"(\u12)"sv, R"(\u12g4)"sv, "tab\t"sv, "nul\0"sv,
        "\xff"sv, "\xc3"sv, "\xed\xa0\x80"sv}) {
    EXPECT_FALSE(valid_string_body(body)) << body;
  }
}

TEST(Unescape, EveryEscape) {
  EXPECT_EQ(unescaped(R"(a\"b\\c\/d\b\f\n\r\t)"), "a\"b\\c/d\b\f\n\r\t");
  EXPECT_EQ(unescaped(R"(na\u00efve \u20ac \ud83d\ude00!)"), "naïve € 😀!");
  EXPECT_EQ(unescaped(R"(\u0041\u0000)"), std::string("A\0", 2));
  EXPECT_EQ(unescaped(R"(<\ud83d>)"), "<\uFFFD>");
  EXPECT_EQ(unescaped(R"(<\ude00>)"), "<\uFFFD>");
  EXPECT_EQ(unescaped(R"(\ud83d\ud83d\ude00)"), "\uFFFD😀");
}

TEST(ClipWords, OneLineOfValidUtf8) {
  EXPECT_EQ(clip_words("  a \n\t b\x01 c "), "a b c");
  EXPECT_EQ(clip_words("bad \xff byte"), "bad ? byte");
  EXPECT_EQ(clip_words("12345678", 8), "12345678");
  EXPECT_EQ(clip_words("123456789", 8), "12345678...");
  EXPECT_EQ(clip_words("1234567é9", 8), "1234567...");  // never half a character
  EXPECT_EQ(clip_words(""), "");
}

TEST(RepeatMatcher, MatchesOnlyAnotherStringBody) {
  RepeatMatcher matcher;
  EXPECT_FALSE(matcher.match(R"({"a":"x"})"));
  matcher.remember(R"({"a":"x","b":1})", 6, 1);
  EXPECT_EQ(matcher.match(R"({"a":"yes","b":1})"), "yes");
  EXPECT_EQ(matcher.match(R"({"a":"\"q\"","b":1})"), R"(\"q\")");
  EXPECT_FALSE(matcher.match(R"({"a":"","b":1})"));           // empty is not a token
  EXPECT_FALSE(matcher.match(R"({"a":"x","b":2})"));          // another end
  EXPECT_FALSE(matcher.match(R"({"A":"x","b":1})"));          // another beginning
  EXPECT_FALSE(matcher.match(R"({"a":"x","e":"y","b":1})"));  // a quote ends the string
  EXPECT_FALSE(matcher.match(R"({"a":"x\","b":1})"));         // the closing quote is escaped
  EXPECT_FALSE(matcher.match("{\"a\":\"\xff\",\"b\":1}"));    // not UTF-8
  EXPECT_FALSE(matcher.match(R"({"a":","b":1})"));            // the ends overlap
  matcher.remember("x", 0, 1);
  EXPECT_FALSE(matcher.match("y"));  // nothing around it: nothing to recognise
}

TEST(ObjectWriter, EscapesNamesAndSkipsWhatMoreHolds) {
  std::string out;
  ObjectWriter object(out, R"("b":{"c":1}, "d" : [1,2] )");
  object.text("a\"", "x\ny").number("b", std::int64_t{5}).number("n", 0.25).flag("f", true).close();
  EXPECT_EQ(out, R"({"a\"":"x\ny","n":0.25,"f":true,"b":{"c":1},"d":[1,2]})");
}

TEST(ObjectWriter, TakesObjectsOnly) {
  std::string out;
  ObjectWriter object(out, R"("b":{"c":1},"d":2)");
  EXPECT_EQ(object.take("b"), R"("c":1)");
  EXPECT_EQ(object.take("d"), "");
  EXPECT_EQ(object.take("none"), "");
  object.close();
  EXPECT_EQ(out, R"({"d":2})");
}

TEST(ObjectWriter, BrokenMoreIsNotWritten) {
  std::string out;
  ObjectWriter(out, "this is no JSON").number("a", std::int64_t{1}).close();
  EXPECT_EQ(out, R"({"a":1})");
}

}  // namespace
}  // namespace tt::engine
