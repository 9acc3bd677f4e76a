#include "net/framing.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tt::net {
namespace {

template <class Framer>
std::vector<std::string> cut(std::string_view body, std::size_t piece, bool* good = nullptr,
                             std::size_t limit = kMaxEventBytes) {
  Framer framer(limit);
  std::vector<std::string> events;
  const auto keep = [&](std::string_view payload) { events.emplace_back(payload); };
  bool all = true;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    // A copy of its own, so that a view kept past its piece is seen by the sanitizer.
    const std::string own(body.substr(at, piece));
    all = framer.feed(own, keep) && all;
  }
  all = framer.finish(keep) && all;
  if (good != nullptr) *good = all;
  return events;
}

/// The same events, wherever a body is cut.
template <class Framer>
void expect_events(std::string_view body, const std::vector<std::string>& expected) {
  for (std::size_t piece = 1; piece <= body.size() + 1; ++piece) {
    EXPECT_EQ(cut<Framer>(body, piece), expected) << "in pieces of " << piece;
  }
  for (std::size_t split = 1; split < body.size(); ++split) {
    Framer framer;
    std::vector<std::string> events;
    const auto keep = [&](std::string_view payload) { events.emplace_back(payload); };
    const std::string first(body.substr(0, split));
    const std::string second(body.substr(split));
    EXPECT_TRUE(framer.feed(first, keep) && framer.feed(second, keep) && framer.finish(keep));
    EXPECT_EQ(events, expected) << "split at " << split;
  }
}

TEST(SseFramer, ReadsEveryEnginesForm) {
  expect_events<SseFramer>(
      "data: {\"a\":1}\n\n"  // with a blank
      "data:{\"b\":2}\n\n"   // without
      ": keep-alive\n\n"     // comment
      "event: delta\nid: 7\nretry: 10\ndata: {\"c\":3}\n\n"
      "data: {\"d\":4} \n\n"     // trailing blank
      "data: {\"e\":5}\r\n\r\n"  // CRLF
      "data: [DONE]\n\n",
      {"{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}", "{\"e\":5}", "[DONE]"});
}

TEST(SseFramer, JoinsDataLines) {
  expect_events<SseFramer>("data: one\ndata: two\r\ndata\ndata:three\n\n", {"one\ntwo\n\nthree"});
}

TEST(SseFramer, SkipsWhatIsNoPayload) {
  expect_events<SseFramer>(
      "\n\n:\n\ndata\n\ndata:\n\ndata: \n\nevent: ping\n\ndatabase: x\n\nDATA: x\n\nfoo\n\n", {});
}

TEST(SseFramer, DropsTheByteOrderMarkOnlyAtTheStart) {
  expect_events<SseFramer>(
      "\xEF\xBB\xBF"
      "data: a\n\n\xEF\xBB\xBF"
      "data: b\n\n",
      {"a"});
}

TEST(SseFramer, HandsOnALastEventWithoutItsEnd) {
  expect_events<SseFramer>("data: a\n\ndata: b", {"a", "b"});
  expect_events<SseFramer>("data: a\n\ndata: b\n", {"a", "b"});
  expect_events<SseFramer>("data: a\n\ndata: b\ndata: c\r", {"a", "b\nc"});
}

TEST(SseFramer, WholeEventsAreNotCopied) {
  const std::string piece = "data: first\n\ndata: second\n\n";
  SseFramer framer;
  int inside = 0;
  framer.feed(piece, [&](std::string_view payload) {
    inside += payload.data() >= piece.data() && payload.data() < piece.data() + piece.size();
  });
  EXPECT_EQ(inside, 2);
}

TEST(SseFramer, RefusesEventsOverTheLimitWhereverTheyAreCut) {
  const std::string line = "data: good\n\ndata: 12345678901234567890\n\ndata: never\n\n";
  const std::string many = "data: good\n\ndata: 1234567\ndata: 1234567\ndata: 1234567\n\n";
  const std::string endless = "data: good\n\n" + std::string(100, 'x');
  for (const std::string& body : {line, many, endless}) {
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
      bool good = true;
      EXPECT_EQ(cut<SseFramer>(body, piece, &good, 20), std::vector<std::string>{"good"});
      EXPECT_FALSE(good) << body << " in pieces of " << piece;
    }
  }
}

TEST(SseFramer, ResetForgets) {
  SseFramer framer(16);
  std::vector<std::string> events;
  const auto keep = [&](std::string_view payload) { events.emplace_back(payload); };
  EXPECT_TRUE(framer.feed("data: a\ndata: ha", keep));
  framer.reset();
  EXPECT_TRUE(
      framer.feed("\xEF\xBB\xBF"
                  "data: b\n\n",
                  keep));
  EXPECT_FALSE(framer.feed(std::string(20, 'x'), keep));
  EXPECT_FALSE(framer.feed("data: c\n\n", keep));
  framer.reset();
  EXPECT_TRUE(framer.feed("data: d\n\n", keep));
  EXPECT_EQ(events, (std::vector<std::string>{"b", "d"}));
}

TEST(NdjsonFramer, ReadsLines) {
  expect_events<NdjsonFramer>("{\"a\":1}\n{\"b\":2}\r\n\n \t\n  {\"c\":3} \n{\"d\":4}",
                              {"{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"d\":4}"});
  expect_events<NdjsonFramer>("\n", {});
}

TEST(NdjsonFramer, RefusesLinesOverTheLimit) {
  const std::string body = "{}\n" + std::string(21, 'x') + "\n{}\n";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    bool good = true;
    EXPECT_EQ(cut<NdjsonFramer>(body, piece, &good, 20), std::vector<std::string>{"{}"});
    EXPECT_FALSE(good);
  }
  NdjsonFramer framer(4);
  EXPECT_FALSE(framer.feed("12345", [](std::string_view) {}));
  EXPECT_FALSE(framer.finish([](std::string_view) {}));
  framer.reset();
  EXPECT_TRUE(framer.feed("1234", [](std::string_view) {}));
}

}  // namespace
}  // namespace tt::net
