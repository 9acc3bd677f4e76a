// The batching model keeps its promises under any load, for every scheduler.
#include "sim/batch_model.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace tt::sim {
namespace {

struct Answer {
  std::uint32_t wanted = 0;
  std::uint32_t tokens = 0;
  Nanos started = kNever;
  Nanos first = kNever;
  Nanos last = kNever;
  bool finished = false;
  bool cancelled = false;
  std::uint32_t after_end = 0;
};

Profile small_profile(Scheduler scheduler) {
  Profile p;
  p.scheduler = scheduler;
  p.step = {.weights_ms = 5,
            .token_ms = 0.02,
            .context_ms = 1e-4,
            .attention_ms = 1e-6,
            .host_ms = 1,
            .request_ms = 0.01,
            .overhead_ms = 2};
  p.limits = {.kv_tokens = 2048,
              .block_tokens = scheduler == Scheduler::kVllm ? 16U : 1U,
              .max_sequences = scheduler == Scheduler::kLlamaCpp ? 4U : 32U,
              .max_batched_tokens = 256,
              .micro_batch_tokens = scheduler == Scheduler::kLlamaCpp ? 64U : 0U};
  p.jitter = {.step_sigma = 0.05, .pauses_per_s = 0.5};
  return p;
}

/// Checks each emission against what its request has seen so far.
class Ledger {
 public:
  void expect(std::uint64_t tag, std::uint32_t tokens) { answers_[tag].wanted = tokens; }
  Answer& operator[](std::uint64_t tag) { return answers_[tag]; }
  const std::map<std::uint64_t, Answer>& all() const { return answers_; }
  std::uint64_t tokens() const { return tokens_; }

  void take(std::span<const Emission> emissions) {
    for (const Emission& e : emissions) {
      EXPECT_GE(e.at, now_);
      now_ = e.at;
      Answer& a = answers_.at(e.tag);
      if (a.finished || a.cancelled) ++a.after_end;
      if (e.kind == Emission::Kind::kStarted) {
        EXPECT_EQ(a.started, kNever);
        a.started = e.at;
        continue;
      }
      EXPECT_EQ(e.first, a.tokens == 0);
      EXPECT_NE(a.started, kNever);
      if (e.first) a.first = e.at;
      EXPECT_GE(e.at, a.last);
      a.last = e.at;
      a.tokens += e.tokens;
      tokens_ += e.tokens;
      a.finished = e.finished;
    }
  }

