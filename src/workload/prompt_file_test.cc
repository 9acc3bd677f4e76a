#include "workload/prompt_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tt::workload {
namespace {

using Format = plan::PromptFile::Format;

/// Every prompt as "role:content|role:content".
std::vector<std::string> prompts_in(const std::string& text, Format format = Format::kAuto) {
  std::istringstream in(text);
  const auto source = read_prompts(in, format, "p");
  EXPECT_TRUE(source) << source.error().text();
  std::vector<std::string> out;
  if (!source) return out;
  EXPECT_FALSE((*source)->synthetic());
  for (std::uint64_t i = 0; i < (*source)->size(); ++i) {
    std::string line;
    for (const auto& m : (*source)->prompt(i, 99, {}).messages) {
      line += (line.empty() ? "" : "|") + m.role + ":" + m.content;
    }
    out.push_back(line);
  }
  return out;
}

std::string fault_in(const std::string& text, Format format = Format::kAuto) {
  std::istringstream in(text);
  const auto source = read_prompts(in, format, "p");
  EXPECT_FALSE(source) << text;
  return source ? "" : source.error().text();
}

using Texts = std::vector<std::string>;

TEST(PromptFile, TextHasAPromptALine) {
  EXPECT_EQ(prompts_in("\xef\xbb\xbf# a comment\r\nfirst\r\n\r\n  \n\\# not a comment\nlast é"),
            (Texts{"user:first", "user:# not a comment", "user:last é"}));
  EXPECT_EQ(prompts_in("\xef\xbb\xbf"
                       "one\n"),
            (Texts{"user:one"}));
}

TEST(PromptFile, JsonLinesHoldAPromptInManyForms) {
  EXPECT_EQ(prompts_in(R"("a string"

{"prompt": "p"}
{"text": "t", "id": 1}
{"id": {"content": 1}, "content": "c\n2"}
)"),
            (Texts{"user:a string", "user:p", "user:t", "user:c\n2"}));
}

TEST(PromptFile, ConversationsGiveTheirQuestions) {
  EXPECT_EQ(
      prompts_in(
          R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}
{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null},{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url"},{"type":"text","text":"y"}]}]}
{"turns":["first","second"]}
{"turns":[{"role":"system","content":"s"},{"role":"user","content":"t"}]}
{"conversations":[{"from":"gpt","value":"hello"},{"from":"human","value":"h"}]}
{"conversations":[]}
)"),
      (Texts{"system:s|user:q", "user:q|assistant:|user:xy", "user:first", "user:t", "user:h"}));
}

TEST(PromptFile, ShareGptIsOneArray) {
  EXPECT_EQ(prompts_in(R"(
[
  {"id": "a", "conversations": [{"from": "human", "value": "one"}, {"from": "gpt", "value": "x"}]},
  {"id": "b", "conversations": [{"from": "gpt", "value": "no question"}]},
  "plain", {"prompt": "p"},
  {"id": "c", "conversations": [{"from": "human", "value": "two [\"}"}]}
])"),
            (Texts{"user:one", "user:plain", "user:p", "user:two [\"}"}));
}

TEST(PromptFile, TheContentTellsTheFormat) {
  EXPECT_EQ(prompts_in("[1] is a footnote\n"), (Texts{"user:[1] is a footnote"}));
  EXPECT_EQ(prompts_in("\"Quoted,\" he said\n"), (Texts{"user:\"Quoted,\" he said"}));
  EXPECT_EQ(prompts_in("\"quoted\"\n"), (Texts{"user:quoted"}));
  EXPECT_EQ(prompts_in("{not json}\n", Format::kText), (Texts{"user:{not json}"}));
  EXPECT_EQ(prompts_in("[\"a\", \"b\"]"), (Texts{"user:a", "user:b"}));
}

TEST(PromptFile, FaultsNameTheLine) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"", "p: holds no prompt"},
      {"\n\n# only a comment\n", "p: holds no prompt"},
      {"ok\nbad \xff\n", "p:2: this line is not UTF-8"},
      {"\n{\"prompt\":\"a\"}\n{oops\n", "p:3: this line is not JSON"},
      {"{\"prompt\":\"a\"}\n5\n", "p:2: this line must be a string or an object"},
      {"{\"prompt\":5}\n", "p:1: this line has none of prompt, text, content"},
      {"{\"prompt\":\" \"}\n", "is an empty prompt"},
      {"{\"messages\":[]}\n", "has no message of the user"},
      {"{\"messages\":[5]}\n", "is not an object"},
      {"{\"messages\":[{\"content\":\"a\"}]}\n", "without a role"},
      {"{\"messages\":[{\"role\":\"user\"}]}\n", "without content"},
      {"{\"messages\":[{\"role\":\"user\",\"content\":\" \"}]}\n", "is an empty prompt"},
      {"{\"turns\":[]}\n", "has no turn of the user"},
      {"{\"turns\":[5]}\n", "is not a string"},
      {"{\"turns\":[{}]}\n", "a turn without content"},
      {"[\n\"a\",\n{\"x\":1}\n]", "p:3: this line has none of prompt"},
      {"[\n\"a\",\n{\"x\":\n", "not a whole JSON array"},
      {"[\"a\" \"b\"]", "not a whole JSON array"},
      {"[]", "p: holds no prompt"},
      {"[{\"conversations\":[]}]", "p: holds no prompt"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto fault = fault_in(c.text);
    EXPECT_NE(fault.find(c.expected), std::string::npos) << fault;
  }
  EXPECT_NE(fault_in("hello", Format::kJsonl).find("write format: text"), std::string::npos);
  EXPECT_NE(fault_in("{}", Format::kShareGpt).find("not a whole JSON array"), std::string::npos);
}

