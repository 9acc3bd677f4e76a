#include "load/stint.h"

#include <gtest/gtest.h>

namespace tt::load {
namespace {

using plan::Order;
using plan::Plan;
using workload::PlannedRequest;
using workload::Schedule;

Plan plan_of(Order order, std::size_t targets, std::uint32_t blocks) {
  Plan plan;
  plan.targets.resize(targets);
  plan.order = order;
  plan.blocks = blocks;
  return plan;
}

Schedule open_schedule(std::uint64_t count, Nanos gap, Nanos duration) {
  Schedule schedule{.open_loop = true, .duration = duration};
  for (std::uint64_t i = 0; i < count; ++i) {
    schedule.requests.push_back({.at = static_cast<Nanos>(i) * gap});
  }
  return schedule;
}

TEST(CutIntoRounds, InterleavesTargetsBlockByBlock) {
  Plan plan = plan_of(Order::kInterleaved, 3, 2);
  plan.stop.duration = 10 * kSecond;
  const auto rounds = cut_into_rounds(plan, {});
  ASSERT_EQ(rounds.size(), 6u);
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    ASSERT_EQ(rounds[i].size(), 1u);
    EXPECT_EQ(rounds[i][0].target, i % 3);
    EXPECT_EQ(rounds[i][0].block, i / 3);
    EXPECT_EQ(rounds[i][0].duration, 5 * kSecond);
  }
}

TEST(CutIntoRounds, SequentialHasOneStintATarget) {
  Plan plan = plan_of(Order::kSequential, 2, 5);
  plan.stop.requests = 11;
  const auto rounds = cut_into_rounds(plan, {});
  ASSERT_EQ(rounds.size(), 2u);
  EXPECT_EQ(rounds[0][0].count, 11u);
  EXPECT_EQ(rounds[1][0].target, 1u);
}

TEST(CutIntoRounds, TogetherIsOneRound) {
  Plan plan = plan_of(Order::kTogether, 3, 5);
  plan.stop.requests = 10;
  const auto rounds = cut_into_rounds(plan, {});
  ASSERT_EQ(rounds.size(), 1u);
  ASSERT_EQ(rounds[0].size(), 3u);
  EXPECT_EQ(rounds[0][2].target, 2u);
}

TEST(CutIntoRounds, CountsAreKeptWholeAndNoBlockIsEmpty) {
  Plan plan = plan_of(Order::kInterleaved, 2, 5);
  for (const std::uint64_t total : {1u, 3u, 5u, 7u, 1000u}) {
    plan.stop.requests = total;
    std::uint64_t sum = 0;
    for (const Round& round : cut_into_rounds(plan, {})) {
      EXPECT_GT(round[0].count, 0u);
      if (round[0].target == 0) sum += round[0].count;
    }
    EXPECT_EQ(sum, total);
  }
}

TEST(CutIntoRounds, WarmupBelongsToTheFirstBlockOfAClosedLoop) {
  Plan plan = plan_of(Order::kInterleaved, 2, 3);
  plan.stop.requests = 9;
  plan.warmup.requests = 4;
  for (const Round& round : cut_into_rounds(plan, {})) {
    EXPECT_EQ(round[0].warmup.requests, round[0].block == 0 ? 4u : 0u);
  }
}

TEST(CutIntoRounds, OpenLoopWindowsHoldEveryRequestOnce) {
  for (const bool by_time : {true, false}) {
    Plan plan = plan_of(Order::kInterleaved, 1, 4);
    plan.load = plan::Rate{};
    if (by_time) {
      plan.stop.duration = 10 * kSecond;
    } else {
      plan.stop.requests = 103;
    }
    const Schedule schedule = open_schedule(103, 97 * kMillisecond, by_time ? 10 * kSecond : 0);
    std::uint64_t next = 0;
    Nanos origin = 0;
    for (const Round& round : cut_into_rounds(plan, schedule)) {
      EXPECT_EQ(round[0].first, next);
      EXPECT_GE(round[0].origin, origin);
      for (std::uint64_t i = round[0].first; i < round[0].last; ++i) {
        EXPECT_GE(schedule.requests[i].at, round[0].origin);
      }
      next = round[0].last;
      origin = round[0].origin;
    }
    EXPECT_EQ(next, 103u);
  }
}

TEST(CutIntoRounds, AnEmptyScheduleGivesEmptyStints) {
  Plan plan = plan_of(Order::kInterleaved, 1, 3);
  plan.load = plan::Rate{};
  plan.stop.duration = kSecond;
  for (const Round& round : cut_into_rounds(plan, open_schedule(0, 0, kSecond))) {
    EXPECT_EQ(round[0].first, round[0].last);
  }
}

}  // namespace
}  // namespace tt::load
