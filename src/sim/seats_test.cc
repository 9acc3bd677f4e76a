#include "sim/seats.h"

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

using Names = std::vector<std::uint64_t>;

TEST(Seats, ATextGoesWhereItsBeginningIs) {
  Seats seats(3, true);
  const Names a{1, 2, 3, 4};
  const Names b{9, 8, 7};
  const auto first = seats.take(a);
  const auto second = seats.take(b);
  EXPECT_NE(first.index, second.index);
  EXPECT_EQ(first.known, 0U);
  seats.leave(first.index, a);
  seats.leave(second.index, b);
  const auto again = seats.take(Names{1, 2, 3, 5, 6});
  EXPECT_EQ(again.index, first.index);
  EXPECT_EQ(again.known, 3U);
}

TEST(Seats, ABusySeatIsNotShared) {
  Seats seats(2, true);
  const Names a{1, 2, 3};
  const auto first = seats.take(a);
  seats.leave(first.index, a);
  EXPECT_EQ(seats.take(a).known, 3U);
  EXPECT_EQ(seats.take(a).known, 0U) << "the other seat holds nothing";
}

TEST(Seats, ALittleInCommonIsNotEnough) {
  Seats seats(2, true);
  Names a(100, 7);
  const auto first = seats.take(a);
  seats.leave(first.index, Names(10, 7));
  EXPECT_EQ(seats.take(a).known, 0U) << "a tenth of the text";
}

TEST(Seats, WithoutMemoryTheOneLeftLongestAgoIsTaken) {
  Seats seats(2, false);
  const Names a{1, 2};
  const auto first = seats.take(a);
  const auto second = seats.take(a);
  seats.leave(second.index, a);
  seats.leave(first.index, a);
  EXPECT_EQ(seats.take(a).index, second.index);
  EXPECT_EQ(seats.take(a).known, 0U);
}

}  // namespace
}  // namespace tt::sim
