// What a model can do beyond plain batching, in virtual time: prefix caching, speculation, a
// router, effects. Step times are round numbers, so that instants can be asserted.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "sim/batch_model.h"
#include "sim/tokens.h"

namespace tt::sim {
namespace {

/// A step takes 1 ms a token computed, and nothing else: work is time.
Profile plain(Scheduler scheduler) {
  Profile p;
  p.scheduler = scheduler;
  p.step = {.weights_ms = 0,
            .token_ms = 1,
            .context_ms = 0,
            .attention_ms = 0,
            .host_ms = 0,
            .request_ms = 0,
            .overhead_ms = 0};
  p.limits = {.kv_tokens = 4096,
              .block_tokens = scheduler == Scheduler::kVllm ? 16U : 1U,
              .max_sequences = scheduler == Scheduler::kLlamaCpp ? 4U : 32U,
              .max_batched_tokens = 4096};
  p.jitter = {.step_sigma = 0};
  p.prefix_cache = true;
  return p;
}

std::string words(int from, int count) {
  std::string text;
  for (int i = from; i < from + count; ++i) text += "w" + std::to_string(i) + " ";
  return text;
}

struct Seen {
  std::uint32_t cached = 0;
  std::uint32_t tokens = 0;
  std::uint32_t events = 0;
  std::uint16_t replica = 0;
  Nanos sent = 0;
  Nanos first = kNever;
  Nanos last = kNever;
  bool finished = false;
};

class Player {
 public:
  explicit Player(const Profile& profile, std::uint64_t seed = 1)
      : block_(profile.limits.block_tokens), model_(make_model(profile, seed)) {}

  /// Sends a prompt whose answer is that of `seed`.
  std::uint64_t send(const std::string& prompt, std::uint32_t output, std::uint64_t seed = 0,
                     std::int32_t priority = 0) {
    const std::uint64_t tag = seen_.size();
    seen_[tag].sent = now_;
    ids_.push_back(model_
                       ->submit({.tag = tag,
                                 .prompt_tokens = count_tokens(prompt),
                                 .output_tokens = output,
                                 .priority = priority,
                                 .blocks = block_names(prompt, seed, output, block_, 0),
                                 .at = now_})
                       .value());
    return tag;
  }
  /// Until nothing is left to do.
  void drain() {
    for (Nanos t = model_->next_event(); t != kNever; t = model_->next_event()) advance(t);
  }
  void advance(Nanos t) {
    now_ = t;
    for (const Emission& e : model_->advance(t)) {
      Seen& s = seen_.at(e.tag);
      s.replica = e.replica;
      if (e.kind == Emission::Kind::kStarted) {
        s.cached = e.cached;
        continue;
      }
      if (e.first) s.first = e.at;
      s.last = e.at;
      s.tokens += e.tokens;
      ++s.events;
      s.finished = e.finished;
    }
  }
  /// The same, and what came of it.
  Seen play(const std::string& prompt, std::uint32_t output, std::uint64_t seed = 0) {
    const auto tag = send(prompt, output, seed);
    drain();
    return seen_[tag];
  }
  Model& model() { return *model_; }
  Seen& operator[](std::uint64_t tag) { return seen_[tag]; }
  RequestId id(std::uint64_t tag) const { return ids_[tag]; }
  std::size_t size() const { return seen_.size(); }

