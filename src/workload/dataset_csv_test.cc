#include "workload/dataset_csv.h"

#include <gtest/gtest.h>

namespace tt::workload {
namespace {

std::string read(std::string_view text, const plan::PromptFile& file = {}) {
  const auto prompts = read_csv_prompts(text, file, "d.csv");
  if (!prompts) return prompts.error().text();
  std::string out;
  for (std::uint64_t i = 0; i < (*prompts)->size(); ++i) {
    for (const auto& m : (*prompts)->prompt(i, 0, {}).messages)
      out += m.role + ":" + m.content + "|";
    out += std::to_string((*prompts)->output_tokens(i)) + "\n";
  }
  return out;
}

TEST(CsvPrompts, TakesTheUsualColumns) {
  EXPECT_EQ(read("id,Prompt,max_tokens,system\r\n1,\"a, \"\"b\"\"\nc\",20,Be kind\r\n2,d,,\r\n"),
            "system:Be kind|user:a, \"b\"\nc|20\nuser:d|0\n");
}

TEST(CsvPrompts, TakesTheColumnsThatThePlanNames) {
  EXPECT_EQ(read("\xef\xbb\xbfq,len,who\nx,7,S\n",
                 {.column = "q", .output_column = "len", .system_column = "who"}),
            "system:S|user:x|7\n");
}

TEST(CsvPrompts, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(read("a,b\nx,y\n"),
            "d.csv:1: which column holds the prompts? Name it with column:; there are a, b");
  EXPECT_EQ(read("a,b\nx,y\n", {.column = "c"}), "d.csv:1: has no column 'c'; there are a, b");
  EXPECT_EQ(read("prompt,max_tokens\nx,5\ny,some\n"),
            "d.csv:3: 'some' is no output length; write a whole number of tokens, up to "
            "10000000");
  EXPECT_EQ(read("prompt,max_tokens\nx,4000000000\n"),
            "d.csv:2: '4000000000' is no output length; write a whole number of tokens, up to "
            "10000000");
  EXPECT_EQ(read("prompt\nx\n\n \n"), "d.csv:4: has an empty prompt");
  EXPECT_EQ(read("prompt,b\nx\n"), "d.csv:2: has 1 cells where the heading has 2");
  EXPECT_EQ(read("prompt\n\"x\n"), "d.csv:2: a quote is opened here and never closed");
  EXPECT_EQ(read("prompt\n"), "d.csv: holds no prompt");
  EXPECT_EQ(read(""), "d.csv:1: the file is empty");
  EXPECT_EQ(read("prompt\n\xff\n"), "d.csv:1: the file is not UTF-8; save it as UTF-8");
}

}  // namespace
}  // namespace tt::workload
