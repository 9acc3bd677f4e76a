#include "load/pacer.h"

#include <vector>

#include <gtest/gtest.h>

namespace tt::load {
namespace {

TEST(ClosedPacer, CountedWarmupComesOnTopOfTheCount) {
  auto pacer = make_closed_pacer({.warmup = {.requests = 2}, .count = 3}, {}, 1, 0, 0);
  std::vector<bool> warmup;
  for (Nanos now = 0; auto due = pacer->take(now); now += kSecond) {
    warmup.push_back(due->warmup);
    pacer->ended(now + kSecond);
  }
  EXPECT_EQ(warmup, (std::vector<bool>{true, true, false, false, false}));
  EXPECT_TRUE(pacer->exhausted(0));
}

TEST(ClosedPacer, TheDurationCountsFromTheFirstMeasuredRequest) {
  const Stint stint{.warmup = {.requests = 3}, .duration = 2 * kSecond};
  auto pacer = make_closed_pacer(stint, {}, 1, 0, 0);
  int measured = 0;
  Nanos now = 0;
  for (; auto due = pacer->take(now); now += kSecond) {
    measured += due->warmup ? 0 : 1;
    pacer->ended(now + kSecond);
  }
  EXPECT_EQ(measured, 2);  // at 3 s and at 4 s
  EXPECT_EQ(now, 5 * kSecond);
}

TEST(ClosedPacer, WarmupByTime) {
  auto pacer =
      make_closed_pacer({.warmup = {.duration = 1500 * kMillisecond}, .count = 2}, {}, 1, 0, 0);
  std::vector<bool> warmup;
  for (Nanos now = 0; auto due = pacer->take(now); now += kSecond) {
    warmup.push_back(due->warmup);
    pacer->ended(now + kSecond);
  }
  EXPECT_EQ(warmup, (std::vector<bool>{true, true, false, false}));
}

TEST(ClosedPacer, PlannedIsWhenTheSlotCameFree) {
  auto pacer = make_closed_pacer({}, {}, 2, 5, kSecond);
  EXPECT_EQ(pacer->take(kSecond)->index, 5u);
  EXPECT_EQ(pacer->take(kSecond)->index, 6u);
  EXPECT_FALSE(pacer->take(kSecond));
  EXPECT_EQ(pacer->next_due(), kNever);
  pacer->ended(3 * kSecond);
  EXPECT_EQ(pacer->next_due(), 3 * kSecond);
  EXPECT_EQ(pacer->take(4 * kSecond)->planned, 3 * kSecond);
}

TEST(ClosedPacer, GivingUpWithoutACountHasNothingToRecord) {
  auto endless = make_closed_pacer({.duration = kSecond}, {}, 2, 0, 0);
  EXPECT_FALSE(endless->give_up(0));
  auto counted = make_closed_pacer({.count = 3}, {}, 1, 0, 0);
  EXPECT_TRUE(counted->take(0));
  int dropped = 0;
  while (const auto due = counted->give_up(kSecond)) {
    EXPECT_TRUE(due->dropped);
    ++dropped;
  }
  EXPECT_EQ(dropped, 2);
}

TEST(ClosedPacer, GivingUpInTheWarmupRecordsItsRestToo) {
  auto pacer = make_closed_pacer({.warmup = {.requests = 4}, .count = 3}, {}, 1, 0, 0);
  EXPECT_TRUE(pacer->take(0)->warmup);
  std::vector<std::pair<std::uint64_t, bool>> dropped;
  while (const auto due = pacer->give_up(kSecond)) dropped.emplace_back(due->index, due->warmup);
  EXPECT_EQ(dropped, (std::vector<std::pair<std::uint64_t, bool>>{
                         {1, true}, {2, true}, {3, true}, {4, false}, {5, false}, {6, false}}));
}

TEST(ClosedPacer, UpcomingEndsWithTheCount) {
  auto pacer = make_closed_pacer({.count = 5}, {1, 2}, 1, 10, 0);
  EXPECT_EQ(pacer->upcoming(0), 11u);
  EXPECT_EQ(pacer->upcoming(1), 13u);
  EXPECT_FALSE(pacer->upcoming(2));
}

TEST(OpenPacer, ShiftsTheWindowToItsStart) {
  const std::vector<workload::PlannedRequest> schedule = {
      {.at = 0}, {.at = 4 * kSecond}, {.at = 6 * kSecond}};
  auto pacer = make_open_pacer({.first = 1, .last = 3, .origin = 3 * kSecond}, {}, schedule, 0,
                               100 * kSecond);
  EXPECT_EQ(pacer->next_due(), 101 * kSecond);
  EXPECT_FALSE(pacer->take(101 * kSecond - 1));
  EXPECT_EQ(pacer->take(101 * kSecond)->planned, 101 * kSecond);
  EXPECT_EQ(pacer->next_due(), 103 * kSecond);
  EXPECT_EQ(pacer->give_up(0)->planned, 103 * kSecond);
  EXPECT_TRUE(pacer->exhausted(0));
}

TEST(OpenPacer, MarksWarmupByScheduleNotByClock) {
  const std::vector<workload::PlannedRequest> schedule = {
      {.at = 0}, {.at = kSecond}, {.at = 2 * kSecond}};
  auto pacer =
      make_open_pacer({.warmup = {.duration = 1500 * kMillisecond}, .last = 3}, {}, schedule, 0, 0);
  std::vector<bool> warmup;
  while (const auto due = pacer->take(60 * kSecond)) warmup.push_back(due->warmup);
  EXPECT_EQ(warmup, (std::vector<bool>{true, true, false}));
}

}  // namespace
}  // namespace tt::load
