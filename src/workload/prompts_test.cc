#include "workload/prompts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/text.h"
#include "workload/calibrate.h"
#include "workload/synthetic.h"
#include "workload/words.h"

namespace tt::workload {
namespace {

std::string text_of(const PromptSource& source, std::uint64_t number, std::uint32_t tokens,
                    const WordFit& fit) {
  const auto prompt = source.prompt(number, tokens, fit);
  EXPECT_EQ(prompt.messages.size(), 1u);
  EXPECT_EQ(prompt.messages[0].role, "user");
  return prompt.messages[0].content;
}

TEST(Words, AreDistinctPlainAndSorted) {
  const auto words = word_list();
  EXPECT_TRUE(std::ranges::is_sorted(words));
  EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(), kWordCount);
  for (const auto word : words) {
    EXPECT_GE(word.size(), 2u);
    EXPECT_TRUE(std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; })) << word;
  }
}

TEST(Synthetic, APromptIsAFunctionOfSeedNumberAndLength) {
  const auto source = make_prompts({}, {}).value();
  EXPECT_TRUE(source->synthetic());
  EXPECT_EQ(source->size(), 0u);
  const WordFit fit;
  EXPECT_EQ(text_of(*source, 7, 100, fit), text_of(*source, 7, 100, fit));
  EXPECT_NE(text_of(*source, 7, 100, fit), text_of(*source, 8, 100, fit));
  const auto other = make_prompts({}, {.prompts = 4}).value();
  EXPECT_NE(text_of(*source, 7, 100, fit), text_of(*other, 7, 100, fit));
}

TEST(Synthetic, TheNumberOfWordsFollowsTheFit) {
  const WordFit fit{.base = 10, .per_word = 1.25};
  EXPECT_EQ(words_for(260, fit), 200u);
  EXPECT_EQ(split(synthetic_text(1, 1, 200), ' ').size(), 200u);
  EXPECT_EQ(words_for(5, fit), 1u);  // less than the template itself
  EXPECT_EQ(words_for(0, fit), 1u);
  EXPECT_EQ(words_for(100, {.per_word = 0}), 20'000'000u);
  EXPECT_EQ(words_for(0, {.per_word = 0}), 1u);
}

TEST(Synthetic, NoTwoPromptsBeginAlike) {
  std::set<std::string> beginnings;
  std::set<std::string> first_words;
  constexpr std::uint64_t kPrompts = 20'000;
  for (std::uint64_t i = 0; i < kPrompts; ++i) {
    const auto text = synthetic_text(3, i, 4);
    beginnings.insert(text);
    first_words.insert(text.substr(0, text.find(' ')));
  }
  EXPECT_EQ(beginnings.size(), kPrompts);
  EXPECT_EQ(first_words.size(), kWordCount);
}

TEST(Synthetic, LongPromptsUseEveryWordAlike) {
  const auto text = synthetic_text(3, 5, 4 + 10 * kWordCount);
  const auto words = split(text, ' ');
  std::map<std::string_view, int> counts;
  for (std::size_t i = 4; i < words.size(); ++i) ++counts[words[i]];
  EXPECT_EQ(counts.size(), kWordCount);
  for (const auto& [word, count] : counts) EXPECT_EQ(count, 10) << word;
}

TEST(Synthetic, IsTheGoldText) {
  EXPECT_EQ(synthetic_text(3, 0, 8), "bird curtain light ocean guess evening explain bread");
  EXPECT_EQ(synthetic_text(3, 1, 8), "guide museum divide drive battery fresh hollow carry");
}

// --- Calibration -----------------------------------------------------------------------------

/// A tokenizer that cuts each word into one to three tokens by a hash, with a template around.
struct FakeTokenizer {
  std::uint64_t seed;
  std::uint32_t around;
  std::uint32_t operator()(std::string_view text) const {
    std::uint32_t tokens = around;
    for (const auto word : split(text, ' ')) {
      tokens += 1 + static_cast<std::uint32_t>(fnv1a(word, seed) % 97 % 3);
    }
    return tokens;
  }
};

TEST(Calibrate, HitsTheWishedMeanWithinTwoPercent) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    for (const std::uint32_t mean : {64, 256, 2000}) {
      const FakeTokenizer tokenizer{seed, 23};
      const plan::Lengths input{.mean = static_cast<double>(mean)};
      int calls = 0;
      const auto calibration =
          calibrate(input, seed, [&](std::string_view text) -> Result<std::uint32_t> {
            ++calls;
            return tokenizer(text);
          });
      ASSERT_TRUE(calibration) << calibration.error().text();
      EXPECT_LE(calls, 7);
      EXPECT_TRUE(calibration->fit.measured);
      EXPECT_NEAR(calibration->fit.base, 23, 1e-9);
      double total = 0;
      constexpr int kPrompts = 40;
      for (std::uint64_t i = 0; i < kPrompts; ++i) {
        total += tokenizer(synthetic_text(seed, i, words_for(mean, calibration->fit)));
      }
      EXPECT_NEAR(total / kPrompts / mean, 1.0, 0.02) << "seed " << seed << ", mean " << mean;
      EXPECT_LT(calibration->error, mean < 256 ? 0.15 : 0.05);
    }
  }
}

TEST(Calibrate, NoTextBeginsAsAnotherDoes) {
  std::set<std::string> beginnings;
  std::size_t calls = 0;
  const auto calibration =
      calibrate({.mean = 100}, 1, [&](std::string_view text) -> Result<std::uint32_t> {
        ++calls;
        beginnings.emplace(text.substr(0, text.find(' ')));
        return FakeTokenizer{1, 5}(text);
      });
  ASSERT_TRUE(calibration);
  EXPECT_EQ(calls, 7u);
  EXPECT_EQ(beginnings.size(), calls);
}

TEST(Calibrate, PassesAFailedCountOn) {
  for (int failing = 0; failing < 4; ++failing) {
    int call = 0;
    const auto calibration =
        calibrate({.mean = 1000}, 1, [&](std::string_view text) -> Result<std::uint32_t> {
          if (call++ == failing) return fail(ErrorCode::kUnavailable, "loading");
          return FakeTokenizer{1, 5}(text);
        });
    ASSERT_FALSE(calibration);
    EXPECT_EQ(calibration.error().message, "loading");
  }
}

TEST(Calibrate, RefusesCountsThatMakeNoSense) {
  for (const std::uint32_t constant : {0U, 1U, 100U, 4'000'000'000U}) {
    const auto calibration = calibrate(
        {.mean = 100}, 1, [&](std::string_view) -> Result<std::uint32_t> { return constant; });
    ASSERT_FALSE(calibration) << constant;
    EXPECT_NE(calibration.error().message.find("make no sense"), std::string::npos);
  }
}

}  // namespace
}  // namespace tt::workload
