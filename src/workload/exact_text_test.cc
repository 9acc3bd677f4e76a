#include "workload/exact_text.h"

#include <set>

#include <gtest/gtest.h>

#include "workload/synthetic.h"

namespace tt::workload {
namespace {

std::shared_ptr<const ExactText> exact(const std::string& file) {
  const auto tokenizer =
      tokenizer::load_tokenizer(TT_SOURCE_DIR "/tests/tokenizers/" + file + ".json");
  EXPECT_TRUE(tokenizer) << tokenizer.error().text();
  const auto made = ExactText::make(*tokenizer);
  EXPECT_TRUE(made) << made.error().text();
  return *made;
}

/// A vocabulary of whole words: every word of the list is one token.
std::shared_ptr<const ExactText> whole_words() {
  const auto tokenizer = tokenizer::parse_tokenizer(
      R"({"pre_tokenizer":{"type":"WhitespaceSplit"},
          "model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0}}})",
      "words.json");
  EXPECT_TRUE(tokenizer);
  return *ExactText::make(*tokenizer);
}

void expect_exact(const ExactText& by, const std::string& what) {
  for (const std::uint32_t tokens : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 17U, 64U, 255U, 1000U}) {
    for (std::uint64_t number = 0; number < 8; ++number) {
      const auto text = by.text(3, number, tokens);
      EXPECT_EQ(by.tokenizer().count(text).value_or(0), tokens) << what << ": " << text;
    }
  }
}

// The small vocabularies have few whole words, so texts are filled up and counted.
TEST(ExactText, HasTheVeryLengthWithEveryKindOfTokenizer) {
  for (const auto* name : {"gpt2", "roberta", "llama3", "qwen", "o200k", "deepseek", "llama2",
                           "mistral", "unknown", "clip", "prefixed", "bert", "t5", "xlmr", "odd"}) {
    expect_exact(*exact(name), name);
  }
}

TEST(ExactText, TakesWordsThatAreOneTokenWhereThereAreEnough) {
  const auto by = whole_words();
  EXPECT_EQ(by->words(), 512U);
  expect_exact(*by, "whole words");
  EXPECT_EQ(exact("gpt2")->words(), 0U);
}

TEST(ExactText, DiffersFromPromptToPromptAndComesAgain) {
  const auto by = exact("gpt2");
  std::set<std::string> texts;
  for (std::uint64_t number = 0; number < 200; ++number) texts.insert(by->text(1, number, 64));
  EXPECT_EQ(texts.size(), 200U);
  EXPECT_EQ(by->text(1, 7, 64), by->text(1, 7, 64));
  EXPECT_NE(by->text(1, 7, 64), by->text(2, 7, 64));
}

TEST(ExactText, LeavesRoomForTheChatTemplate) {
  WordFit fit{.base = 5, .measured = true, .exact = exact("gpt2")};
  const auto text = text_for(fit, 1, 2, 40);
  EXPECT_EQ(fit.exact->tokenizer().count(text).value(), 35U);
  EXPECT_EQ(fit.exact->tokenizer().count(text_for(fit, 1, 2, 3)).value(), 1U);
}

TEST(ExactText, RefusesATokenizerOfNothing) {
  const auto tokenizer =
      tokenizer::parse_tokenizer(R"({"model":{"type":"BPE","vocab":{},"merges":[]}})", "none.json");
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(ExactText::make(*tokenizer).error().message,
            "the tokenizer makes no token of English words");
}

}  // namespace
}  // namespace tt::workload