TEST(PromptFile, NumbersBeyondTheEndStartAgain) {
  std::istringstream in("a\nb\n");
  const auto source = read_prompts(in, Format::kAuto, "p").value();
  EXPECT_EQ(source->size(), 2u);
  EXPECT_EQ(source->prompt(5, 0, {}), engine::Prompt::of("b"));
}

TEST(PromptFile, OnlyAnArrayMayBeOneLongLine) {
  constexpr std::size_t kLongest = 16UL << 20;
  EXPECT_EQ(fault_in("a\n" + std::string(kLongest + 1, 'x')),
            "p:2: this line is longer than 16 MiB");
  const auto array =
      "[\"" + std::string(kLongest / 2, 'x') + "\",\"" + std::string(kLongest / 2, 'y') + "\"]";
  EXPECT_EQ(prompts_in(array).size(), 2u);
}

TEST(PromptFile, LinesMayCrossTheBlocksOfTheReader) {
  // Blocks are 256 KiB; line ends before, on and behind their border.
  for (const std::size_t length : {262'142UL, 262'143UL, 262'144UL, 262'145UL, 600'000UL}) {
    const auto texts = prompts_in(std::string(length, 'x') + "\r\nshort\n");
    ASSERT_EQ(texts.size(), 2u);
    EXPECT_EQ(texts[0].size(), length + 5);
    EXPECT_EQ(texts[1], "user:short");
  }
}

TEST(PromptFile, IsFoundByItsPath) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("tokentrial-prompts-" + std::to_string(::getpid()) + ".txt");
  std::ofstream(path) << "hello\n";
  plan::Workload workload;
  workload.prompts = plan::PromptFile{.path = path};
  const auto source = make_prompts(workload, {});
  EXPECT_TRUE(source && (*source)->size() == 1);
  std::ofstream(path, std::ios::trunc).close();
  EXPECT_NE(make_prompts(workload, {}).error().message.find("holds no prompt"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_EQ(make_prompts(workload, {}).error().code, ErrorCode::kNotFound);
  workload.prompts = plan::PromptFile{.path = "/tmp"};
  EXPECT_EQ(make_prompts(workload, {}).error().code, ErrorCode::kInvalidInput);
}

TEST(PromptFile, EntriesMayBringASystemMessageAndALength) {
  std::istringstream in(
      R"({"prompt":"a","system":"S","max_tokens":9})"
      "\n"
      R"({"messages":[{"role":"system","content":"T"},{"role":"user","content":"b"}],"output_tokens":4})"
      "\n\"c\"\n");
  const auto source = read_prompts(in, Format::kAuto, "p");
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_EQ((*source)->prompt(0, 0, {}).messages.front().content, "S");
  EXPECT_EQ((*source)->prompt(1, 0, {}).messages.front().content, "T");
  EXPECT_EQ((*source)->output_tokens(0), 9U);
  EXPECT_EQ((*source)->output_tokens(1), 4U);
  EXPECT_EQ((*source)->output_tokens(2), 0U);
  std::istringstream bad(R"({"prompt":"a","max_tokens":"many"})");
  EXPECT_EQ(read_prompts(bad, Format::kAuto, "p").error().text(),
            "p:1: this line has a max_tokens that is no whole number from 1 to 10000000");
}

}  // namespace
}  // namespace tt::workload
