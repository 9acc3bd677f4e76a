#include "workload/session_schedule.h"

#include <gtest/gtest.h>

#include "workload/schedule_summary.h"

namespace tt::workload {
namespace {

plan::Plan plan_of(const char* turns) {
  plan::Plan plan;
  plan.targets = {*plan::parse_target("vllm=http://localhost:8000")};
  plan.load = plan::Concurrency{.users = 4};
  plan.workload.sessions = plan::Sessions{.turns = *plan::parse_lengths(turns)};
  plan.stop.requests = 100;
  return plan;
}

struct Made {
  explicit Made(const plan::Plan& plan)
      : prompts(*make_prompts(plan.workload, plan.seeds)),
        schedule(*make_schedule(plan, *prompts)) {}
  std::unique_ptr<PromptSource> prompts;
  Schedule schedule;
};

TEST(SessionSchedule, HasExactlyTheRequestsThatThePlanStopsAfter) {
  plan::Plan plan = plan_of("uniform(2,9)");
  plan.warmup.requests = 7;
  const Made made(plan);
  ASSERT_EQ(made.schedule.requests.size(), 107u);
  std::uint64_t next = 0;
  for (std::size_t s = 0; s < made.schedule.sessions.size(); ++s) {
    const PlannedSession& session = made.schedule.sessions[s];
    EXPECT_EQ(session.first, next);
    next += session.turns;
    const auto all = made.prompts->conversations()->turns(s);
    const auto played = turns_to_play(made.schedule, *made.prompts->conversations(), s);
    EXPECT_EQ(played.size(), session.turns);
    if (s + 1 < made.schedule.sessions.size()) {
      EXPECT_EQ(played.size(), all.size());
    }
  }
  EXPECT_EQ(next, 107u);
}

TEST(SessionSchedule, PlacesAndIndicesAreInversePastTheEndToo) {
  const Made made(plan_of("uniform(1,5)"));
  const std::uint32_t most = made.prompts->conversations()->most_turns();
  for (std::uint64_t s = 0; s < made.schedule.sessions.size() + 20; ++s) {
    const auto turns = turns_to_play(made.schedule, *made.prompts->conversations(), s).size();
    for (std::uint32_t t = 0; t < turns; ++t) {
      const auto place = place_of(made.schedule, most, first_index(made.schedule, most, s) + t);
      EXPECT_EQ(place.number, s);
      EXPECT_EQ(place.turn, t);
    }
  }
}

TEST(SessionSchedule, InOpenLoopEveryArrivalIsASession) {
  plan::Plan plan = plan_of("3");
  plan.load = plan::Rate{.per_second = 2, .arrivals = plan::Rate::Arrivals::kConstant};
  plan.stop = {.duration = 10 * kSecond, .requests = {}};
  const Made made(plan);
  ASSERT_EQ(made.schedule.sessions.size(), 20u);
  EXPECT_EQ(made.schedule.requests.size(), 60u);
  for (std::size_t s = 0; s < 20; ++s) {
    EXPECT_EQ(made.schedule.sessions[s].at, static_cast<Nanos>(s) * 500 * kMillisecond);
    EXPECT_EQ(made.schedule.requests[3 * s + 2].at, made.schedule.sessions[s].at);
  }
  const auto lines = summary_lines(summarise(plan, made.schedule));
  EXPECT_EQ(lines[0], "sessions  20 of 3 turns");
  EXPECT_TRUE(lines[2].starts_with("arrivals  of sessions, 2.00 a second")) << lines[2];
}

TEST(SessionSchedule, BehindAWarmUpByTimeRequestsAreCountedInPlayAndSessionsStayWhole) {
  plan::Plan plan = plan_of("3");
  plan.warmup.duration = kSecond;
  EXPECT_TRUE(plan::check_plan(plan).empty());
  EXPECT_TRUE(counted_in_play(plan));
  const Made made(plan);
  for (const PlannedSession& session : made.schedule.sessions) EXPECT_EQ(session.turns, 3u);
  EXPECT_EQ(summarise(plan, made.schedule).requests, *plan.stop.requests + plan.warmup.requests);
}

struct BadPlan {
  const char* yaml;
  const char* path;
};

TEST(SessionSchedule, PlansThatContradictThemselvesAreRefused) {
  for (const BadPlan& bad : {
           BadPlan{"sessions: {turns: 2000}", "turns"},
           BadPlan{"sessions: {turns: 0}", "from 1 to"},
           BadPlan{"sessions: {think: -1s}", "think"},
           BadPlan{"sessions: {think: later}", "write for example 2s"},
           BadPlan{"sessions: {replay: mine}", "engine, recorded"},
           BadPlan{"sessions: {tunrs: 3}", "did you mean turns"},
           BadPlan{"sessions: {graph: a.yaml, turns: 3}", "leave out turns"},
           BadPlan{"sessions: {graph: a.yaml}\n  prompts: b.txt", "keep the graph or"},
           BadPlan{"sessions: {system: 5}\n  prompts: b.txt", "its own system prompts"},
           BadPlan{"sessions: {first_input: 5}\n  prompts: b.txt", "its own messages"},
           BadPlan{"prefix: {groups: 0}", "from 1 to"},
           BadPlan{"prefix: {share: 1.5}", "from 0 (no request) to 1"},
           BadPlan{"prefix: {tokens: 0}", "from 1 to"},
       }) {
    const auto plan = plan::parse_plan(std::string("workload:\n  ") + bad.yaml + "\n", "plan.yaml");
    ASSERT_FALSE(plan) << bad.yaml;
    EXPECT_NE(plan.error().text().find(bad.path), std::string::npos) << bad.yaml << "\n"
                                                                     << plan.error().text();
  }
}

}  // namespace
}  // namespace tt::workload
