#include "app/live_view.h"

#include <gtest/gtest.h>

#include "app/live_audience.h"
#include "app/test_gold.h"

namespace tt::app {
namespace {

using Phase = trial::Progress::Phase;

record::Row answered(std::uint32_t target, Nanos ttft) {
  record::Row row;
  row.target = target;
  row.status = Status::kOk;
  row.sent = 0;
  row.first_token = ttft;
  return row;
}

trial::Progress playing(Nanos now, std::uint64_t tokens) {
  trial::Progress p{.phase = Phase::kPlaying, .round = 2, .rounds = 12, .now = now};
  p.expected = 40 * kSecond;
  p.targets = {{.sent = 120, .in_flight = 8, .tokens = tokens, .playing = true},
               {.sent = 96, .in_flight = 0, .tokens = tokens / 2},
               {.sent = 41, .in_flight = 0, .tokens = 900, .given_up = true}};
  return p;
}

LiveState state() {
  LiveState s;
  s.targets.resize(3);
  s.targets[0].name = "vllm";
  s.targets[1].name = "production-tgi-with-a-long-name";
  s.targets[2].name = "ollama";
  for (int i = 0; i < 112; ++i) s.targets[0].count(answered(0, 45 * kMillisecond));
  for (int i = 0; i < 96; ++i) s.targets[1].count(answered(1, 1400 * kMillisecond));
  record::Row refused;
  refused.status = Status::kOverloaded;
  s.targets[2].count(refused);
  s.update(playing(15 * kSecond, 12'000));
  s.update(playing(17 * kSecond, 14'480));
  return s;
}

TEST(LiveMedian, IsWithinTwoPercent) {
  LiveMedian median;
  EXPECT_EQ(median.millis(), std::nullopt);
  for (int i = 1; i <= 999; ++i) median.add(i * kMillisecond);
  EXPECT_NEAR(*median.millis(), 500, 10);
  LiveMedian extremes;
  extremes.add(-5);
  extremes.add(0);
  extremes.add(INT64_MAX);
  EXPECT_EQ(extremes.count(), 3u);
}

TEST(LiveRate, LeavesOutTheTimeBetweenTurns) {
  LiveRate rate;
  EXPECT_EQ(rate.per_second(), std::nullopt);
  rate.sample(0, 0, true);
  rate.sample(kSecond, 100, true);
  EXPECT_DOUBLE_EQ(*rate.per_second(), 100);
  rate.sample(20 * kSecond, 100, false);  // others play
  rate.sample(21 * kSecond, 200, true);
  EXPECT_DOUBLE_EQ(*rate.per_second(), 100);
}

TEST(LiveRate, ForgetsWhatIsOld) {
  LiveRate rate;
  for (int i = 0; i <= 100; ++i) {
    const auto tokens = static_cast<std::uint64_t>(i < 50 ? i * 1000 : 49'000 + i);
    rate.sample(i * kSecond / 10, tokens, true);
  }
  EXPECT_LT(*rate.per_second(), 50);
}

TEST(LiveTarget, CountsByFate) {
  LiveTarget target;
  target.count(answered(0, kMillisecond));
  record::Row row;
  row.status = Status::kCancelled;
  target.count(row);
  row.status = Status::kTruncated;
  target.count(row);
  EXPECT_EQ(target.done, 1u);
  EXPECT_EQ(target.failed, 1u);
}

TEST(LiveState, KnowsHowMuchIsLeft) {
  LiveState s;
  s.targets.resize(1);
  trial::Progress p{.phase = Phase::kPlaying, .rounds = 4};
  p.expected = 40 * kSecond;
  s.update(p);
  p.now = 5 * kSecond;
  s.update(p);
  EXPECT_DOUBLE_EQ(*s.share(), 0.125);
  EXPECT_EQ(*s.left(), 35 * kSecond);
  // A turn that takes longer than planned is not over before it is over...
  p.now = 12 * kSecond;
  s.update(p);
  EXPECT_LT(*s.share(), 0.25);
  // ...and tells how long the others will take.
  p.round = 1;
  s.update(p);
  EXPECT_DOUBLE_EQ(*s.share(), 0.25);
  EXPECT_EQ(*s.left(), 36 * kSecond);
  s.stop = load::StopMode::kDrain;
  EXPECT_EQ(s.left(), std::nullopt);
}

TEST(LiveState, CountsRequestsWhereNoTimeIsSet) {
  LiveState s = state();
  s.shown_share = 0;
  s.progress.expected = 0;
  EXPECT_EQ(s.share(), std::nullopt);
  s.progress.expected_requests = 418;
  EXPECT_DOUBLE_EQ(*s.share(), 209.0 / 418);
  EXPECT_EQ(*s.left(), 17 * kSecond);
  s.progress.phase = Phase::kProbing;
  EXPECT_EQ(s.share(), std::nullopt);
}

TEST(LiveState, NeverGoesBack) {
  LiveState s;
  trial::Progress p{.phase = Phase::kPlaying, .rounds = 2};
  p.expected = 10 * kSecond;
  double last = 0;
  for (int i = 0; i < 200; ++i) {
    p.now = i * kSecond / 10;
    if (i == 90) p.round = 1;
    s.update(p);
    EXPECT_GE(*s.share(), last);
    last = *s.share();
  }
  EXPECT_LE(last, 1);
}

TEST(LiveView, Gold) {
  const LiveState s = state();
  std::string all;
  for (const std::size_t width : {79u, 119u}) {
    const auto lines = live_lines(s, width);
    expect_within(lines, width);
    all += plain_text(lines) + "\n";
  }
  expect_gold(all + live_text(s) + "\n", "live.txt");
}

TEST(LiveView, FitsAnyWidth) {
  LiveState s = state();
  for (std::size_t width = 60; width < 200; ++width) expect_within(live_lines(s, width), width);
}

TEST(LiveView, ShowsWhatTheEnginesSay) {
  LiveState s = state();
  const auto hear = [&](std::size_t target, const char* name, double value) {
    const auto series = std::make_shared<const record::Series>(record::Series{.name = name});
    s.targets[target].hear({0, series, value});
  };
  EXPECT_EQ(plain_text(live_lines(s, 100)).find("KV cache"), std::string::npos);
  hear(0, "kv_cache_usage", 0.414);
  hear(0, "requests_running", 8);
  hear(0, "requests_waiting", 2);
  const std::string text = plain_text(live_lines(s, 100));
  EXPECT_NE(text.find("engine  8 running, 2 waiting, KV cache 41%"), std::string::npos) << text;
  for (std::size_t width = 60; width < 200; ++width) expect_within(live_lines(s, width), width);
}

class Audience : public testing::Test {
 protected:
  void play(LiveAudience& audience) {
    trial::Progress p{.phase = Phase::kProbing};
    audience.on_progress(p);
    trial::TargetReport report;
    report.name = "vllm";
    report.url = "http://h:8000";
    report.engine = engine::EngineKind::kVllm;
    report.model = "m";
    audience.on_probed({report});
    p.phase = Phase::kPlaying;
    p.targets.resize(1);
    for (int i = 0; i <= 250; ++i) {
      p.now = i * kSecond / 10;
      p.expected = 25 * kSecond;
      audience.on_row(answered(0, kMillisecond));
      audience.on_progress(p);
    }
    stop_ = load::StopMode::kDrain;
    audience.on_progress(p);
    p.phase = Phase::kFinishing;
    audience.on_progress(p);
    audience.close();
  }

  std::string out_;
  trial::StopSwitch stop_{load::StopMode::kPlay};
};

TEST_F(Audience, WithoutATerminalSaysALineNowAndThen) {
  Printer printer(out_, {});
  LiveAudience audience(printer, LiveAudience::Mode::kLines, stop_, -1);
  play(audience);
  EXPECT_EQ(out_.find('\x1b'), std::string::npos);
  expect_gold(out_, "live_lines.txt");
}

TEST_F(Audience, OnATerminalLeavesNoTrace) {
  Printer printer(out_, {.terminal = true});
  LiveAudience audience(printer, LiveAudience::Mode::kRedraw, stop_, -1);
  play(audience);
  EXPECT_NE(out_.find("\x1b[?25l"), std::string::npos);
  EXPECT_TRUE(out_.ends_with("\x1b[J\x1b[?25h")) << "screen cleared, cursor shown";
  EXPECT_NE(out_.find("Stopping"), std::string::npos);
}

TEST_F(Audience, QuietSaysNothing) {
  Printer printer(out_, {});
  LiveAudience audience(printer, LiveAudience::Mode::kOff, stop_, -1);
  stop_ = load::StopMode::kPlay;
  trial::Progress p{.phase = Phase::kPlaying};
  audience.on_progress(p);
  audience.close();
  EXPECT_EQ(out_, "");
}

}  // namespace
}  // namespace tt::app
