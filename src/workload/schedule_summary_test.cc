#include "workload/schedule_summary.h"

#include <gtest/gtest.h>

namespace tt::workload {
namespace {

PlannedRequest at(double seconds, std::uint32_t input, std::uint32_t output) {
  return {.at = from_seconds(seconds), .input_tokens = input, .output_tokens = output};
}

TEST(ScheduleSummary, CountsWhatTheOpenLoopHolds) {
  plan::Plan plan;
  plan.load = plan::Rate{};
  plan.targets.resize(3);
  plan.warmup.duration = kSecond;
  Schedule schedule;
  schedule.open_loop = true;
  schedule.duration = 5 * kSecond;
  schedule.requests = {at(0.5, 10, 1), at(0.9, 20, 2), at(3.2, 30, 3), at(3.6, 40, 4),
                       at(4.5, 50, 10)};
  const auto s = summarise(plan, schedule);
  EXPECT_EQ(s.requests, 5u);
  EXPECT_EQ(s.warmup, 2u);
  EXPECT_FALSE(s.endless);
  ASSERT_TRUE(s.arrivals);
  EXPECT_EQ(s.arrivals->first, from_seconds(0.5));
  EXPECT_EQ(s.arrivals->last, from_seconds(4.5));
  EXPECT_DOUBLE_EQ(s.arrivals->mean, 1.0);  // four gaps in 4 s
  EXPECT_EQ(s.arrivals->min, 0u);           // nothing from 1.5 s to 2.5 s
  EXPECT_EQ(s.arrivals->max, 2u);
  EXPECT_EQ(s.input, (ScheduleSummary::Tokens{150, 30, 10, 30, 50, 50, 50}));
  EXPECT_EQ(s.output, (ScheduleSummary::Tokens{20, 4, 1, 3, 10, 10, 10}));
  EXPECT_EQ(s.per_target, 5 * kSecond);
  EXPECT_EQ(s.all_targets, 15 * kSecond);
  plan.order = plan::Order::kTogether;
  EXPECT_EQ(summarise(plan, schedule).all_targets, 5 * kSecond);
}

TEST(ScheduleSummary, AnEmptyScheduleAndASingleRequestDoNoHarm) {
  Schedule schedule;
  schedule.open_loop = true;
  EXPECT_EQ(summarise({}, schedule).output.total, 0u);
  EXPECT_FALSE(summary_lines(summarise({}, schedule)).empty());
  schedule.requests = {at(2, 1, 1)};
  EXPECT_EQ(summarise({}, schedule).arrivals->mean, 0);
}

TEST(ScheduleSummary, SaysInWordsWhatWillHappen) {
  plan::Plan plan;
  plan.targets.resize(2);
  plan.stop.duration = 60 * kSecond;
  plan.warmup.requests = 4;
  Schedule closed;
  closed.duration = plan.stop.duration.value();
  closed.digest = 0xabc;
  closed.requests.assign(10, at(0, 1000, 128));
  const auto lines = summary_lines(summarise(plan, closed));
  const std::vector<std::string> expected = {
      "requests  as many as the target answers in time, the first 4 as warm-up",
      ("input     10,000 tokens; mean 1,000, min 1,000, p50 1,000, p90 1,000, p99 1,000, max 1,000 "
       "(of the first 10 requests)"),
      ("output    1,280 tokens; mean 128, min 128, p50 128, p90 128, p99 128, max 128 (of the "
       "first "
       "10 requests)"),
      "duration  60s a target, 120s for 2 targets, pauses and last answers not counted",
      "digest    0000000000000abc",
  };
  EXPECT_EQ(lines, expected);
}

TEST(ScheduleSummary, ATracesShapeSaysOverWhatItIsCounted) {
  plan::Plan plan;
  plan.targets.resize(1);
  plan.load = plan::TraceReplay{.path = "t.csv"};
  Schedule schedule;
  schedule.open_loop = true;
  schedule.requests = {at(0, 10, 1), at(0.1, 10, 1), at(119.99, 10, 1)};
  schedule.duration = schedule.playing = from_seconds(120.25);
  auto lines = summary_lines(summarise(plan, schedule));
  EXPECT_EQ(lines[2], "shape     up to 0.998/s in 2.0s, 0.0249/s on average over 120.2s");
  EXPECT_EQ(lines[5], "duration  120.2s a target, pauses and last answers not counted");
  // Shorter than a second: nothing can be said of whole ones.
  schedule.requests.pop_back();
  lines = summary_lines(summarise(plan, schedule));
  EXPECT_EQ(lines[1], "arrivals  from 0 s to 0.100 s");
}

TEST(ScheduleSummary, SessionsOfOneLengthAreSaidSo) {
  ScheduleSummary summary;
  summary.sessions = 22;
  summary.requests = 132;
  summary.min_turns = summary.max_turns = 6;
  EXPECT_EQ(summary_lines(summary)[0], "sessions  22 of 6 turns");
  summary.min_turns = 4;
  EXPECT_EQ(summary_lines(summary)[0], "sessions  22 of 4 to 6 turns, 6.00 on average");
}

TEST(ScheduleSummary, CountsThePromptsOfAFile) {
  plan::Plan plan;
  plan.workload.prompts = plan::PromptFile{.path = "p.txt"};
  plan.stop.requests = 3;
  Schedule schedule;
  schedule.requests = {at(0, 0, 5), at(0, 0, 5), at(0, 0, 5)};
  schedule.requests[1].prompt = 1;
  const auto s = summarise(plan, schedule);
  EXPECT_EQ(s.distinct_prompts, 2u);
  EXPECT_EQ(s.input, ScheduleSummary::Tokens{});
  EXPECT_FALSE(s.per_target);
  const auto lines = summary_lines(s);
  EXPECT_EQ(lines[0], "requests  3 a target");
  EXPECT_EQ(lines[1], "prompts   2 of a file");
}

}  // namespace
}  // namespace tt::workload