 private:
  std::map<std::uint64_t, Answer> answers_;
  Nanos now_ = INT64_MIN;
  std::uint64_t tokens_ = 0;
};

void drain(Model& model, Ledger& ledger, std::uint64_t kv_blocks) {
  for (Nanos t = model.next_event(); t != kNever; t = model.next_event()) {
    ledger.take(model.advance(t));
    ASSERT_LE(model.load().kv_blocks_used, kv_blocks);
  }
}

class EveryScheduler : public testing::TestWithParam<Scheduler> {};
INSTANTIATE_TEST_SUITE_P(All, EveryScheduler,
                         testing::Values(Scheduler::kVllm, Scheduler::kVllmV0, Scheduler::kSglang,
                                         Scheduler::kTgi, Scheduler::kLlamaCpp),
                         [](const auto& scheduler) {
                           return std::string(scheduler_name(scheduler.param));
                         });

// Every request gets exactly its tokens, none after its end or after its cancel, and the cache is
// never over-full. The state at the end.
Load play_random_load(const Profile& profile) {
  BatchModel model(profile, 7);
  Ledger ledger;
  Rng rng(11);
  Nanos now = 0;
  std::map<std::uint64_t, RequestId> ids;
  const auto blocks = model.load().kv_blocks;
  for (std::uint64_t tag = 0; tag < 600; ++tag) {
    now += static_cast<Nanos>(rng.exponential() * 15 * kMillisecond);
    ledger.take(model.advance(now));
    EXPECT_LE(model.load().kv_blocks_used, blocks);
    const auto output = static_cast<std::uint32_t>(rng.between(1, 120));
    const auto id = model.submit({.tag = tag,
                                  .prompt_tokens = static_cast<std::uint32_t>(rng.between(1, 380)),
                                  .output_tokens = output,
                                  .max_tokens = output + 10,
                                  .priority = static_cast<std::int32_t>(tag * 7 % 5) - 2,
                                  .at = now});
    ids[tag] = id.value();
    ledger.expect(tag, output);
    if (rng.below(5) == 0) {
      const std::uint64_t victim = rng.below(tag + 1);
      model.cancel(ids[victim]);
      if (!ledger[victim].finished) ledger[victim].cancelled = true;
    }
  }
  drain(model, ledger, blocks);
  for (const auto& [tag, a] : ledger.all()) {
    EXPECT_EQ(a.after_end, 0U) << tag;
    if (a.cancelled) {
      EXPECT_LT(a.tokens, a.wanted) << tag;
    } else {
      EXPECT_EQ(a.tokens, a.wanted) << tag;
      EXPECT_TRUE(a.finished) << tag;
    }
  }
  const Load end = model.load();
  EXPECT_EQ(end.running, 0U);
  EXPECT_EQ(end.waiting, 0U);
  EXPECT_EQ(end.kv_blocks_used, 0U);
  EXPECT_GE(end.tokens, ledger.tokens());
  return end;
}

TEST_P(EveryScheduler, GivesEveryRequestExactlyItsTokensUnderRandomLoadAndCancels) {
  const Load end = play_random_load(small_profile(GetParam()));
  if (GetParam() == Scheduler::kTgi || GetParam() == Scheduler::kLlamaCpp) {
    EXPECT_EQ(end.preemptions, 0U) << "reserved at admission";
  } else {
    EXPECT_GT(end.preemptions, 0U) << "the load was meant to fill the cache";
  }
}

TEST(BatchModel, PrioritiesTakeNothingFromAnybodyButTime) {
  Profile profile = small_profile(Scheduler::kVllm);
  profile.scheduling_policy = SchedulingPolicy::kPriority;
  EXPECT_GT(play_random_load(profile).preemptions, 0U);
}

TEST_P(EveryScheduler, StartsRequestsInTheOrderOfArrival) {
  BatchModel model(small_profile(GetParam()), 1);
  Ledger ledger;
  Rng rng(3);
  for (std::uint64_t tag = 0; tag < 200; ++tag) {
    ledger.expect(tag, 20);
    ASSERT_TRUE(model.submit({.tag = tag,
                              .prompt_tokens = static_cast<std::uint32_t>(rng.between(1, 300)),
                              .output_tokens = 20,
                              .at = static_cast<Nanos>(tag) * kMillisecond}));
  }
  drain(model, ledger, model.load().kv_blocks);
  Nanos last = 0;
  for (const auto& [tag, a] : ledger.all()) {
    EXPECT_GE(a.started, last) << tag;
    last = a.started;
  }
}

TEST_P(EveryScheduler, TheSameSeedGivesTheSameInstants) {
  const auto play = [&](std::uint64_t seed) {
    BatchModel model(small_profile(GetParam()), seed);
    std::vector<Nanos> instants;
    for (std::uint64_t tag = 0; tag < 50; ++tag) {
      EXPECT_TRUE(model.submit({.tag = tag,
                                .prompt_tokens = 100,
                                .output_tokens = 30,
                                .at = static_cast<Nanos>(tag) * 5 * kMillisecond}));
    }
    for (Nanos t = model.next_event(); t != kNever; t = model.next_event()) {
      for (const Emission& e : model.advance(t)) instants.push_back(e.at);
    }
    return instants;
  };
  EXPECT_EQ(play(1), play(1));
  EXPECT_NE(play(1), play(2));
}

TEST_P(EveryScheduler, HowFinelyTimeMovesChangesNothing) {
  const auto play = [&](Nanos stride) {
    BatchModel model(small_profile(GetParam()), 5);
    for (std::uint64_t tag = 0; tag < 60; ++tag) {
      EXPECT_TRUE(model.submit({.tag = tag, .prompt_tokens = 90, .output_tokens = 25, .at = 0}));
    }
    std::vector<std::pair<std::uint64_t, Nanos>> seen;
    for (Nanos t = 0; model.next_event() != kNever; t += stride) {
      for (const Emission& e : model.advance(t)) seen.emplace_back(e.tag, e.at);
    }
    return seen;
  };
  EXPECT_EQ(play(300 * kMicrosecond), play(5 * kSecond));
}

TEST_P(EveryScheduler, RefusesWhatCanNeverFit) {
  BatchModel model(small_profile(GetParam()), 1);
  const auto id = model.submit({.prompt_tokens = 2000, .output_tokens = 100});
  ASSERT_FALSE(id.has_value());
  EXPECT_EQ(id.error(), Refusal::kTooLong);
  EXPECT_EQ(model.next_event(), kNever);
}

TEST(BatchModel, OneRequestTakesTheTimeOfTheFormula) {
  Profile p = small_profile(Scheduler::kVllm);
  p.jitter = {.step_sigma = 0};
  BatchModel model(p, 1);
  Ledger ledger;
  ledger.expect(0, 3);
  ASSERT_TRUE(model.submit({.prompt_tokens = 100, .output_tokens = 3, .at = kSecond}));
  drain(model, ledger, model.load().kv_blocks);
  // Prefill: max(5, 0.02 x 100) + 2 x 1e-6 x 100 x 50 + 1 + 0.01 ms, after 2 ms of overhead.
  const double prefill = 5 + 0.01 + 1 + 0.01;
  // Decodes over 101 and 102 tokens.
  const double decodes = 2 * (5 + 1 + 0.01) + 1e-4 * (101 + 102);
  EXPECT_NEAR(to_millis(ledger[0].first - kSecond), 2 + prefill, 1e-5);
  EXPECT_NEAR(to_millis(ledger[0].last - ledger[0].first), decodes, 1e-5);
}

TEST(BatchModel, APromptIsCutToTheBudgetAndDecodesGoOn) {
  Profile p = small_profile(Scheduler::kVllm);
  p.jitter = {.step_sigma = 0};
  BatchModel model(p, 1);
  Ledger ledger;
  ledger.expect(0, 50);
  ledger.expect(1, 1);
  ASSERT_TRUE(model.submit({.tag = 0, .prompt_tokens = 10, .output_tokens = 50}));
  ledger.take(model.advance(20 * kMillisecond));
  const auto before = ledger[0].tokens;
  ASSERT_GT(before, 0U);
  ASSERT_TRUE(
      model.submit({.tag = 1, .prompt_tokens = 600, .output_tokens = 1, .at = 20 * kMillisecond}));
  std::uint32_t decoded = 0;
  while (!ledger[1].finished) {
    ledger.take(model.advance(model.next_event()));
    if (ledger[1].started != kNever) decoded = ledger[0].tokens - before;
  }
  // 600 tokens at 255 a step (one goes to the decode) are three steps, each with a token.
  EXPECT_GE(decoded, 3U);
}

TEST(BatchModel, SglangLetsDecodesWaitForAPrefill) {
  Profile p = small_profile(Scheduler::kSglang);
  p.jitter = {.step_sigma = 0};
  BatchModel model(p, 1);
  Ledger ledger;
  ledger.expect(0, 50);
  ledger.expect(1, 1);
  ASSERT_TRUE(model.submit({.tag = 0, .prompt_tokens = 10, .output_tokens = 50}));
  ledger.take(model.advance(20 * kMillisecond));
  ASSERT_TRUE(
      model.submit({.tag = 1, .prompt_tokens = 600, .output_tokens = 1, .at = 20 * kMillisecond}));
  while (ledger[1].started == kNever) ledger.take(model.advance(model.next_event()));
  const auto before = ledger[0].tokens;
  while (!ledger[1].finished) ledger.take(model.advance(model.next_event()));
  EXPECT_EQ(ledger[0].tokens, before);
}

TEST(BatchModel, TgiRefusesAboveItsSemaphore) {
  Profile p = small_profile(Scheduler::kTgi);
  p.limits.max_concurrent = 2;
  BatchModel model(p, 1);
  EXPECT_TRUE(model.submit({.output_tokens = 2}));
  EXPECT_TRUE(model.submit({.output_tokens = 2}));
  const auto third = model.submit({.output_tokens = 2});
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error(), Refusal::kOverloaded);
  while (model.next_event() != kNever) model.advance(model.next_event());
  EXPECT_TRUE(model.submit({.output_tokens = 2}));
}

