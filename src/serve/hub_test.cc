#include "serve/hub.h"

#include <thread>

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

Message log(std::string run, std::string words) {
  return {.type = "log", .run_id = std::move(run), .members = "\"message\": \"" + words + "\""};
}

TEST(Hub, NumbersWhatIsSaidAndGivesItOnceToEach) {
  Hub hub("s");
  EXPECT_TRUE(hub.after(0, 10).messages.empty());
  for (const char* words : {"one", "two", "three"}) hub.publish(log("r", words));
  auto pulled = hub.after(0, 2);
  ASSERT_EQ(pulled.messages.size(), 2u);
  EXPECT_EQ(numbered_json(*pulled.messages[0]),
            R"({"seq": 1, "type": "log", "run_id": "r", "message": "one"})");
  EXPECT_EQ(pulled.seen, 2u);
  pulled = hub.after(pulled.seen, 10);
  ASSERT_EQ(pulled.messages.size(), 1u);
  EXPECT_EQ(pulled.seen, 3u);
  EXPECT_TRUE(hub.after(3, 10).messages.empty());
}

TEST(Hub, WhoComesBackMissesNothing) {
  Hub hub("s");
  for (int i = 0; i < 10; ++i) hub.publish(log("r", "x"));
  const auto pulled = hub.after(4, 100);
  EXPECT_EQ(pulled.missed, 0u);
  ASSERT_EQ(pulled.messages.size(), 6u);
  EXPECT_EQ(pulled.messages.front()->number, 5u);
}

TEST(Hub, ForgetsTheOldestAndTellsTheSlowHowMuchIsGone) {
  Hub hub("s", {.messages = 3});
  for (int i = 0; i < 10; ++i) hub.publish(log("r", "x"));
  const auto pulled = hub.after(2, 100);
  EXPECT_EQ(pulled.missed, 5u);
  ASSERT_EQ(pulled.messages.size(), 3u);
  EXPECT_EQ(pulled.messages.front()->number, 8u);
  EXPECT_EQ(pulled.seen, 10u);
  Hub small("s", {.bytes = 1000});
  for (int i = 0; i < 100; ++i) small.publish(log("r", std::string(100, 'x')));
  EXPECT_LE(small.after(0, 100).messages.size(), 4u);
}

TEST(Hub, ANumberFromElsewhereIsNoTrap) {
  Hub hub("s");
  hub.publish(log("r", "x"));
  EXPECT_TRUE(hub.after(99, 10).messages.empty());
  EXPECT_EQ(hub.after(99, 10).seen, 1u);
  EXPECT_TRUE(hub.after(UINT64_MAX, 10).messages.empty());
}

TEST(Hub, ANewTabGetsTheNewestRun) {
  Hub hub("s");
  hub.publish(log("first", "x"));
  hub.publish(log("", "between"));
  Message first = log("second", "y");
  first.begins = true;
  hub.publish(first);
  hub.publish(log("second", "z"));
  EXPECT_EQ(hub.before_newest_run(), 2u);
}

TEST(Hub, WakesItsListenersUntilTheyLeave) {
  Hub hub("s");
  int woken = 0;
  const auto listener = hub.listen([&] { ++woken; });
  hub.publish(log("r", "x"));
  EXPECT_EQ(woken, 1);
  hub.drop(listener);
  hub.publish(log("r", "x"));
  EXPECT_EQ(woken, 1);
  hub.listen([&] { ++woken; });
  hub.close();
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(hub.closed());
  hub.publish(log("r", "after the end"));
  EXPECT_EQ(hub.last(), 2u);
}

TEST(Hub, ManyMayTalkAtOnce) {
  Hub hub("s");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) hub.publish(log("r", "x"));
    });
  }
  std::uint64_t seen = 0;
  std::size_t got = 0;
  while (got < 2000) {
    const auto pulled = hub.after(seen, 64);
    for (const auto& message : pulled.messages) ASSERT_EQ(message->number, ++got);
    seen = pulled.seen;
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(hub.last(), 2000u);
}

TEST(Message, OfManyIsOneOrMany) {
  const Message batch{.number = 7,
                      .type = "request_complete",
                      .run_id = "r",
                      .members = {},
                      .items = {R"({"request_index": 1})", R"({"request_index": 2})"}};
  EXPECT_EQ(
      numbered_json(batch),
      R"({"seq": 7, "type": "request_complete", "run_id": "r", "data": [{"request_index": 1}, {"request_index": 2}]})");
  EXPECT_EQ(plain_json(batch),
            (std::vector<std::string>{
                R"({"type": "request_complete", "run_id": "r", "data": {"request_index": 1}})",
                R"({"type": "request_complete", "run_id": "r", "data": {"request_index": 2}})"}));
}

}  // namespace
}  // namespace tt::serve
