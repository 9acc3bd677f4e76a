#include "app/table.h"

#include <gtest/gtest.h>

namespace tt::app {
namespace {

std::vector<std::string> texts(const std::vector<Line>& lines) {
  std::vector<std::string> all;
  for (const auto& line : lines) all.push_back(line.text());
  return all;
}

Table model_table() {
  Table table({{.title = "target", .shrink_to = 6},
               {.title = "model", .shrink_to = 8, .optional = 1},
               {.title = "ms", .align = Align::kRight}});
  table.row({"vllm", "meta-llama/Llama-3.1-8B-Instruct", "1,234"});
  table.row({"ollama", "llama3.1:8b", "7"});
  return table;
}

TEST(Table, AlignsColumns) {
  EXPECT_EQ(texts(model_table().render(80)),
            (std::vector<std::string>{"  target  model                                ms",
                                      "  vllm    meta-llama/Llama-3.1-8B-Instruct  1,234",
                                      "  ollama  llama3.1:8b                           7"}));
}

TEST(Table, CutsTextBeforeNumbers) {
  EXPECT_EQ(texts(model_table().render(32)),
            (std::vector<std::string>{"  target  model               ms",
                                      "  vllm    meta-ll…nstruct  1,234",
                                      "  ollama  llama3.1:8b          7"}));
}

TEST(Table, LeavesOptionalColumnsOutWhereCuttingIsNotEnough) {
  EXPECT_EQ(texts(model_table().render(18)),
            (std::vector<std::string>{"  target     ms", "  vllm    1,234", "  ollama      7"}));
}

TEST(Table, KeepsToAnyWidthThatItCan) {
  for (std::size_t width = 16; width < 200; ++width) {
    for (const auto& line : model_table().render(width)) EXPECT_LE(line.width(), width);
  }
}

TEST(Table, ShowsNumbersWholeEvenWhereTheyDoNotFit) {
  const auto lines = texts(model_table().render(5));
  EXPECT_NE(lines[1].find("1,234"), std::string::npos);
}

TEST(Table, MeasuresByColumnsNotBytes) {
  Table table({{.title = "a"}, {.title = "b"}});
  table.row({"模型", "x"});
  table.row({"abcd", "y"});
  EXPECT_EQ(texts(table.render(40))[1], "  模型  x");
  EXPECT_EQ(texts(table.render(40))[2], "  abcd  y");
}

TEST(Table, FillsMissingCells) {
  Table table({{.title = "a"}, {.title = "b"}});
  table.row({"only"});
  EXPECT_EQ(texts(table.render(40))[1], "  only");
}

}  // namespace
}  // namespace tt::app
