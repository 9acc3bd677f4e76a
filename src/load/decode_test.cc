#include "load/decode.h"

#include <numeric>

#include <gtest/gtest.h>

namespace tt::load {
namespace {

using engine::find_engine;
using engine::find_protocol;

Flight flight_of(std::string_view engine, std::string_view protocol) {
  Flight flight;
  flight.reader = find_protocol(protocol)->reader(*find_engine(engine));
  flight.row.http_code = 200;
  return flight;
}

std::string delta(std::string_view text) {
  return R"({"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":")" +
         std::string(text) + R"("},"finish_reason":null}]})";
}
constexpr std::string_view kFinish =
    R"({"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"length"}]})";

std::string usage(int output) {
  return R"({"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":)" +
         std::to_string(output) + R"(,"total_tokens":0}})";
}

TEST(Decode, StampsTokensAndFinishes) {
  Flight flight = flight_of("vllm", "openai-chat");
  EXPECT_EQ(read_event(flight, 10, delta("")), 0u);  // role-only: not a token
  EXPECT_EQ(read_event(flight, 20, delta("a")), 1u);
  Tape tape;
  tape.append(30, delta("b"));
  tape.append(40, kFinish);
  tape.append(41, usage(2));
  tape.append(42, "[DONE]");
  EXPECT_EQ(read_tape(flight, tape), 1u);
  flight.lag.add(100, 107);
  flight.lag.add(kNever, 1);
  flight.lag.add(100, 101);
  finish_row(flight);
  const record::Row& row = flight.row;
  EXPECT_EQ(row.status, Status::kOk) << row.error;
  EXPECT_EQ(row.first_token, 20);
  EXPECT_EQ(row.last_token, 30);
  EXPECT_EQ(row.chunk_at, (std::vector<Nanos>{20, 30}));
  EXPECT_EQ(row.output_tokens, 2u);
  EXPECT_EQ(row.output_source, TokenSource::kUsage);
  EXPECT_EQ(row.input_tokens, 7u);
  EXPECT_EQ(row.finish_reason, "length");
  EXPECT_EQ(row.lag_mean, 4);
  EXPECT_EQ(row.lag_max, 7);
  EXPECT_EQ(row.reads, 3u);
  EXPECT_EQ(row.stamped_reads, 2u);
}

TEST(Decode, SpreadsTheUsageOverChunksThatHoldSeveralTokens) {
  Flight flight = flight_of("openai", "openai-chat");
  for (int i = 0; i < 3; ++i) read_event(flight, i, delta("two words"));
  read_event(flight, 3, kFinish);
  read_event(flight, 4, usage(7));
  finish_row(flight);
  const auto& chunks = flight.row.chunk_tokens;
  EXPECT_EQ(std::accumulate(chunks.begin(), chunks.end(), 0u), 7u);
  for (const auto k : chunks) EXPECT_TRUE(k == 2 || k == 3);
}

TEST(Decode, TheEndTokenIsCountedButBelongsToNoChunk) {
  Flight flight = flight_of("openai", "openai-chat");
  for (int i = 0; i < 3; ++i) read_event(flight, i, delta("a"));
  read_event(flight, 3, kFinish);
  read_event(flight, 4, usage(4));
  finish_row(flight);
  EXPECT_EQ(flight.row.output_tokens, 4u);
  EXPECT_EQ(flight.row.chunk_tokens, (std::vector<std::uint32_t>{1, 1, 1}));
}

TEST(Decode, CountsChunksWhereNobodyTells) {
  Flight flight = flight_of("openai", "openai-chat");
  read_event(flight, 1, delta("a"));
  read_event(flight, 2, delta("b"));
  read_event(flight, 3, kFinish);
  finish_row(flight);
  EXPECT_EQ(flight.row.output_tokens, 2u);
  EXPECT_EQ(flight.row.output_source, TokenSource::kChunks);
  EXPECT_EQ(flight.row.status, Status::kOk);
}

TEST(Decode, EachWayToFailHasItsStatus) {
  {
    Flight flight = flight_of("vllm", "openai-chat");
    read_event(flight, 1, delta("a"));
    finish_row(flight);
    EXPECT_EQ(flight.row.status, Status::kTruncated);
  }
  {
    Flight flight = flight_of("vllm", "openai-chat");
    read_event(flight, 1, kFinish);
    read_event(flight, 2, "[DONE]");
    finish_row(flight);
    EXPECT_EQ(flight.row.status, Status::kEmpty);
  }
  {
    Flight flight = flight_of("vllm", "openai-chat");
    read_event(flight, 1, delta("a"));
    read_event(flight, 2, R"({"error":{"message":"out of memory","type":"x","code":500}})");
    flight.transport = Status::kTruncated;
    finish_row(flight);
    EXPECT_EQ(flight.row.status, Status::kStreamError);
    EXPECT_NE(flight.row.error.find("out of memory"), std::string::npos);
  }
  {
    Flight flight = flight_of("vllm", "openai-chat");
    flight.row.http_code = 429;
    flight.error_body = R"({"error":{"message":"slow down"}})";
    finish_row(flight);
    EXPECT_EQ(flight.row.status, Status::kOverloaded);
    EXPECT_NE(flight.row.error.find("slow down"), std::string::npos);
  }
  {
    Flight flight = flight_of("vllm", "openai-chat");
    flight.row.http_code = 0;
    flight.transport = Status::kConnectRefused;
    flight.transport_error = "nobody there";
    finish_row(flight);
    EXPECT_EQ(flight.row.status, Status::kConnectRefused);
    EXPECT_EQ(flight.row.error, "nobody there");
  }
}

TEST(Decode, ATokenizerCountsWhatTheServerDoesNot) {
  const auto tokenizer = tokenizer::parse_tokenizer(
      R"({"pre_tokenizer":{"type":"WhitespaceSplit"},
          "model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0}}})",
      "words.json");
  ASSERT_TRUE(tokenizer);
  for (const bool told : {false, true}) {
    Flight flight = flight_of("openai", "openai-chat");
    flight.tokenizer = tokenizer->get();
    flight.input_counted = true;
    flight.row.planned_input_tokens = 9;
    flight.reader->keep_text(&flight.answer);
    read_event(flight, 10, delta("one two "));
    read_event(flight, 20, delta("three four five"));
    read_event(flight, 30, kFinish);
    if (told) read_event(flight, 31, usage(6));
    finish_row(flight);
    const record::Row& row = flight.row;
    EXPECT_EQ(row.output_source, told ? TokenSource::kUsage : TokenSource::kTokenizer);
    EXPECT_EQ(row.output_tokens, told ? 6U : 5U);
    EXPECT_EQ(row.input_source, told ? TokenSource::kUsage : TokenSource::kTokenizer);
    EXPECT_EQ(row.input_tokens, told ? 7U : 9U);
    // Spread over the chunks, so that the mean gap is that of tokens.
    EXPECT_EQ(std::accumulate(row.chunk_tokens.begin(), row.chunk_tokens.end(), 0U),
              told ? 6U : 5U);
  }
}

}  // namespace
}  // namespace tt::load
