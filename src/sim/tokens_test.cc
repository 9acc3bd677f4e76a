#include "sim/tokens.h"

#include <string>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

TEST(Tokens, CountsWordsPunctuationAndCharacters) {
  EXPECT_EQ(count_tokens(""), 0U);
  EXPECT_EQ(count_tokens("  \n\t"), 0U);
  EXPECT_EQ(count_tokens("river"), 1U);
  EXPECT_EQ(count_tokens("rivers"), 1U);
  EXPECT_EQ(count_tokens("riverss"), 2U);
  EXPECT_EQ(count_tokens("the river, the sea."), 6U);
  EXPECT_EQ(count_tokens("1234567"), 2U);
  EXPECT_EQ(count_tokens("\xE6\x97\xA5\xE6\x9C\xAC"), 2U);  // two characters of three bytes
}

TEST(Tokens, AnAnswerOfNPiecesCountsN) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::string text;
    for (std::uint32_t i = 0; i < 200; ++i) text += answer_piece(seed, i);
    EXPECT_EQ(count_tokens(text), 200U);
    EXPECT_NE(text.front(), ' ');
  }
}

TEST(Tokens, PiecesDependOnSeedAndIndexAlone) {
  EXPECT_EQ(answer_piece(5, 17), answer_piece(5, 17));
  int different = 0;
  for (std::uint32_t i = 0; i < 100; ++i) {
    different += answer_piece(1, i) != answer_piece(2, i) ? 1 : 0;
  }
  EXPECT_GT(different, 90);
}

TEST(BlockNames, EqualBeginningsHaveEqualNamesAndNothingElse) {
  const std::string text = "one two three four five six seven eight";
  const auto names = block_names(text, 0, 0, 2, 0);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(block_names(text + " nine", 0, 0, 2, 0), names) << "half a block has no name";
  const auto other = block_names("one two three FOUR five six", 0, 0, 2, 0);
  EXPECT_EQ(other[0], names[0]);
  EXPECT_NE(other[1], names[1]);
  EXPECT_NE(other[2], names[2]) << "a name stands for all before it";
  EXPECT_NE(block_names(text, 0, 0, 2, 1)[0], names[0]) << "the salt keeps apart";
  EXPECT_TRUE(block_names("", 0, 0, 2, 0).empty());
  EXPECT_NE(block_names("ab c", 0, 0, 2, 0), block_names("a bc", 0, 0, 2, 0));
}

TEST(BlockNames, TheNextPromptOfAConversationBeginsWithThePromptAndItsAnswer) {
  std::string answer;
  for (std::uint32_t i = 0; i < 9; ++i) answer += answer_piece(3, i);
  const auto names = block_names("Tell me of the sea!", 3, 9, 1, 0);
  EXPECT_EQ(names.size(), count_tokens("Tell me of the sea!") + 9);
  auto next = block_names("Tell me of the sea!\n\n" + answer + "\n\nAnd then?", 4, 0, 1, 0);
  ASSERT_GT(next.size(), names.size());
  next.resize(names.size());
  EXPECT_EQ(next, names);
}

}  // namespace
}  // namespace tt::sim
