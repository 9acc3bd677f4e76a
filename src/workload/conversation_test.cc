#include "workload/conversation.h"

#include <sstream>

#include <gtest/gtest.h>

#include "workload/exact_text.h"
#include "workload/prompt_file.h"

namespace tt::workload {
namespace {

plan::Workload talks(const char* turns,
                     plan::Sessions::Replay replay = plan::Sessions::Replay::kEngine) {
  plan::Workload workload;
  workload.prompts = plan::SyntheticPrompts{.input = {.mean = 40}};
  workload.output = {.mean = 20};
  workload.sessions = plan::Sessions{.turns = *plan::parse_lengths(turns),
                                     .think = *plan::parse_pause("uniform(1s,2s)"),
                                     .replay = replay};
  return workload;
}

std::vector<std::string> roles(const engine::Prompt& prompt) {
  std::vector<std::string> all;
  for (const auto& message : prompt.messages) all.push_back(message.role);
  return all;
}

std::size_t words_in(const std::string& text) {
  std::istringstream in(text);
  std::size_t words = 0;
  for (std::string word; in >> word;) ++words;
  return words;
}

using Roles = std::vector<std::string>;

TEST(Conversation, TheContextGrowsByQuestionAndAnswer) {
  plan::Workload workload = talks("4");
  workload.sessions->first_input = plan::Lengths{.mean = 100};
  workload.sessions->system = 30;
  const auto made = synthetic_conversations(workload, {});
  const auto turns = made->turns(7);
  ASSERT_EQ(turns.size(), 4u);
  EXPECT_TRUE(turns[0].after.empty());
  EXPECT_EQ(turns[0].delay, 0);
  EXPECT_EQ(turns[0].input_tokens, 130u);
  for (std::uint32_t t = 1; t < 4; ++t) {
    EXPECT_EQ(turns[t].after, std::vector<std::uint32_t>{t - 1});
    EXPECT_GE(turns[t].delay, kSecond);
    EXPECT_LE(turns[t].delay, 2 * kSecond);
    EXPECT_EQ(turns[t].known_tokens, turns[t - 1].input_tokens + 20);
    EXPECT_EQ(turns[t].input_tokens, turns[t].known_tokens + 40);
  }
  const std::vector<std::string> answers = {"one", "two", "three", ""};
  auto before = made->prompt(7, 0, answers, {});
  EXPECT_EQ(roles(before), (Roles{"system", "user"}));
  for (std::uint32_t t = 1; t < 4; ++t) {
    const auto prompt = made->prompt(7, t, answers, {});
    ASSERT_EQ(prompt.messages.size(), before.messages.size() + 2);
    before.messages.push_back({"assistant", answers[t - 1]});
    before.messages.push_back(prompt.messages.back());
    EXPECT_EQ(prompt, before);  // what was said before comes first, unchanged
  }
}

TEST(Conversation, SessionsDifferButShareTheSystemPrompt) {
  plan::Workload workload = talks("2");
  workload.sessions->system = 30;
  const auto made = synthetic_conversations(workload, {});
  const auto a = made->prompt(0, 0, {}, {});
  const auto b = made->prompt(1, 0, {}, {});
  EXPECT_EQ(a.messages[0], b.messages[0]);
  EXPECT_NE(a.messages[1].content.substr(0, 20), b.messages[1].content.substr(0, 20));
  EXPECT_EQ(made->prompt(0, 0, {}, {}), a);
  const auto other = synthetic_conversations(workload, {.prompts = 99});
  EXPECT_NE(other->prompt(0, 0, {}, {}), a);
}

TEST(Conversation, RecordedAnswersAreMadeUpToTheirLength) {
  const auto made = synthetic_conversations(talks("3", plan::Sessions::Replay::kRecorded), {});
  const WordFit fit{.base = 0, .per_word = 1};
  const auto prompt = made->prompt(3, 2, {}, fit);
  EXPECT_EQ(roles(prompt), (Roles{"user", "assistant", "user", "assistant", "user"}));
  EXPECT_EQ(words_in(prompt.messages[1].content), 20u);
  EXPECT_EQ(words_in(prompt.messages[0].content), 40u);
  EXPECT_NE(prompt.messages[1].content, prompt.messages[3].content);
}

TEST(Conversation, RecordedAnswersAreExactWhereATokenizerCounts) {
  const auto tokenizer = tokenizer::load_tokenizer(TT_SOURCE_DIR "/tests/tokenizers/gpt2.json");
  ASSERT_TRUE(tokenizer) << tokenizer.error().text();
  const WordFit fit{.base = 7, .measured = true, .exact = *ExactText::make(*tokenizer)};
  const auto made = synthetic_conversations(talks("3", plan::Sessions::Replay::kRecorded), {});
  const auto prompt = made->prompt(3, 2, {}, fit);
  for (const std::size_t answer : {1, 3}) {
    EXPECT_EQ((*tokenizer)->count(prompt.messages[answer].content).value(), 20U);
  }
}

TEST(Conversation, NumbersOfTurnsFollowTheirDistribution) {
  const auto made = synthetic_conversations(talks("uniform(2,6)"), {});
  EXPECT_EQ(made->most_turns(), 6u);
  std::size_t sum = 0;
  for (std::uint64_t s = 0; s < 2000; ++s) {
    const auto turns = made->turns(s).size();
    EXPECT_GE(turns, 2u);
    EXPECT_LE(turns, 6u);
    sum += turns;
  }
  EXPECT_NEAR(static_cast<double>(sum) / 2000, 4.0, 4 * 1.414 / 44.7);
}

std::unique_ptr<Conversations> from_file(
    std::string_view text, plan::Workload workload,
    plan::PromptFile::Format format = plan::PromptFile::Format::kAuto) {
  std::istringstream in{std::string(text)};
  auto whole = read_prompts(in, format, "chats", PromptExtent::kConversation);
  EXPECT_TRUE(whole) << whole.error().text();
  workload.prompts = plan::PromptFile{.path = "chats"};
  return file_conversations(std::move(*whole), workload, {});
}

plan::Workload all_turns(plan::Sessions::Replay replay) {
  plan::Workload workload;
  workload.sessions = plan::Sessions{.replay = replay};
  return workload;
}

constexpr std::string_view kShareGpt = R"([
 {"id": "a", "conversations": [
   {"from": "gpt", "value": "leading answer"},
   {"from": "human", "value": "q1"}, {"from": "gpt", "value": "a1"},
   {"from": "human", "value": "q2"}, {"from": "gpt", "value": "a2"}]},
 {"id": "nobody", "conversations": [{"from": "gpt", "value": "only an answer"}]},
 {"id": "b", "conversations": [{"from": "human", "value": "alone"}]}
])";

