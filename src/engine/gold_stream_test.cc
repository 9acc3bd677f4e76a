// Streams as engines send them (tests/gold/engine/), written by hand, read event by event.
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "base/time.h"
#include "engine/protocol.h"
#include "engine/stream_testing.h"

namespace tt::engine {
namespace {

struct Gold {
  std::string_view file;
  std::string_view protocol;
  /// A letter an event: T token, E empty, D end, X error, M malformed.
  std::string_view kinds;
  /// StreamEvent.tokens of each event, as digits.
  std::string_view tokens;
  std::string_view text;
  StreamSummary summary;
};

constexpr auto kUsage = TokenSource::kUsage;
constexpr auto kFields = TokenSource::kEngineFields;
constexpr auto kChunks = TokenSource::kChunks;
constexpr auto kNone = TokenSource::kNone;

StreamSummary summary(std::uint32_t in, TokenSource in_source, std::uint32_t out,
                      TokenSource out_source, std::string reason) {
  StreamSummary s;
  s.input_tokens = in;
  s.input_source = in_source;
  s.output_tokens = out;
  s.output_source = out_source;
  s.complete = !reason.empty();
  s.finish_reason = std::move(reason);
  return s;
}

StreamSummary with(StreamSummary s, std::uint32_t cached, std::uint32_t reasoning,
                   EngineTimings timings = {}) {
  s.cached_tokens = cached;
  s.reasoning_tokens = reasoning;
  s.timings = timings;
  return s;
}

StreamSummary failed(StreamSummary s, Status status, std::string error) {
  s.complete = false;
  s.status = status;
  s.error = std::move(error);
  return s;
}

EngineTimings timings(Nanos queue, Nanos load, Nanos prefill, Nanos decode, Nanos total) {
  return {.queue_ns = queue,
          .load_ns = load,
          .prefill_ns = prefill,
          .decode_ns = decode,
          .total_ns = total};
}

std::vector<Gold> golds() {
  const StreamSummary nothing = summary(0, kNone, 0, kNone, "");
  return {
      {"openai_chat_openai", "openai-chat", "ETTEED", "000000", "Rain \"falls\"\n",
       with(summary(21, kUsage, 7, kUsage, "stop"), 16, 2)},
      {"openai_chat_openai_tools", "openai-chat", "ETTEED", "000000", "",
       summary(0, kNone, 2, kChunks, "tool_calls")},
      {"openai_chat_vllm", "openai-chat", "ETETTED", "0103100", "Hmnaïve 😀 end",
       with(summary(12, kUsage, 5, kUsage, "length"), 8, 1,
            timings(3'250'000, -1, 21'500'000, 40'000'000, -1))},
      {"openai_chat_vllm_both_reasonings", "openai-chat", "ETTTD", "00000", "One twothree",
       summary(0, kNone, 3, kChunks, "stop")},
      {"openai_chat_vllm_error", "openai-chat", "ETXD", "0000", "half",
       failed(summary(0, kNone, 1, kChunks, ""), Status::kStreamError, "engine core died")},
      {"openai_chat_sglang", "openai-chat", "ETTEED", "000000", "thinkyes",
       with(summary(30, kUsage, 6, kUsage, "stop"), 4, 3)},
      {"openai_chat_sglang_queue_full", "openai-chat", "XD", "00", "",
       failed(nothing, Status::kOverloaded, "The request queue is full.")},
      {"openai_chat_tgi", "openai-chat", "TTEED", "00000", "Cold tea",
       summary(9, kUsage, 3, kUsage, "stop")},
      {"openai_chat_tgi_error", "openai-chat", "XD", "00", "",
       failed(nothing, Status::kOverloaded, "Model is overloaded")},
      {"openai_chat_llamacpp", "openai-chat", "EETTED", "000000", "gone",
       with(summary(40, kFields, 2, kFields, "length"), 8, 0,
            timings(-1, -1, 64'500'000, 31'250'000, -1))},
      {"openai_chat_llamacpp_error", "openai-chat", "TX", "00", "a",
       failed(summary(0, kNone, 1, kChunks, ""), Status::kStreamError,
              "context shift is disabled")},
      {"openai_chat_trtllm", "openai-chat", "EETTED", "000000", "faster",
       summary(5, kUsage, 3, kUsage, "stop")},
      {"openai_chat_ollama_broken", "openai-chat", "TE", "00", "Sure",
       summary(0, kNone, 1, kChunks, "")},
      {"openai_completions_ollama", "openai-completions", "TTEED", "00000", "one two",
       summary(14, kUsage, 3, kUsage, "stop")},
      {"openai_completions_tgi", "openai-completions", "TTTD", "0000", " red green blue",
       summary(11, kUsage, 3, kUsage, "length")},
      {"openai_completions_vllm", "openai-completions", "TT", "12", " x y z",
       summary(0, kNone, 3, kFields, "length")},
      {"openai_completions_llamacpp", "openai-completions", "TTED", "0000", "abcd",
       with(summary(6, kUsage, 3, kUsage, "stop"), 1, 0,
            timings(-1, -1, 12'000'000, 30'000'000, -1))},
      {"tgi_generate_tgi", "tgi-generate", "TETD", "1020", " Theé",
       summary(17, kFields, 4, kFields, "eos_token")},
      {"tgi_generate_older", "tgi-generate", "TT", "11", " Old build",
       [] {
         StreamSummary s = summary(0, kNone, 2, kFields, "");
         s.complete = true;
         return s;
       }()},
      {"tgi_generate_overloaded", "tgi-generate", "X", "0", "",
       failed(nothing, Status::kOverloaded, "Model is overloaded")},
      {"tgi_generate_failed", "tgi-generate", "TX", "10", " The",
       failed(summary(0, kNone, 1, kFields, ""), Status::kStreamError,
              "Request failed during generation: Server error: CUDA out of memory")},
      {"ollama_chat_ollama", "ollama-chat", "TTTD", "0000", "WellI",
       with(summary(26, kFields, 9, kFields, "stop"), 0, 0,
            timings(-1, 0, 30'000'000, 60'000'000, 95'000'000))},
      {"ollama_chat_error", "ollama-chat", "TX", "00", "I",
       failed(summary(0, kNone, 1, kChunks, ""), Status::kStreamError,
              "llama runner process has terminated")},
      {"ollama_chat_silent_end", "ollama-chat", "TT", "00", "\n\n",
       summary(0, kNone, 2, kChunks, "")},
      {"ollama_generate_ollama", "ollama-generate", "TTD", "000", "So sun",
       with(summary(8, kFields, 2, kFields, "length"), 0, 0,
            timings(-1, 1'000'000, 9'000'000, 20'000'000, 50'000'000))},
      {"ollama_generate_not_ours", "ollama-generate", "TMTM", "0000", "ab",
       failed(summary(0, kNone, 2, kChunks, ""), Status::kMalformed,
              "not an event of this protocol: '<html><body>502 Bad Gateway</body></html>'")},
  };
}

std::string read_gold(std::string_view name) {
  std::ifstream in(std::string(TT_SOURCE_DIR "/tests/gold/engine/").append(name).append(".txt"),
                   std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

char letter(StreamEvent::Kind kind) { return "TEDXM"[static_cast<int>(kind)]; }

void expect_same(const StreamSummary& got, const StreamSummary& want) {
  EXPECT_EQ(got.input_tokens, want.input_tokens);
  EXPECT_EQ(got.input_source, want.input_source);
  EXPECT_EQ(got.output_tokens, want.output_tokens);
  EXPECT_EQ(got.output_source, want.output_source);
  EXPECT_EQ(got.cached_tokens, want.cached_tokens);
  EXPECT_EQ(got.reasoning_tokens, want.reasoning_tokens);
  EXPECT_EQ(got.finish_reason, want.finish_reason);
  EXPECT_EQ(got.complete, want.complete);
  EXPECT_EQ(got.status, want.status) << status_name(got.status);
  EXPECT_EQ(got.error, want.error);
  EXPECT_EQ(got.timings.queue_ns, want.timings.queue_ns);
  EXPECT_EQ(got.timings.load_ns, want.timings.load_ns);
  EXPECT_EQ(got.timings.prefill_ns, want.timings.prefill_ns);
  EXPECT_EQ(got.timings.decode_ns, want.timings.decode_ns);
  EXPECT_EQ(got.timings.total_ns, want.timings.total_ns);
}

TEST(GoldStream, EachTranscriptIsReadInFull) {
  for (const Gold& gold : golds()) {
    SCOPED_TRACE(gold.file);
    const std::string body = read_gold(gold.file);
    const Protocol* protocol = find_protocol(gold.protocol);
    ASSERT_NE(protocol, nullptr);
    const auto reader = protocol->reader(traits(EngineKind::kVllm));
    std::string text;
    reader->keep_text(&text);
    std::string kinds;
    std::string tokens;
    for (const auto payload : payloads_of(body, protocol->framing())) {
      const StreamEvent event = reader->read(payload);
      kinds += letter(event.kind);
      tokens += static_cast<char>('0' + event.tokens);
    }
    EXPECT_EQ(kinds, gold.kinds);
    EXPECT_EQ(tokens, gold.tokens);
    EXPECT_EQ(text, gold.text);
    expect_same(reader->summary(), gold.summary);
  }
}

// A stream cut at any byte is never complete before its end was said, and what was read of it is
// what the whole stream's first events say.
TEST(GoldStream, CutAtEveryByteIsNeverMistakenForWhole) {
  for (const Gold& gold : golds()) {
    SCOPED_TRACE(gold.file);
    const std::string body = read_gold(gold.file);
    const Protocol* protocol = find_protocol(gold.protocol);
    for (std::size_t cut = 0; cut < body.size(); ++cut) {
      const auto reader = protocol->reader(traits(EngineKind::kVllm));
      std::string kinds;
      for (const auto payload :
           payloads_of(std::string_view(body).substr(0, cut), protocol->framing())) {
        kinds += letter(reader->read(payload).kind);
      }
      ASSERT_EQ(kinds, gold.kinds.substr(0, kinds.size())) << cut;
      const StreamSummary& summary = reader->summary();
      const bool end_said = !summary.finish_reason.empty() || kinds.ends_with('D') ||
                            (gold.protocol == "tgi-generate" && kinds.size() == gold.kinds.size());
      ASSERT_EQ(summary.complete, end_said && summary.status == Status::kOk) << cut;
    }
  }
}

// The last event may also arrive in pieces that are read as if they were whole: broken JSON, but
// never a crash.
TEST(GoldStream, BrokenEventsAreMalformedAndNothingElse) {
  for (const Gold& gold : golds()) {
    const std::string body = read_gold(gold.file);
    const Protocol* protocol = find_protocol(gold.protocol);
    for (const auto payload : payloads_of(body, protocol->framing())) {
      const auto whole = payload.substr(0, payload.find_last_not_of(' ') + 1);
      for (std::size_t cut = 2; cut < whole.size(); ++cut) {
        const auto reader = protocol->reader(traits(EngineKind::kVllm));
        std::string text;
        reader->keep_text(&text);
        ASSERT_EQ(reader->read(whole.substr(0, cut)).kind, StreamEvent::Kind::kMalformed)
            << whole.substr(0, cut);
        ASSERT_EQ(reader->summary().status, Status::kMalformed);
        ASSERT_FALSE(reader->summary().complete);
        ASSERT_TRUE(text.empty());
      }
    }
  }
}

// The parser looks at the byte behind an event, where an earlier, longer event has been.
TEST(StreamReader, AnEventMeansTheSameWhateverWasReadBefore) {
  const auto& protocol = *find_protocol("openai-chat");
  const auto& vllm = traits(EngineKind::kVllm);
  const auto kind_of = [&](std::string_view event) {
    return protocol.reader(vllm)->read(event).kind;
  };
  const std::string unbalanced = R"({"choices":[{"delta":{"content":"a"}},"x":null}]})";
  const std::string longer_by_one = R"({"x":")" + std::string(unbalanced.size() - 7, 'y') + "\"}";
  ASSERT_EQ(longer_by_one.size(), unbalanced.size() + 1);
  const StreamEvent::Kind before = kind_of(unbalanced);
  EXPECT_EQ(kind_of(longer_by_one), StreamEvent::Kind::kEmpty);
  EXPECT_EQ(kind_of(unbalanced), before);
}

}  // namespace
}  // namespace tt::engine
