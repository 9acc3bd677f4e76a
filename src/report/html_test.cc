#include "report/html.h"

#include <gtest/gtest.h>

#include "base/test_gold.h"

namespace tt::report {
namespace {

std::string of(Block block) {
  return html(
      {.title = "T", .subtitle = {}, .metadata = {}, .sections = {{"s", "S", {std::move(block)}}}});
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Html, NamesThatRunLeftTurnNoFigureButCodeIsAsItIs) {
  Document document;
  document.sections = {
      {"s", "S", {Paragraph{{{.text = "שלום 1.46"}, {.text = "run שלום", .code = true}}}}}};
  const auto text = html(document);
  EXPECT_NE(text.find("<p>\u2068שלום\u2069 1.46<code>run שלום</code></p>"), std::string::npos);
}

TEST(Html, TextIsNoMarkup) {
  EXPECT_EQ(html_text("<b a=\"'\">&"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;");
  EXPECT_EQ(html_text("a\tb\x1b[0m\nc"), "a b [0m\nc");
  EXPECT_EQ(html_text("a\u202e46.1"), "a 46.1") << "turns nothing around";
  EXPECT_EQ(html_text("\xff\xc3\xa9\xe2\x82"), "\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Html, NoForeignTextLeavesItsPlace) {
  const std::string evil = "</style></script><script>alert(1)</script>\"><img src=x onerror=y>";
  Document document{
      .title = evil, .subtitle = evil, .metadata = {{evil, evil}}, .sections = {{"s", evil, {}}}};
  document.sections[0].blocks = {
      Paragraph{{{.text = evil, .strong = true, .code = true}}},
      Bullets{{plain(evil)}},
      Callout{Tone::kBad, evil, plain(evil)},
      Cards{evil, {{.label = evil, .value = evil, .note = evil}}},
      Table{.title = evil,
            .columns = {{evil}},
            .rows = {{{.text = evil, .number = {}}}},
            .note = evil},
      Terms{{{evil, evil}}},
      Listing{evil, evil},
      Picture{.id = "x", .title = evil, .alt = evil, .light = evil, .dark = evil}};
  const auto text = html(document);
  EXPECT_FALSE(holds(text, "<script"));
  EXPECT_FALSE(holds(text, "<img src=x"));
  EXPECT_EQ(text.find("</style>"), text.rfind("</style>"));
}

TEST(Html, ColourIsNeverTheOnlySign) {
  const auto text = of(Callout{Tone::kBad, "No answer", {}});
  EXPECT_TRUE(holds(text, "class=\"callout bad\""));
  EXPECT_TRUE(holds(text, "<span class=\"unseen\">Bad:</span>")) << text;
}

TEST(Html, PicturesFollowTheThemeAndAreToldInWords) {
  const auto text = of(
      Picture{.id = "x", .title = "X", .alt = "words", .light = "<svg/>", .dark = "<svg></svg>"});
  EXPECT_TRUE(holds(text, "srcset=\"data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=\""));
  EXPECT_TRUE(holds(text, "src=\"data:image/svg+xml;base64,PHN2Zy8+\" alt=\"words\"")) << text;
}

TEST(Html, Gold) {
  Document document{.title = "night: vllm and tgi",
                    .subtitle = "concurrency 16",
                    .metadata = {{"Run", "night-1"}},
                    .sections = {{"answer", "The answer", {}}, {"figures", "Figures", {}}}};
  document.sections[0].blocks = {Callout{Tone::kGood, "vllm is better", plain("by far")},
                                 Bullets{{plain("one"), {{.text = "two", .strong = true}}}},
                                 Cards{"vllm", {{"TTFT p50", "5 ms", "95% 4 to 6", Tone::kGood}}}};
  document.sections[1].blocks = {
      Table{.title = "TTFT",
            .columns = {{"target"}, {"p50 (ms)", Align::kRight}},
            .rows = {{{.text = "vllm", .number = {}},
                      {.text = "5.0", .number = 5, .tone = Tone::kGood, .strong = true}}},
            .note = "of 100"},
      Terms{{{"TTFT", "time to first token"}}}, Listing{"The plan", "name: x\n"}};
  std::string text = html(document);
  const auto from = text.find("<style>") + 7;
  text.erase(from, text.find("</style>") - from);  // the look is html_style.css
  expect_gold(text, "report/document.html");
}

}  // namespace
}  // namespace tt::report
