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

}  // namespace
}  // namespace tt::sim
