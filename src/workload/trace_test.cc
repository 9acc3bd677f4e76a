#include "workload/trace.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "workload/prompts.h"
#include "workload/schedule.h"
#include "workload/trace_prompts.h"

namespace tt::workload {
namespace {

using Format = plan::TraceReplay::Format;

Trace good(const std::string& text, Format format = Format::kAuto) {
  std::istringstream in(text);
  auto trace = read_trace(in, format, "t");
  EXPECT_TRUE(trace) << trace.error().text();
  return trace ? *trace : Trace{};
}

std::string fault(const std::string& text, Format format = Format::kAuto) {
  std::istringstream in(text);
  const auto trace = read_trace(in, format, "t.csv");
  EXPECT_FALSE(trace) << "accepted: " << text;
  return trace ? "" : trace.error().text();
}

void expect_has(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in: " << text;
}

using Short = std::vector<std::tuple<Nanos, std::uint32_t, std::uint32_t>>;

Short short_of(const Trace& trace) {
  Short rows;
  for (const TraceRow& row : trace.rows) {
    rows.emplace_back(row.at, row.input_tokens, row.output_tokens);
  }
  return rows;
}

constexpr std::string_view kMooncake =
    R"({"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 48]}
{"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": [46, 47, 2366]}
)";

TEST(Trace, ReadsMooncake) {
  const auto trace = good(std::string(kMooncake));
  EXPECT_EQ(trace.format, Format::kMooncake);
  EXPECT_EQ(short_of(trace), (Short{{0, 6955, 52}, {3053 * kMillisecond, 6472, 26}}));
  EXPECT_EQ(trace.blocks, (std::vector<std::uint64_t>{46, 47, 48, 46, 47, 2366}));
  EXPECT_EQ(trace.rows[1].first_block, 3u);
  EXPECT_EQ(trace.rows[1].blocks, 3u);
}

TEST(Trace, ReadsAzureToTheLastDigitAndAcrossMidnight) {
  const auto trace = good(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
      "2023-11-16 23:59:59.6805900,374,44\r\n"
      "2023-11-17 00:00:00.9951690,396,109\r\n"
      "2023-11-17 02:00:01+02:00,879,55\r\n");
  EXPECT_EQ(trace.format, Format::kAzure);
  EXPECT_EQ(short_of(trace),
            (Short{{0, 374, 44}, {1'314'579'000, 396, 109}, {1'319'410'000, 879, 55}}));
}

TEST(Trace, ReadsBurstGptAndLeavesFailedRequestsOut) {
  const auto trace = good(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n"
      "5,,1.5,ChatGPT,472,18,490,Conversation log\n"
      "45,,2.5,ChatGPT,1087,0,1087,Conversation log\n"
      "118,,3,GPT-4,417,276,693,\"API log, all\"\n");
  EXPECT_EQ(trace.format, Format::kBurstGpt);
  EXPECT_EQ(short_of(trace), (Short{{0, 472, 18}, {113 * kSecond, 417, 276}}));
  EXPECT_EQ(trace.left_out, 1u);
}

TEST(Trace, ReadsOnesOwnInAnyOrder) {
  const auto csv = good(
      "\xef\xbb\xbfoutput_tokens, user, timestamp ,input_tokens\n\n"
      "20,a,1700000001.000000001,200\n"
      "10,b,1700000000.25,100\n");
  EXPECT_EQ(csv.format, Format::kCsv);
  EXPECT_EQ(short_of(csv), (Short{{0, 100, 10}, {750'000'001, 200, 20}}));
  const auto lines = good(
      "{\"timestamp\": 1.5, \"input_tokens\": 7, \"output_tokens\": 8}\n"
      "{\"timestamp\": 2, \"input_tokens\": 9, \"output_tokens\": 10, \"user\": \"x\"}");
  EXPECT_EQ(lines.format, Format::kJsonl);
  EXPECT_EQ(short_of(lines), (Short{{0, 7, 8}, {500 * kMillisecond, 9, 10}}));
  const auto dates = good(
      "timestamp,input_tokens,output_tokens\n"
      "2024-02-28T23:59:59Z,1,2\n2024-02-29T00:00:00.5Z,3,4\n2024-03-01T00:00:00Z,5,6\n");
  EXPECT_EQ(std::get<0>(short_of(dates)[2]), 86401 * kSecond) << "a leap day lies between";
}