TEST(BatchModel, OllamaServesOneAfterAnother) {
  Profile p = small_profile(Scheduler::kLlamaCpp);
  p.limits.max_sequences = 1;
  BatchModel model(p, 1);
  Ledger ledger;
  for (std::uint64_t tag = 0; tag < 5; ++tag) {
    ledger.expect(tag, 10);
    ASSERT_TRUE(model.submit({.tag = tag, .prompt_tokens = 50, .output_tokens = 10}));
  }
  drain(model, ledger, model.load().kv_blocks);
  for (std::uint64_t tag = 1; tag < 5; ++tag) {
    EXPECT_GE(ledger[tag].started, ledger[tag - 1].last);
  }
}

TEST(BatchModel, ACancelledRequestFreesItsBlocksAtTheEndOfTheStep) {
  BatchModel model(small_profile(Scheduler::kVllm), 1);
  const auto id = model.submit({.prompt_tokens = 100, .output_tokens = 100});
  ASSERT_TRUE(id.has_value());
  model.advance(50 * kMillisecond);
  ASSERT_GT(model.load().kv_blocks_used, 0U);
  model.cancel(*id);
  EXPECT_GT(model.load().kv_blocks_used, 0U);
  EXPECT_TRUE(model.advance(model.next_event()).empty());
  EXPECT_EQ(model.load().kv_blocks_used, 0U);
  EXPECT_EQ(model.next_event(), kNever);
  model.cancel(*id);  // a stale id names nobody
  const auto other = model.submit({.prompt_tokens = 5, .output_tokens = 1, .at = kSecond});
  ASSERT_TRUE(other.has_value());
  EXPECT_NE(*other, *id);
  model.cancel(*id);
  EXPECT_EQ(model.load().coming, 1U);
}

