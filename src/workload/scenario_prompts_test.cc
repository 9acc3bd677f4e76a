#include "workload/scenario_prompts.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "plan/scenario.h"
#include "workload/conversation.h"
#include "workload/exact_text.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::workload {
namespace {

constexpr std::string_view kStory = R"(scenario:
  name: "short_prompt_long_completion"
  description: "Creative writing expansion"
  prompt: {template: "Write a story about {topic}", min_tokens: 5, max_tokens: 20}
  completion: {max_tokens: 500, temperature: 0.7, top_p: 0.9, top_k: 40, stop_sequences: ["END", "\n\n"]}
  test_cases:
    - topic: "a robot learning to paint"
    - topic: "time travel paradox"
)";

std::vector<std::string> texts_in(const PromptSource& prompts, const WordFit& fit = {}) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < prompts.size(); ++i) {
    std::string text;
    for (const auto& m : prompts.prompt(i, 0, fit).messages) {
      text += (text.empty() ? "" : "|") + m.role + ":" + m.content;
    }
    texts.push_back(text);
  }
  return texts;
}

TEST(ScenarioPrompts, EveryBuiltInScenarioHasPromptsAndASchedule) {
  for (const auto& builtin : plan::builtin_scenarios()) {
    const auto scenario = plan::parse_scenario(builtin.yaml, builtin.name);
    ASSERT_TRUE(scenario) << scenario.error().text();
    const auto plan = plan::plan_of_scenario(*scenario, builtin.name);
    const auto prompts = make_prompts(plan.workload, plan.seeds);
    ASSERT_TRUE(prompts) << prompts.error().text();
    EXPECT_TRUE(make_schedule(plan, **prompts));
  }
}

TEST(ScenarioPrompts, MadeUpTextsHaveTheirLengthAndDoNotComeAgain) {
  const auto plan = plan::parse_plan(plan::builtin_scenarios().at(4).yaml, "long-to-short");
  const auto scenario = plan::load_scenario("long-to-short");
  ASSERT_TRUE(scenario);
  const auto by_name = plan::plan_of_scenario(*scenario, "long-to-short");
  const auto prompts = make_prompts(by_name.workload, by_name.seeds);
  ASSERT_TRUE(prompts);
  EXPECT_EQ((*prompts)->size(), 6U * 64);
  const auto tokenizer = tokenizer::load_tokenizer(TT_SOURCE_DIR "/tests/tokenizers/gpt2.json");
  ASSERT_TRUE(tokenizer);
  const WordFit fit{.base = 9, .measured = true, .exact = *ExactText::make(*tokenizer)};
  std::set<std::string> documents;
  for (std::uint64_t i = 0; i < 12; ++i) {
    const auto text = (*prompts)->prompt(i, 0, fit).messages.back().content;
    const auto begin = text.find("\n\n") + 2;
    const auto document = text.substr(begin, text.find("\n\nQuestion") - begin);
    const std::uint32_t wanted = std::array{1000U, 2000U, 4000U}[i % 3];
    EXPECT_EQ((*tokenizer)->count(document).value(), wanted);
    documents.insert(document);
  }
  EXPECT_EQ(documents.size(), 12U);
}

TEST(ScenarioPrompts, OnePromptATestCase) {
  const auto path = std::filesystem::temp_directory_path() / "tt_scenario_prompts_test.yaml";
  std::ofstream(path) << kStory;
  const auto plan = plan::load_plan(path.string());
  ASSERT_TRUE(plan) << plan.error().text();
  const auto prompts = make_prompts(plan->workload, plan->seeds);
  ASSERT_TRUE(prompts);
  EXPECT_EQ(texts_in(**prompts),
            (std::vector<std::string>{"user:Write a story about a robot learning to paint",
                                      "user:Write a story about time travel paradox"}));
  std::filesystem::remove(path);
}

TEST(ScenarioPrompts, AConversationIsPlayedTurnByTurn) {
  const auto scenario = plan::load_scenario("customer-support");
  ASSERT_TRUE(scenario);
  const auto plan = plan::plan_of_scenario(*scenario, "customer-support");
  const auto prompts = make_prompts(plan);
  ASSERT_TRUE(prompts) << prompts.error().text();
  const auto schedule = make_schedule(plan, **prompts);
  ASSERT_TRUE(schedule) << schedule.error().text();
  ASSERT_EQ(schedule->sessions.size(), 4U);
  for (const auto& session : schedule->sessions) EXPECT_EQ(session.turns, 4U);
  const auto* conversations = (*prompts)->conversations();
  ASSERT_NE(conversations, nullptr);
  const auto turns = conversations->turns(0);
  EXPECT_EQ(turns[1].after, std::vector<std::uint32_t>{0});
  EXPECT_EQ(turns[1].delay, 2 * kSecond);
  const std::vector<std::string> answers = {"One.", "Two."};
  const auto third = conversations->prompt(0, 2, answers, {});
  std::string roles;
  for (const auto& message : third.messages) roles += message.role[0];
  EXPECT_EQ(roles, "suauau");
  EXPECT_EQ(third.messages[4].content, "Two.");
}

TEST(ScenarioPrompts, TheConversationOfAnotherToolsPlanIsPlayed) {
  const auto path = std::filesystem::temp_directory_path() / "tt_scenario_prompts_talk.yaml";
  std::ofstream(path) << R"(name: talk
framework: vllm
workload:
  type: multi_turn
  concurrency: 3
  conversation: {turns: 3, system_prompt: "Be {brief}.", user_messages: ["One?", "Two?"]}
)";
  const auto plan = plan::load_plan(path.string());
  ASSERT_TRUE(plan) << plan.error().text();
  const auto prompts = make_prompts(plan->workload, plan->seeds);
  ASSERT_TRUE(prompts) << prompts.error().text();
  EXPECT_EQ((*prompts)->prompt(0, 0, {}).messages.front().content, "Be {brief}.");
  ASSERT_NE((*prompts)->conversations(), nullptr);
  EXPECT_EQ((*prompts)->conversations()->turns(0).size(), 3U);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace tt::workload