 private:
  std::uint32_t block_;
  std::unique_ptr<Model> model_;
  std::map<std::uint64_t, Seen> seen_;
  std::vector<RequestId> ids_;
  Nanos now_ = 0;
};

class FeaturesOf : public testing::TestWithParam<Scheduler> {};
INSTANTIATE_TEST_SUITE_P(All, FeaturesOf,
                         testing::Values(Scheduler::kVllm, Scheduler::kVllmV0, Scheduler::kSglang,
                                         Scheduler::kTgi, Scheduler::kLlamaCpp),
                         [](const auto& scheduler) {
                           return std::string(scheduler_name(scheduler.param));
                         });

TEST_P(FeaturesOf, APromptSeenBeforeCostsOnlyItsMisses) {
  Player player(plain(GetParam()));
  const std::string shared = words(0, 160);
  const Seen cold = player.play(shared + words(1000, 10), 1);
  EXPECT_EQ(cold.cached, 0U);
  EXPECT_EQ(cold.first - cold.sent, 170 * kMillisecond);
  const Seen warm = player.play(shared + words(2000, 10), 1);
  EXPECT_EQ(warm.cached, 160U);
  EXPECT_EQ(warm.first - warm.sent, 10 * kMillisecond);
  EXPECT_EQ(player.play(words(3000, 50), 1).cached, 0U);
}

TEST_P(FeaturesOf, TheLastTokenIsAlwaysComputed) {
  Player player(plain(GetParam()));
  const std::string prompt = words(0, 64);
  player.play(prompt, 1);
  const Seen again = player.play(prompt, 1);
  // vLLM's blocks are of 16 tokens, the others' of one.
  EXPECT_EQ(again.cached, GetParam() == Scheduler::kVllm ? 48U : 63U);
}

TEST_P(FeaturesOf, AConversationFindsItsOwnAnswerAgain) {
  Player player(plain(GetParam()));
  const std::string ask = words(0, 40);
  constexpr std::uint64_t kSeed = 77;
  std::string answer;
  for (std::uint32_t i = 0; i < 50; ++i) answer += answer_piece(kSeed, i);
  player.play(ask, 50, kSeed);
  const Seen next = player.play(ask + "\n\n" + answer + "\n\n" + words(500, 10), 1);
  // The answer's last token was never computed, and blocks are whole.
  EXPECT_EQ(next.cached, GetParam() == Scheduler::kVllm ? 80U : 89U);
}

TEST_P(FeaturesOf, WithoutThePrefixCacheNothingIsFound) {
  Profile profile = plain(GetParam());
  profile.prefix_cache = false;
  Player player(profile);
  player.play(words(0, 64), 1);
  EXPECT_EQ(player.play(words(0, 64), 1).cached, 0U);
  EXPECT_EQ(player.model().load().kv_blocks_cached, 0U);
}

/// Everything at once, under a load that fills the cache: each answer whole, no block lost.
TEST_P(FeaturesOf, KeepsItsPromisesWithEverythingOn) {
  Profile profile = plain(GetParam());
  profile.step = {.weights_ms = 5, .token_ms = 0.02, .host_ms = 1, .overhead_ms = 2};
  profile.jitter = {.step_sigma = 0.05};
  profile.limits.kv_tokens = GetParam() == Scheduler::kLlamaCpp ? 2048 : 800;
  profile.limits.max_batched_tokens = 256;
  profile.speculative = Speculation{.draft_tokens = 3, .acceptance = 0.6};
  profile.router = {.replicas = 2, .policy = RouterPolicy::kLeastLoaded};
  Player player(profile);
  Rng rng(9);
  std::vector<std::uint32_t> wanted;
  Nanos now = 0;
  for (std::uint64_t tag = 0; tag < 500; ++tag) {
    now += static_cast<Nanos>(rng.exponential() * 3 * kMillisecond);
    player.advance(now);
    wanted.push_back(static_cast<std::uint32_t>(rng.between(1, 90)));
    const int family = static_cast<int>(rng.below(4)) * 1000;
    player.send(words(family, static_cast<int>(rng.between(1, 380))), wanted.back(), tag);
    ASSERT_LE(player.model().load().kv_blocks_used, player.model().load().kv_blocks);
    if (rng.below(6) == 0) player.model().cancel(player.id(rng.below(tag + 1)));
  }
  player.drain();
  std::uint64_t whole = 0;
  std::uint64_t cached = 0;
  for (std::uint64_t tag = 0; tag < wanted.size(); ++tag) {
    EXPECT_LE(player[tag].tokens, wanted[tag]);
    if (player[tag].finished) {
      EXPECT_EQ(player[tag].tokens, wanted[tag]);
    }
    whole += player[tag].finished ? 1 : 0;
    cached += player[tag].cached;
  }
  EXPECT_GT(whole, 400U);
  EXPECT_GT(cached, 1000U);
  EXPECT_EQ(player.model().load().kv_blocks_used, 0U);
  EXPECT_EQ(player.model().load().running, 0U);
  const bool preempts = GetParam() != Scheduler::kTgi && GetParam() != Scheduler::kLlamaCpp;
  EXPECT_EQ(player.model().load().preemptions > 0, preempts);
}

TEST(Preemption, OneThatComesBackIsComputedAgainButForWhatTheCacheKept) {
  Profile profile = plain(Scheduler::kVllm);
  profile.limits.kv_tokens = 320;  // 20 blocks
  const auto run = [&](bool prefix_cache) {
    profile.prefix_cache = prefix_cache;
    Player player(profile);
    player.send(words(0, 96), 100, 1);  // grows from 6 to 13 blocks
    player.send(words(1000, 96), 100, 2);
    player.drain();
    EXPECT_GT(player.model().load().preemptions, 0U);
    EXPECT_EQ(player[0].tokens, 100U);
    EXPECT_EQ(player[1].tokens, 100U);
    return player[1].last;
  };
  const Nanos without = run(false);
  EXPECT_LT(run(true), without) << "the cache kept a part";
}

Profile by_priority() {
  Profile profile = plain(Scheduler::kVllm);
  profile.scheduling_policy = SchedulingPolicy::kPriority;
  return profile;
}

TEST(Priorities, TheLowestNumberGoesFirstAndEqualsInTheOrderOfArrival) {
  Profile profile = by_priority();
  profile.limits.max_sequences = 1;
  Player player(profile);
  player.send(words(0, 16), 5);
  player.advance(kMillisecond);  // it runs, and nobody pushes it out of its place
  for (const std::int32_t priority : {5, 1, 1, -3}) player.send(words(100, 16), 5, 0, priority);
  player.drain();
  EXPECT_LT(player[0].last, player[4].first);
  EXPECT_LT(player[4].last, player[2].first);
  EXPECT_LT(player[2].last, player[3].first);
  EXPECT_LT(player[3].last, player[1].first);
}

TEST(Priorities, OneThatIsStillBeingReadHoldsNobodyUp) {
  Profile profile = by_priority();
  profile.step.overhead_ms = 50;
  profile.limits.max_sequences = 1;
  Player player(profile);
  player.send(words(0, 16), 5, 0, 9);
  player.advance(40 * kMillisecond);
  player.send(words(100, 16), 5, 0, 0);
  player.drain();
  EXPECT_EQ(player[0].first, (50 + 16) * kMillisecond);
}

TEST(Priorities, WhereTheCacheIsFullTheLeastUrgentGoes) {
  const auto lasts = [](SchedulingPolicy policy, bool prefix_cache) {
    Profile profile = plain(Scheduler::kVllm);
    profile.scheduling_policy = policy;
    profile.prefix_cache = prefix_cache;
    profile.limits.kv_tokens = 320;  // 20 blocks
    Player player(profile);
    player.send(words(0, 96), 100, 1, 7);  // grows from 6 to 13 blocks
    player.send(words(1000, 96), 100, 2, 0);
    player.drain();
    EXPECT_GT(player.model().load().preemptions, 0U);
    EXPECT_EQ(player[0].tokens, 100U);
    EXPECT_EQ(player[1].tokens, 100U);
    return std::pair(player[0].last, player[1].last);
  };
  for (const bool cache : {false, true}) {
    const auto first_come = lasts(SchedulingPolicy::kFcfs, cache);
    EXPECT_LT(first_come.first, first_come.second);
    const auto urgent = lasts(SchedulingPolicy::kPriority, cache);
    EXPECT_LT(urgent.second, urgent.first);
  }
}

TEST(VllmV0, AWholePromptRunsAloneAndDecodesWait) {
  Player player(plain(Scheduler::kVllmV0));
  player.send(words(0, 16), 20);
  player.advance(16 * kMillisecond);  // its prompt is computed
  const auto lengthy = player.send(words(1000, 630), 1);
  player.drain();
  // The decode that had begun, then the prompt and nothing else.
  EXPECT_EQ(player[lengthy].first - player[lengthy].sent, (1 + 630) * kMillisecond);
  EXPECT_EQ(player[0].last, (16 + 19 + 630) * kMillisecond);
}

TEST(VllmV0, APromptIsNotCutToTheBudget) {
  Profile profile = plain(Scheduler::kVllmV0);
  profile.limits.max_batched_tokens = 100;
  Player player(profile);
  player.send(words(0, 60), 1);
  player.send(words(1000, 60), 1);
  player.drain();
  EXPECT_EQ(player[0].first, 60 * kMillisecond);
  EXPECT_EQ(player[1].first, 120 * kMillisecond);
}

TEST(Step, OneWithAPromptHasAFloorOfItsOwn) {
  Profile profile = plain(Scheduler::kVllmV0);
  profile.step.prefill_ms = 50;
  Player player(profile);
  const Seen small = player.play(words(0, 16), 3);
  EXPECT_EQ(small.first - small.sent, 50 * kMillisecond);
  EXPECT_EQ(small.last - small.first, 2 * kMillisecond);
  const Seen large = player.play(words(1000, 80), 1);
  EXPECT_EQ(large.first - large.sent, 80 * kMillisecond);
}

TEST(ChunkedPrefill, ALongPromptIsCutToTheBudgetAndDecodesGoOn) {
  Profile profile = plain(Scheduler::kVllm);
  profile.limits.max_batched_tokens = 64;
  Player player(profile);
  player.send(words(0, 16), 20);
  player.advance(16 * kMillisecond);  // its prompt is computed
  const auto lengthy = player.send(words(1000, 630), 1);
  player.drain();
  // 63 tokens of the prompt beside one of the answer in each step of 64 ms: ten steps.
  EXPECT_EQ(player[lengthy].first - player[lengthy].sent, (1 + 10 * 64) * kMillisecond);
  EXPECT_EQ(player[0].tokens, 20U);
}

TEST(Speculation, SeveralTokensComeAtOnceAndTheLengthIsKept) {
  Profile profile = plain(Scheduler::kVllm);
  profile.speculative = Speculation{.draft_tokens = 4, .acceptance = 1};
  Player player(profile);
  const Seen sure = player.play(words(0, 16), 101);
  EXPECT_EQ(sure.tokens, 101U);
  EXPECT_EQ(sure.events, 21U) << "the first alone, then five at a time";
  // Each step computes one token and four guesses.
  EXPECT_EQ(sure.last - sure.first, 20 * 5 * kMillisecond);
  profile.speculative->acceptance = 0;
  const Seen never = Player(profile).play(words(0, 16), 101);
  EXPECT_EQ(never.tokens, 101U);
  EXPECT_EQ(never.events, 101U);
}

TEST(Speculation, TheMeanGainIsThatOfTheChance) {
  Profile profile = plain(Scheduler::kVllm);
  profile.limits.kv_tokens = 100'000;
  profile.speculative = Speculation{.draft_tokens = 4, .acceptance = 0.7};
  const Seen seen = Player(profile).play(words(0, 16), 20'001);
  const double gain = 20'000.0 / (seen.events - 1);
  const double wanted = (1 - std::pow(0.7, 5)) / (1 - 0.7);
  EXPECT_NEAR(gain, wanted, wanted * 0.02);
}

TEST(Router, ARoundGivesEachReplicaItsTurn) {
  Profile profile = plain(Scheduler::kVllm);
  profile.router = {.replicas = 3, .policy = RouterPolicy::kRoundRobin};
  Player player(profile);
  EXPECT_EQ(player.model().replicas(), 3);
  for (int i = 0; i < 6; ++i) player.send(words(i * 100, 16), 5);
  player.drain();
  for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(player[i].replica, i % 3);
}

TEST(Router, TheLeastLoadedReplicaIsChosen) {
  Profile profile = plain(Scheduler::kVllm);
  profile.router = {.replicas = 2, .policy = RouterPolicy::kLeastLoaded};
  Player player(profile);
  player.send(words(0, 16), 500);
  player.advance(kMillisecond);
  for (int i = 1; i < 4; ++i) player.play(words(i * 100, 16), 1);
  EXPECT_EQ(player[0].replica, 0);
  EXPECT_EQ(player[1].replica, 1);
}

TEST(Router, AffinityFollowsThePrefixWhereRoundsSpoilTheCache) {
  const auto cached = [](RouterPolicy policy) {
    Profile profile = plain(Scheduler::kVllm);
    profile.router = {.replicas = 3, .policy = policy};
    Player player(profile);
    std::uint64_t sum = 0;
    for (int round = 0; round < 4; ++round) {
      for (int family = 0; family < 4; ++family) {
        sum += player.play(words(family * 1000, 160) + words(50'000 + round * 16, 16), 1).cached;
      }
    }
    return sum;
  };
  EXPECT_EQ(cached(RouterPolicy::kPrefixAffinity), 3U * 4 * 160);
  EXPECT_LT(cached(RouterPolicy::kRoundRobin), 3U * 4 * 160);
}

TEST(EffectsOfAModel, StepsTakeLongerAsTheyAreTold) {
  Profile profile = plain(Scheduler::kVllm);
  profile.effects = {.slow_after = 100 * kMillisecond, .slow_factor = 3};
  Player player(profile);
  const Seen seen = player.play(words(0, 16), 100);
  // 16 ms of prompt and 84 steps of 1 ms; then the other 15 of the 99 take 3 ms each.
  EXPECT_EQ(seen.last - seen.sent, (100 + 15 * 3) * kMillisecond);
}

}  // namespace
}  // namespace tt::sim
