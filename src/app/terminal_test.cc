#include "app/terminal.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace tt::app {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("über"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // a combining accent
  EXPECT_EQ(display_width("模型"), 4u);
  EXPECT_EQ(display_width("🚀"), 2u);
}

TEST(Clean, LeavesNothingThatMovesTheCursor) {
  EXPECT_EQ(clean("a\x1b[2Jb"), "a [2Jb");
  EXPECT_EQ(clean("a\nb\tc\x7f"), "a b c ");
  EXPECT_EQ(clean("\xc2\x9b"
                  "31m"),
            " 31m");  // CSI as one C1 character
  EXPECT_EQ(clean("ok\u202efdp.exe\u2066x\u2028y\u200f"), "ok fdp.exe x y ");
  EXPECT_EQ(clean("\u201cyes\u201d \u2026"), "\u201cyes\u201d \u2026") << "quotes stay";
  EXPECT_EQ(clean("say \"hi\" \\ bye"), "say \"hi\" \\ bye");
  EXPECT_EQ(clean("\"\n\""), "\" \"");
}

TEST(Clean, MakesBrokenBytesValid) {
  EXPECT_EQ(clean("a\xff"), "a\ufffd");
  EXPECT_EQ(clean("\xe2\x82"), "\ufffd\ufffd");
  EXPECT_EQ(clean("€"), "€");
}

TEST(FitMiddle, KeepsBothEnds) {
  EXPECT_EQ(fit_middle("llama", 5), "llama");
  EXPECT_EQ(fit_middle("meta-llama/Llama-3.1-8B-Instruct", 15), "meta-ll…nstruct");
  EXPECT_EQ(display_width(fit_middle("meta-llama/Llama-3.1-8B-Instruct", 15)), 15u);
  EXPECT_EQ(fit_middle("abcdef", 3), "ab…");
  EXPECT_EQ(fit_middle("abcdef", 0), "");
}

TEST(FitMiddle, NeverCutsACharacter) {
  for (std::size_t width = 1; width < 12; ++width) {
    const auto cut = fit_middle("模型模型模型", width);
    EXPECT_LE(display_width(cut), width);
    EXPECT_EQ(clean(cut), cut);
  }
}

TEST(Wrap, BreaksAtBlanks) {
  EXPECT_EQ(wrap("one two three four", 9), (std::vector<std::string>{"one two", "three", "four"}));
  EXPECT_EQ(wrap("", 20), std::vector<std::string>{""});
  EXPECT_EQ(wrap("  a   b  ", 20), std::vector<std::string>{"a b"});
}

TEST(Wrap, BreaksLongWordsWhereItMust) {
  EXPECT_EQ(wrap("see /a/very/long/path ok", 10),
            (std::vector<std::string>{"see", "/a/very/lo", "ng/path ok"}));
}

TEST(Hanging, IndentsWhatFollows) {
  const auto lines = hanging(Line("note  "), "one two three", 13);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text(), "note  one two");
  EXPECT_EQ(lines[1].text(), "      three");
}

TEST(Paint, ColoursOnlyWhereTheLookAllowsIt) {
  const Line line = Line("ok", Style::kGood).add(" done");
  EXPECT_EQ(paint(line, {.colour = true}), "\x1b[32mok\x1b[0m done");
  EXPECT_EQ(paint(line, {.colour = false}), "ok done");
}

TEST(Paint, FallsBackToAsciiOfTheSameWidth) {
  const Look ascii{.utf8 = false};
  EXPECT_EQ(paint(Line("█░ 1–2 … ✓ ×"), ascii), "#. 1-2 ~ + x");
  EXPECT_EQ(paint(Line("模b"), ascii), "??b");
  EXPECT_EQ(paint(Line("e\u0301!"), ascii), "e!");
}

TEST(Paint, LeavesNoBlanksAtTheEndOfPlainLines) {
  EXPECT_EQ(paint(Line("a").add("   "), {}), "a");
  EXPECT_EQ(paint(Line("   "), {}), "");
}

TEST(LookOf, IsPlainWithoutATerminal) {
  setenv("COLUMNS", "72", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  const Look look = look_of(-1, false);
  EXPECT_FALSE(look.terminal);
  EXPECT_FALSE(look.colour);
  EXPECT_TRUE(look.utf8);
  EXPECT_EQ(look.width, 72u);
  setenv("LC_ALL", "C", 1);
  setenv("COLUMNS", "nonsense", 1);
  EXPECT_FALSE(look_of(-1, false).utf8);
  EXPECT_EQ(look_of(-1, false).width, 100u);
  setenv("COLUMNS", "3", 1);
  EXPECT_EQ(look_of(-1, false).width, 40u);
  unsetenv("COLUMNS");
}

}  // namespace
}  // namespace tt::app
