#include "report/markdown.h"

#include <gtest/gtest.h>

namespace tt::report {
namespace {

std::string of(Block block) {
  return markdown(
      {.title = "T", .subtitle = {}, .metadata = {}, .sections = {{"s", "S", {std::move(block)}}}});
}

TEST(Markdown, TextIsNoMarkup) {
  EXPECT_EQ(markdown_text("a*b_c`d"), "a\\*b\\_c\\`d");
  EXPECT_EQ(markdown_text("a\u202e46.1\xff"), "a 46.1\ufffd");
  EXPECT_EQ(markdown_text("שלום 46.1"), "\u2068שלום\u2069 46.1") << "the figure stays behind it";
  EXPECT_EQ(markdown_text("<script>alert(1)</script>"), "\\<script\\>alert(1)\\</script\\>");
  EXPECT_EQ(markdown_text("[x](http://y) & |"), "\\[x\\](http://y) \\& \\|");
  EXPECT_EQ(markdown_text("# no heading"), "\\# no heading");
  EXPECT_EQ(markdown_text("- no item"), "\\- no item");
  EXPECT_EQ(markdown_text("1. no item"), "1\\. no item");
  EXPECT_EQ(markdown_text("1.5 s"), "1.5 s");
  EXPECT_EQ(markdown_text("two\nlines\x1b[31m"), "two lines \\[31m");
  EXPECT_EQ(markdown_text("  "), "");
}

TEST(Markdown, SpansKeepTheBlanksBetweenThem) {
  EXPECT_EQ(
      of(Paragraph{
          {{.text = "Better: ", .strong = true}, {.text = "1*2 "}, {.text = "x`y", .code = true}}}),
      "# T\n\n## S\n\n**Better:** 1\\*2 ``x`y``\n");
}

TEST(Markdown, ATableWithForeignTextKeepsItsColumns) {
  EXPECT_EQ(
      of(Table{.title = "F",
               .columns = {{"a|b"}, {"ms", Align::kRight}},
               .rows = {{{.text = "x | y\n", .number = {}},
                         {.text = "1.5", .number = 1.5, .tone = Tone::kGood, .strong = true}}},
               .note = "n"}),
      "# T\n\n## S\n\n**F**\n\n| a\\|b | ms |\n|---|---:|\n| x \\| y  | ✓ **1.5** |\n\nn\n");
}

TEST(Markdown, AListingCannotEndItself) {
  EXPECT_EQ(of(Listing{"", "a\n```\nb"}), "# T\n\n## S\n\n````text\na\n```\nb\n````\n");
}

TEST(Markdown, CalloutCardsTermsAndBullets) {
  EXPECT_EQ(of(Callout{Tone::kBad, "No answer", plain("because")}),
            "# T\n\n## S\n\n> ✗ **No answer**\n>\n> because\n");
  EXPECT_EQ(of(Cards{"vllm", {{.label = "TTFT", .value = "5 ms", .note = "95% 4 to 6"}}}),
            "# T\n\n## S\n\n**vllm**\n\n| TTFT |\n|---:|\n| 5 ms (95% 4 to 6) |\n");
  EXPECT_EQ(of(Terms{{{"TTFT", "time"}}}), "# T\n\n## S\n\n- **TTFT**: time\n");
  EXPECT_EQ(of(Bullets{{plain("a"), plain("b")}}), "# T\n\n## S\n\n- a\n- b\n");
  EXPECT_EQ(of(Bullets{}), "# T\n\n## S\n");
}

}  // namespace
}  // namespace tt::report