TEST(Conversation, AShareGptFileIsPlayedWhole) {
  const auto engine = from_file(kShareGpt, all_turns(plan::Sessions::Replay::kEngine));
  ASSERT_EQ(engine->size(), 2u);
  EXPECT_EQ(engine->most_turns(), 2u);
  EXPECT_EQ(engine->turns(0).size(), 2u);
  EXPECT_EQ(engine->turns(1).size(), 1u);
  EXPECT_EQ(engine->turns(2).size(), 2u);  // from the beginning again
  const std::vector<std::string> answers = {"mine", ""};
  const engine::Prompt expected{{{"user", "q1"}, {"assistant", "mine"}, {"user", "q2"}}};
  EXPECT_EQ(engine->prompt(0, 1, answers, {}), expected);
  const auto recorded = from_file(kShareGpt, all_turns(plan::Sessions::Replay::kRecorded));
  EXPECT_EQ(recorded->prompt(0, 1, {}, {}).messages[1].content, "a1");
}

TEST(Conversation, ChatLinesKeepSystemPromptsAndTools) {
  constexpr std::string_view kText =
      R"({"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"q1"},)"
      R"({"role":"assistant","content":"a1"},{"role":"tool","content":"42"},)"
      R"({"role":"user","content":[{"type":"text","text":"q2"}]}]})"
      "\n"
      R"({"turns":["t1","t2","t3"]})"
      "\n"
      R"({"prompt":"single"})"
      "\n";
  const auto made = from_file(kText, all_turns(plan::Sessions::Replay::kRecorded));
  ASSERT_EQ(made->size(), 3u);
  EXPECT_EQ(made->turns(0).size(), 2u);
  EXPECT_EQ(made->prompt(0, 0, {}, {}), (engine::Prompt{{{"system", "be brief"}, {"user", "q1"}}}));
  EXPECT_EQ(roles(made->prompt(0, 1, {}, {})),
            (Roles{"system", "user", "assistant", "tool", "user"}));
  // Strings of "turns" are questions one after another, whose answers the file does not know.
  EXPECT_EQ(made->turns(1).size(), 3u);
  const auto third = made->prompt(1, 2, {}, {});
  EXPECT_EQ(roles(third), (Roles{"user", "assistant", "user", "assistant", "user"}));
  EXPECT_GT(third.messages[3].content.size(), 100u);
  EXPECT_EQ(made->turns(2).size(), 1u);
}

TEST(Conversation, AFilesTurnsAreCutWhereThePlanSaysSo) {
  plan::Workload workload = all_turns(plan::Sessions::Replay::kRecorded);
  workload.sessions->turns = plan::Lengths{.mean = 1};
  const auto made = from_file(kShareGpt, workload);
  EXPECT_EQ(made->turns(0).size(), 1u);
  EXPECT_EQ(made->most_turns(), 1u);
}

TEST(Conversation, ALineWithoutAUserIsAFault) {
  std::istringstream in(R"({"messages":[{"role":"assistant","content":"a"}]})");
  const auto whole =
      read_prompts(in, plan::PromptFile::Format::kAuto, "chats", PromptExtent::kConversation);
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().text(), "chats:1: this line has no message of the user");
}

TEST(Conversation, PlainTextLinesAreConversationsOfOneTurn) {
  const auto made = from_file("hello\nworld\n", all_turns(plan::Sessions::Replay::kEngine));
  EXPECT_EQ(made->size(), 2u);
  EXPECT_EQ(made->turns(1).size(), 1u);
  EXPECT_EQ(made->prompt(1, 0, {}, {}).joined(), "world");
}

}  // namespace
}  // namespace tt::workload