TEST(Trace, SaysWhereAndWhatIsWrong) {
  const std::string head = "timestamp,input_tokens,output_tokens\n1,2,3\n";
  const std::pair<std::string, std::string> cases[] = {
      {"", "t.csv:0: the file is empty"},
      {"1,2,3\n", "t.csv:1: the first line is that of no trace"},
      {"time,in,out\n", "t.csv:1: the first line is that of no trace"},
      {head + "2,x,3\n", "t.csv:3: input_tokens: 'x' is no number of tokens"},
      {head + "2,5,-3\n", "t.csv:3: output_tokens: '-3' is no number of tokens"},
      {head + "2,5,10000001\n", "is no number of tokens from 0 to 10000000"},
      {head + "later,5,3\n", "t.csv:3: timestamp: 'later' is no instant"},
      {head + "-1,5,3\n", "t.csv:3: timestamp: '-1' is no instant"},
      {head + "2023-13-16 18:15:46,5,3\n", "is no instant"},
      {head + "9999999999,5,3\n", "is no instant"},
      {head + "2,5\n", "t.csv:3: has 2 cells"},
      {"timestamp,input_tokens,output_tokens\n", "t.csv: the trace has no request"},
      {"timestamp,input_tokens,output_tokens\n1,0,5\n", "t.csv: the trace has no request"},
      {"{\"timestamp\": 1}\n", "t.csv:1: the first line is that of no trace"},
      {std::string(kMooncake) + "{\"timestamp\": 1, \"input_length\": 5}\n",
       "t.csv:3: output_length must be a whole number"},
      {std::string(kMooncake) + "nonsense\n", "t.csv:3: is no JSON object"},
      {std::string(kMooncake) + "{\"timestamp\": -1, \"input_length\": 5, \"output_length\": 5}\n",
       "t.csv:3: timestamp must be milliseconds"},
      {std::string(kMooncake) +
           "{\"timestamp\": 1, \"input_length\": 5, \"output_length\": 5, \"hash_ids\": [\"a\"]}\n",
       "t.csv:3: hash_ids must be whole numbers"},
  };
  for (const auto& [text, part] : cases) expect_has(fault(text), part);
  expect_has(fault(head, Format::kAzure), "is not azure; an Azure trace begins with TIMESTAMP");
  expect_has(fault(std::string(kMooncake), Format::kJsonl), "is not jsonl");
  expect_has(fault(head + std::string(5UL << 20, '7')), "t.csv:3: is longer than 4 MiB");
}