TEST(BatchModel, PreemptedRequestsStartAgainFromTheHeadOfTheQueue) {
  Profile p = small_profile(Scheduler::kVllm);
  p.limits.kv_tokens = 320;
  BatchModel model(p, 1);
  Ledger ledger;
  for (std::uint64_t tag = 0; tag < 3; ++tag) {
    ledger.expect(tag, 180);
    ASSERT_TRUE(model.submit({.tag = tag, .prompt_tokens = 100, .output_tokens = 180}));
  }
  drain(model, ledger, model.load().kv_blocks);
  EXPECT_GT(model.load().preemptions, 0U);
  Nanos last = 0;
  for (const auto& [tag, a] : ledger.all()) {
    EXPECT_EQ(a.tokens, 180U);
    EXPECT_GE(a.last, last);
    last = a.last;
  }
}

TEST(BatchModel, NothingHappensBeforeTheRequestReachesTheScheduler) {
  BatchModel model(small_profile(Scheduler::kVllm), 1);
  EXPECT_EQ(model.next_event(), kNever);
  EXPECT_TRUE(model.advance(kSecond).empty());
  ASSERT_TRUE(model.submit({.at = 2 * kSecond}));
  EXPECT_EQ(model.next_event(), 2 * kSecond + 2 * kMillisecond);
  // An instant before an earlier one is taken as that one.
  ASSERT_TRUE(model.submit({.tag = 1, .at = kSecond}));
  const auto started = model.advance(2 * kSecond + 2 * kMillisecond);
  ASSERT_EQ(started.size(), 2U);
  EXPECT_EQ(started[1].kind, Emission::Kind::kStarted);
}

}  // namespace
}  // namespace tt::sim
