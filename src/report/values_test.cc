#include "report/values.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tt::report {
namespace {

nlohmann::json of(std::vector<Block> blocks) {
  return nlohmann::json::parse(values({.title = "T",
                                       .subtitle = "s",
                                       .metadata = {{"Run", "r1"}},
                                       .sections = {{"risks", "Risks", std::move(blocks)}}}));
}

TEST(Values, SayWhatTheDocumentSays) {
  const auto json = of({Callout{Tone::kBad, "It failed", plain("why")},
                        Bullets{{{{.text = "Mind it.", .strong = true}, {.text = " Do this."}}}}});
  EXPECT_EQ(json["title"], "T");
  EXPECT_EQ(json["metadata"][0]["value"], "r1");
  const auto& section = json["sections"][0];
  EXPECT_EQ(section["id"], "risks");
  EXPECT_EQ(section["blocks"][0]["tone"], "bad");
  EXPECT_EQ(section["blocks"][0]["text"][0]["text"], "why");
  EXPECT_EQ(section["blocks"][1]["items"][0][0]["strong"], true);
  EXPECT_EQ(section["blocks"][1]["items"][0][1]["text"], " Do this.");
}

TEST(Values, KeepNumbersOfTablesUnrounded) {
  const auto json = of({Table{.title = "F",
                              .columns = {{"figure"}, {"ms", Align::kRight}},
                              .rows = {{{.text = "TTFT"}, {.text = "1.5", .number = 1.4567}}},
                              .note = "n"}});
  const auto& table = json["sections"][0]["blocks"][0];
  EXPECT_EQ(table["columns"][1]["right"], true);
  EXPECT_EQ(table["rows"][0][1]["number"], 1.4567);
  EXPECT_TRUE(table["rows"][0][0]["number"].is_null());
}

TEST(Values, ForeignTextStaysWhatItIsAndIsUtf8) {
  const std::string evil = "</script>\"\n\xff";
  const auto json = of({Paragraph{plain(evil)}, Listing{"L", evil}, Terms{{{"a", evil}}},
                        Cards{"C", {{.label = evil, .value = "1", .note = {}}}},
                        Picture{.id = "ttft-ecdf",
                                .title = evil,
                                .alt = evil,
                                .note = {},
                                .light = "<svg/>",
                                .dark = {},
                                .paper = {},
                                .chart = {},
                                .figures = {}}});
  const auto& blocks = json["sections"][0]["blocks"];
  ASSERT_EQ(blocks.size(), 5U);
  EXPECT_EQ(blocks[0]["text"][0]["text"], "</script>\"\n\uFFFD");
  EXPECT_EQ(blocks[4]["chart"], "ttft-ecdf");
  EXPECT_FALSE(blocks[4].contains("light")) << "drawings are not given";
}

}  // namespace
}  // namespace tt::report