TEST(Trace, LinesLongerThanAPieceAreWhole) {
  std::string text = "timestamp,input_tokens,output_tokens,note\n";
  for (int i = 0; i < 50; ++i) {
    text += std::to_string(i) + ",1,2," + std::string(100'000, 'x') + "\n";
  }
  const auto trace = good(text);
  ASSERT_EQ(trace.rows.size(), 50u);
  EXPECT_EQ(trace.rows.back().at, 49 * kSecond);
}

Trace even(std::size_t count) {
  Trace trace;
  for (std::size_t i = 0; i < count; ++i) {
    trace.rows.push_back({.at = static_cast<Nanos>(i) * kSecond,
                          .input_tokens = static_cast<std::uint32_t>(100 + i),
                          .output_tokens = 10});
  }
  return trace;
}

Trace cut(const Trace& trace, const plan::TraceReplay& replay, std::uint64_t seed = 1) {
  auto played = cut_trace(trace, replay, seed);
  EXPECT_TRUE(played) << played.error().text();
  return played ? *played : Trace{};
}

TEST(CutTrace, WindowAndSpeed) {
  const auto played =
      cut(even(10), {.speed = 4, .start = 1500 * kMillisecond, .duration = 3 * kSecond});
  EXPECT_EQ(short_of(played), (Short{{125 * kMillisecond, 102, 10},
                                     {375 * kMillisecond, 103, 10},
                                     {625 * kMillisecond, 104, 10}}));
}

TEST(CutTrace, LengthsAreScaledThenLimited) {
  EXPECT_EQ(short_of(cut(even(2), {.input_scale = 0.5, .output_scale = 0.01})),
            (Short{{0, 50, 1}, {kSecond, 51, 1}}));
  EXPECT_EQ(short_of(cut(even(2), {.input_scale = 2, .max_input = 201, .max_output = 4})),
            (Short{{0, 200, 4}, {kSecond, 201, 4}}));
  EXPECT_EQ(short_of(cut(even(3), {.max_input = 101, .longer = plan::TraceReplay::Longer::kSkip})),
            (Short{{0, 100, 10}, {kSecond, 101, 10}}));
}

TEST(CutTrace, ThinningKeepsAShareAndReplicatingAddsOne) {
  const auto thin = cut(even(10'000), {.scale = 0.3});
  EXPECT_NEAR(static_cast<double>(thin.rows.size()), 3000, 5 * std::sqrt(10'000 * 0.3 * 0.7));
  const auto same = cut(even(10'000), {.scale = 0.3});
  EXPECT_EQ(thin.rows, same.rows) << "the seed decides";
  EXPECT_NE(thin.rows, cut(even(10'000), {.scale = 0.3}, 2).rows);

  const auto thick = cut(even(1000), {.scale = 2.5});
  EXPECT_NEAR(static_cast<double>(thick.rows.size()), 2500, 5 * std::sqrt(1000 * 0.25));
  std::map<std::uint32_t, int> copies;  // by input, which names the row
  for (const TraceRow& row : thick.rows) {
    const Nanos own = (row.input_tokens - 100) * kSecond;
    if (row.copy == 0) {
      EXPECT_EQ(row.at, own);
    } else {
      EXPECT_GE(row.at, own);
      EXPECT_LT(row.at, own + kSecond) << "before the next row";
    }
    ++copies[row.input_tokens];
  }
  EXPECT_EQ(copies.size(), 1000u);
  for (const auto& [input, times] : copies) EXPECT_TRUE(times == 2 || times == 3);
  EXPECT_TRUE(std::ranges::is_sorted(thick.rows, {}, &TraceRow::at));
}

TEST(CutTrace, SaysWhenNothingIsLeft) {
  const auto late = cut_trace(even(3), {.start = 100 * kSecond}, 1);
  ASSERT_FALSE(late);
  expect_has(late.error().text(), "look at start, duration and scale");
  const auto long_ones =
      cut_trace(even(3), {.max_input = 5, .longer = plan::TraceReplay::Longer::kSkip}, 1);
  ASSERT_FALSE(long_ones);
  expect_has(long_ones.error().text(), "is over max_input");
}

TEST(CutTrace, WhatNobodyCanWaitForIsRefused) {
  // Ten years at a thousandth of the speed: the instants would not fit into 64 bits.
  std::istringstream in("timestamp,input_tokens,output_tokens\n0,5,5\n315360000,5,5\n");
  auto trace = read_trace(in, plan::TraceReplay::Format::kAuto, "t.csv");
  ASSERT_TRUE(trace) << trace.error().text();
  plan::Plan plan;
  plan::TraceReplay replay{.path = "t.csv", .speed = 0.001};
  plan.load = replay;
  auto played = cut_trace(*trace, replay, 1);
  ASSERT_TRUE(played) << played.error().text();
  EXPECT_GT(played->rows[1].at, 0);
  auto prompts = make_prompts(plan.workload, plan.seeds);
  ASSERT_TRUE(prompts);
  const auto source = with_trace(std::move(*prompts), std::move(*played), replay, 1);
  const auto refused = make_schedule(plan, *source);
  ASSERT_FALSE(refused);
  expect_has(refused.error().text(), "a load may last 30: play a part of it");
  plan.stop.duration = kSecond;  // the first request alone
  const auto first = make_schedule(plan, *source);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->requests.size(), 5U);  // once a block
}

// --- Prompts -----------------------------------------------------------------------------------

std::string text_of(const PromptSource& prompts, std::uint64_t number) {
  const auto rows = prompts.rows();
  return prompts.prompt(number, rows[number % rows.size()].input_tokens, {.per_word = 1.0})
      .joined();
}

std::size_t words_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1;
}

std::size_t shared_words(const std::string& a, const std::string& b) {
  std::istringstream x(a);
  std::istringstream y(b);
  std::string u;
  std::string v;
  std::size_t n = 0;
  while (x >> u && y >> v && u == v) ++n;
  return n;
}

std::unique_ptr<PromptSource> prompts_of(Trace trace, const plan::TraceReplay& replay = {}) {
  auto texts = make_prompts(plan::Workload{}, plan::Seeds{});
  EXPECT_TRUE(texts);
  return with_trace(std::move(*texts), std::move(trace), replay, 3);
}

TEST(TracePrompts, EqualHashIdsAreEqualBlocksOf512Tokens) {
  Trace trace = good(
      R"({"timestamp": 0, "input_length": 1500, "output_length": 1, "hash_ids": [1, 2, 3]}
{"timestamp": 1, "input_length": 1300, "output_length": 1, "hash_ids": [1, 2, 4]}
{"timestamp": 2, "input_length": 2000, "output_length": 1, "hash_ids": [5, 2, 3]}
{"timestamp": 3, "input_length": 1500, "output_length": 1, "hash_ids": [1, 2, 3]}
{"timestamp": 4, "input_length": 300, "output_length": 1}
)");
  const auto prompts = prompts_of(trace);
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < 5; ++i) texts.push_back(text_of(*prompts, i));
  EXPECT_EQ(words_of(texts[0]), 1500u);
  EXPECT_EQ(words_of(texts[1]), 1300u);
  EXPECT_EQ(words_of(texts[2]), 2000u) << "three blocks and a tail of its own";
  EXPECT_EQ(words_of(texts[4]), 300u);
  EXPECT_EQ(shared_words(texts[0], texts[1]), 1024u);
  EXPECT_EQ(shared_words(texts[0], texts[2]), 0u) << "they begin with different blocks";
  EXPECT_EQ(texts[0], texts[3]);
  EXPECT_EQ(shared_words(text_of(*prompts, 5), texts[0]), 0u) << "played again: other texts";
  EXPECT_EQ(shared_words(text_of(*prompts, 5), text_of(*prompts, 6)), 1024u);
}

TEST(TracePrompts, ScaledLengthsScaleTheBlocks) {
  const plan::TraceReplay half{.input_scale = 0.5};
  const auto prompts = prompts_of(cut(good(std::string(kMooncake)), half), half);
  EXPECT_EQ(shared_words(text_of(*prompts, 0), text_of(*prompts, 1)), 512u);
}

TEST(TracePrompts, CopiesShareAmongThemselvesOnly) {
  const plan::TraceReplay twice{.scale = 2};
  const auto prompts = prompts_of(cut(good(std::string(kMooncake)), twice), twice);
  ASSERT_EQ(prompts->rows().size(), 4u);
  std::map<std::uint32_t, std::vector<std::string>> by_copy;
  for (std::uint64_t i = 0; i < 4; ++i) {
    by_copy[prompts->rows()[i].copy].push_back(text_of(*prompts, i));
  }
  ASSERT_EQ(by_copy.size(), 2u);
  for (const auto& [copy, texts] : by_copy) {
    ASSERT_EQ(texts.size(), 2u);
    EXPECT_EQ(shared_words(texts[0], texts[1]), 1024u);
  }
  EXPECT_EQ(shared_words(by_copy[0][0], by_copy[1][0]), 0u);
}

}  // namespace
}  // namespace tt::workload
