#include "load/collector.h"

#include <thread>

#include <gtest/gtest.h>

#include "load/lag_meter.h"
#include "load/virtual_wire.h"

namespace tt::load {
namespace {

class RowList final : public RowSink {
 public:
  void on_row(const record::Row& row, const std::string&, const std::string&) override {
    indices.push_back(row.index);
  }
  void on_pass() override { ++passes; }
  std::vector<std::uint64_t> indices;
  int passes = 0;
};

TEST(SpscQueue, KeepsOrderAcrossThreads) {
  SpscQueue<int> queue(8);
  constexpr int kCount = 200'000;
  std::jthread producer([&] {
    for (int i = 0; i < kCount; ++i) {
      int item = i;
      while (!queue.push(item)) std::this_thread::yield();
    }
  });
  for (int expected = 0; expected < kCount; ++expected) {
    int item = -1;
    while (!queue.pop(item)) std::this_thread::yield();
    ASSERT_EQ(item, expected);
  }
}

TEST(SpscQueue, IsFullAtItsCapacityAndLeavesTheItem) {
  SpscQueue<std::unique_ptr<int>> queue(2);
  for (int i = 0; i < 2; ++i) {
    auto item = std::make_unique<int>(i);
    EXPECT_TRUE(queue.push(item));
    EXPECT_FALSE(item);
  }
  auto item = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(item));
  EXPECT_TRUE(item);
}

TEST(Collector, TakesEverythingThatWasPostedInOrderAlsoWhatOverflowed) {
  RowList rows;
  std::vector<LiveCounters> counters(1);
  constexpr std::uint64_t kCount = 20'000;  // more than a lane holds
  {
    Collector collector(1, rows, counters);
    Lane& lane = collector.lane(0);
    for (std::uint64_t i = 0; i < kCount; ++i) lane.post({.owned = silent_flight(i)});
  }
  ASSERT_EQ(rows.indices.size(), kCount);
  for (std::uint64_t i = 0; i < kCount; ++i) ASSERT_EQ(rows.indices[i], i);
  EXPECT_GT(rows.passes, 0);
}

TEST(Collector, ReadsTapesBeforeTheFlightThatOwnsThem) {
  class Rows final : public RowSink {
   public:
    void on_row(const record::Row& row, const std::string&, const std::string&) override {
      last = row;
    }
    void on_pass() override {}
    record::Row last;
  } rows;
  std::vector<LiveCounters> counters(1);
  {
    Collector collector(1, rows, counters);
    Lane& lane = collector.lane(0);
    auto flight = std::make_unique<Flight>();
    flight->reader = engine::find_protocol("ollama-chat")->reader(*engine::find_engine("ollama"));
    flight->row.http_code = 200;
    Flight* raw = flight.get();
    for (int part = 0; part < 3; ++part) {
      auto tape = lane.fresh_tape();
      tape->append(part,
                   R"({"model":"m","message":{"role":"assistant","content":"x"},"done":false})");
      lane.post({.flight = raw, .tape = std::move(tape)});
    }
    flight->tape = lane.fresh_tape();
    flight->tape->append(
        9,
        R"({"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":3,"prompt_eval_count":4})");
    lane.post({.owned = std::move(flight)});
  }
  EXPECT_EQ(rows.last.status, Status::kOk) << rows.last.error;
  EXPECT_EQ(rows.last.chunk_at, (std::vector<Nanos>{0, 1, 2}));
  EXPECT_EQ(rows.last.output_tokens, 3u);
  EXPECT_EQ(counters[0].tokens.load(), 3u);
}

// A flight of session 3, turn 2, whose answer is whole but for `cut`.
std::unique_ptr<Flight> session_flight(bool cut) {
  auto flight = std::make_unique<Flight>();
  flight->reader = engine::find_protocol("ollama-chat")->reader(*engine::find_engine("ollama"));
  flight->reader->keep_text(&flight->answer);
  flight->row.http_code = 200;
  flight->row.block = 4;
  flight->row.session = 3;
  flight->row.turn = 2;
  flight->row.end = 99;
  flight->tape = std::make_unique<Tape>();
  flight->tape->append(
      5, R"({"model":"m","message":{"role":"assistant","content":"an answer"},"done":false})");
  if (!cut) {
    flight->tape->append(
        9,
        R"({"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","eval_count":3,"prompt_eval_count":4})");
  }
  return flight;
}

TEST(Collector, HandsTheEndsOfTurnsBackToTheirWorker) {
  class Texts final : public RowSink {
   public:
    void on_row(const record::Row&, const std::string& prompt, const std::string& answer) override {
      kept.push_back(prompt + "/" + answer);
    }
    void on_pass() override {}
    std::vector<std::string> kept;
  } sink;
  std::vector<LiveCounters> counters(1);
  std::atomic<int> woken = 0;
  std::vector<TurnEnd> ends;
  {
    Collector collector(1, sink, counters);
    Lane& lane = collector.lane(0);
    lane.wake = [&] { ++woken; };
    lane.post({.owned = session_flight(false)});
    lane.post({.owned = session_flight(true)});
    auto keeping = session_flight(false);
    keeping->prompt = "asked";
    lane.post({.owned = std::move(keeping)});
    lane.post({.owned = silent_flight(1)});  // of no session: nobody waits for it
    while (ends.size() < 3) {
      TurnEnd end;
      if (lane.next_end(end)) ends.push_back(std::move(end));
      std::this_thread::yield();
    }
    TurnEnd more;
    EXPECT_FALSE(lane.next_end(more));
  }
  EXPECT_GT(woken.load(), 0);
  EXPECT_EQ(ends[0].session, 3u);
  EXPECT_EQ(ends[0].turn, 2u);
  EXPECT_EQ(ends[0].block, 4u);
  EXPECT_EQ(ends[0].end, 99);
  EXPECT_EQ(ends[0].status, Status::kOk);
  EXPECT_EQ(ends[0].answer, "an answer");
  EXPECT_EQ(ends[1].status, Status::kTruncated);
  EXPECT_EQ(ends[2].answer, "an answer");
  // The answer is recorded only where the plan keeps texts.
  EXPECT_EQ(sink.kept, (std::vector<std::string>{"/", "/", "asked/an answer", "/"}));
}

TEST(Bell, ARingBeforeTheWaitCounts) {
  Bell bell;
  bell.ring();
  bell.wait(std::chrono::hours(1));  // returns at once
  SUCCEED();
}

TEST(LagMeter, QuantilesLieWithinASixteenth) {
  LagMeter meter;
  EXPECT_EQ(meter.quantile(0.5), -1);
  for (Nanos lag = 1; lag <= 100'000; ++lag) meter.add(lag);
  for (const double p : {0.01, 0.5, 0.9, 0.99}) {
    EXPECT_NEAR(static_cast<double>(meter.quantile(p)), p * 100'000, p * 100'000 / 16);
  }
  EXPECT_EQ(meter.max(), 100'000);
  meter.add(-5);         // a clock that stepped
  meter.add(INT64_MAX);  // absurd, but counted
  EXPECT_EQ(meter.count(), 100'002u);
}

TEST(LagMeter, MergesAsIfOne) {
  LagMeter a, b, both;
  for (Nanos i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? a : b).add(i * i);
    both.add(i * i);
  }
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (const double p : {0.0, 0.5, 0.99, 1.0}) EXPECT_EQ(a.quantile(p), both.quantile(p));
}

TEST(Breaker, OpensAfterFiveFailuresAtTheStartOnly) {
  Breaker at_start;
  for (int i = 0; i < 4; ++i) at_start.note(false);
  EXPECT_FALSE(at_start.open());
  at_start.note(false);
  EXPECT_TRUE(at_start.open());

  Breaker later;
  later.note(true);
  for (int i = 0; i < 18; ++i) later.note(false);
  EXPECT_FALSE(later.open());  // 19 ended: too few to judge
  later.note(false);
  EXPECT_TRUE(later.open());
}

}  // namespace
}  // namespace tt::load
