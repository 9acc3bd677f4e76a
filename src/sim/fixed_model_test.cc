#include "sim/fixed_model.h"

#include <vector>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

constexpr FixedTiming kTiming{
    .ttft = 50 * kMillisecond, .itl = 10 * kMillisecond, .tokens = 0, .chunk = 1};

TEST(FixedModel, KeepsItsRhythmWhateverTheLoad) {
  FixedModel model(kTiming);
  for (std::uint64_t tag = 0; tag < 100; ++tag) {
    ASSERT_TRUE(model.submit({.tag = tag, .output_tokens = 4, .at = static_cast<Nanos>(tag)}));
  }
  std::vector<std::vector<Nanos>> seen(100);
  for (const Emission& e : model.advance(kSecond)) {
    if (e.kind == Emission::Kind::kTokens) seen[e.tag].push_back(e.at);
  }
  for (std::size_t tag = 0; tag < seen.size(); ++tag) {
    const auto at = static_cast<Nanos>(tag);
    EXPECT_EQ(seen[tag], (std::vector<Nanos>{at + 50 * kMillisecond, at + 60 * kMillisecond,
                                             at + 70 * kMillisecond, at + 80 * kMillisecond}));
  }
  EXPECT_EQ(model.next_event(), kNever);
  EXPECT_EQ(model.load().running, 0U);
}

TEST(FixedModel, AChunkOfTokensComesAsOftenAsItsTokensWould) {
  FixedModel model({.ttft = 0, .itl = kMillisecond, .tokens = 7, .chunk = 3});
  ASSERT_TRUE(model.submit({.output_tokens = 100, .at = kSecond}));
  std::vector<std::pair<std::uint32_t, Nanos>> seen;
  for (const Emission& e : model.advance(2 * kSecond)) {
    if (e.tokens > 0) seen.emplace_back(e.tokens, e.at - kSecond);
  }
  EXPECT_EQ(seen, (std::vector<std::pair<std::uint32_t, Nanos>>{
                      {3, 0}, {3, 3 * kMillisecond}, {1, 6 * kMillisecond}}));
}

TEST(FixedModel, MarksTheFirstAndTheLastEvent) {
  FixedModel model({.ttft = 5, .itl = 1, .tokens = 2, .chunk = 1});
  ASSERT_TRUE(model.submit({.tag = 9, .at = 100}));
  const auto events = model.advance(1000);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind, Emission::Kind::kStarted);
  EXPECT_TRUE(events[1].first);
  EXPECT_FALSE(events[1].finished);
  EXPECT_FALSE(events[2].first);
  EXPECT_TRUE(events[2].finished);
  EXPECT_EQ(events[2].first_at, 105);
}

TEST(FixedModel, ACancelledRequestIsSilent) {
  FixedModel model(kTiming);
  const auto waiting = model.submit({.tag = 0, .output_tokens = 9});
  const auto running = model.submit({.tag = 1, .output_tokens = 9});
  const auto kept = model.submit({.tag = 2, .output_tokens = 9});
  ASSERT_TRUE(waiting && running && kept);
  model.cancel(*waiting);
  model.advance(65 * kMillisecond);
  model.cancel(*running);
  model.cancel(*running);
  for (const Emission& e : model.advance(kSecond)) EXPECT_EQ(e.tag, 2U);
  EXPECT_EQ(model.load().running, 0U);
}

}  // namespace
}  // namespace tt::sim
