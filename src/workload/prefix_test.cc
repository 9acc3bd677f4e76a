#include "workload/prefix.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "workload/conversation.h"
#include "workload/schedule_summary.h"

namespace tt::workload {
namespace {

plan::Workload grouped(std::uint32_t groups, const char* tokens, double share) {
  plan::Workload workload;
  workload.prompts = plan::SyntheticPrompts{.input = {.mean = 100}};
  workload.prefix = plan::PrefixGroups{groups, *plan::parse_lengths(tokens), share};
  return workload;
}

TEST(Prefix, TheShareAndTheGroupsAreThoseOfThePlan) {
  const plan::Workload workload = grouped(4, "300", 0.7);
  constexpr int kRequests = 20'000;
  std::map<std::uint32_t, int> members;
  int with = 0;
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    const auto prefix = prefix_of(workload, {}, i);
    if (!prefix) continue;
    ++with;
    ++members[prefix->group];
    EXPECT_EQ(prefix->tokens, 300u);
  }
  // Four standard errors of a share.
  EXPECT_NEAR(with / 20'000.0, 0.7, 4 * 0.00324);
  ASSERT_EQ(members.size(), 4u);
  for (const auto& [group, count] : members) EXPECT_NEAR(count / 20'000.0, 0.175, 4 * 0.00269);
  EXPECT_FALSE(prefix_of(grouped(4, "300", 0), {}, 1));
  EXPECT_TRUE(prefix_of(grouped(4, "300", 1), {}, 1));
}

TEST(Prefix, AGroupHasOneLengthAndOneText) {
  const plan::Workload workload = grouped(3, "uniform(50,500)", 1);
  const WordFit fit{.base = 0, .per_word = 1};
  std::map<std::uint32_t, std::string> texts;
  std::set<std::uint32_t> lengths;
  for (std::uint64_t i = 0; i < 50; ++i) {
    const auto prefix = prefix_of(workload, {}, i);
    ASSERT_TRUE(prefix);
    engine::Prompt prompt{{{"system", "s"}, {"user", "own words"}}};
    add_prefix(prompt, *prefix, {}, fit);
    EXPECT_EQ(prompt.messages[0].content, "s");
    const auto& text = prompt.messages[1].content;
    ASSERT_TRUE(text.ends_with("\n\nown words"));
    const auto [known, fresh] = texts.emplace(prefix->group, text);
    EXPECT_EQ(known->second, text);
    lengths.insert(prefix->tokens);
    EXPECT_EQ(static_cast<std::uint32_t>(std::ranges::count(text, ' ')), prefix->tokens);
  }
  EXPECT_EQ(texts.size(), 3u);
  EXPECT_EQ(lengths.size(), 3u);
}

TEST(Prefix, TheDryRunTellsTheExpectedShare) {
  plan::Plan plan;
  plan.targets = {*plan::parse_target("vllm=http://localhost:8000")};
  plan.workload = grouped(2, "300", 1);
  plan.stop.requests = 100;
  const auto prompts = *make_prompts(plan.workload, plan.seeds);
  const auto schedule = *make_schedule(plan, *prompts);
  // 100 requests of 400 tokens; the first of each group finds nothing.
  EXPECT_EQ(schedule.prefix_tokens, 30'000u);
  EXPECT_EQ(schedule.reusable_tokens, 98u * 300);
  const auto summary = summarise(plan, schedule);
  EXPECT_EQ(summary.input.total, 40'000u);
  ASSERT_TRUE(summary.reusable);
  EXPECT_DOUBLE_EQ(*summary.reusable, 98.0 * 300 / 40'000);
  const auto lines = summary_lines(summary);
  EXPECT_TRUE(std::ranges::any_of(lines, [](const auto& line) {
    return line.starts_with("reuse     73.5% of the input tokens");
  }));
}

TEST(Prefix, OfSessionsStandsBeforeTheFirstQuestionOfEveryTurn) {
  plan::Plan plan;
  plan.targets = {*plan::parse_target("vllm=http://localhost:8000")};
  plan.workload = grouped(1, "300", 1);
  plan.workload.output = {.mean = 50};
  plan.workload.sessions = plan::Sessions{.turns = plan::Lengths{.mean = 2}};
  plan.stop.requests = 20;
  const auto prompts = *make_prompts(plan.workload, plan.seeds);
  const auto schedule = *make_schedule(plan, *prompts);
  ASSERT_EQ(schedule.sessions.size(), 10u);
  EXPECT_EQ(schedule.requests[0].input_tokens, 400u);
  EXPECT_EQ(schedule.requests[1].input_tokens, 400u + 50 + 100);
  // Second turns know 450 tokens, first ones (but the very first) the prefix.
  EXPECT_EQ(schedule.reusable_tokens, 10u * 450 + 9u * 300);
  const std::vector<std::string> answers = {"yes", ""};
  const auto prompt = prompts->conversations()->prompt(3, 1, answers, {});
  const auto first = prompts->conversations()->prompt(5, 0, answers, {});
  ASSERT_EQ(prompt.messages.size(), 3u);
  const auto blank = prompt.messages[0].content.find("\n\n");
  ASSERT_NE(blank, std::string::npos);
  EXPECT_EQ(prompt.messages[0].content.substr(0, blank),
            first.messages[0].content.substr(0, blank));
}

}  // namespace
}  // namespace tt::workload
