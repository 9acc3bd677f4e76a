#include "load/session_pacer.h"

#include <functional>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "load/player.h"
#include "load/virtual_wire.h"
#include "workload/graph.h"
#include "workload/prompts.h"

namespace tt::load {
namespace {

using plan::Plan;

// Records what ended and reports turns back, as the collector does.
class TellingBox final : public Outbox {
 public:
  void post(Parcel parcel) override {
    if (!parcel.owned) return;
    record::Row& row = parcel.owned->row;
    row.status = parcel.owned->transport;
    row.error = parcel.owned->transport_error;
    rows.push_back(row);
    if (row.status == Status::kDropped) return;
    player->told({.session = row.session,
                  .turn = row.turn,
                  .end = row.end,
                  .status = row.status,
                  .answer = "answer"});
  }
  std::vector<record::Row> rows;
  Player* player = nullptr;
};

// One worker's part of a plan's sessions, in virtual time.
struct Trial {
  explicit Trial(Plan p) : plan(std::move(p)) {
    prompts = *workload::make_prompts(plan.workload, plan.seeds);
    schedule = *workload::make_schedule(plan, *prompts);
    rounds = cut_into_rounds(plan, schedule);
  }

  // Plays the first block; answers whole rounds with play_all.
  void play(VirtualServer::Serve serve, WorkerShare share = {}, std::size_t round = 0,
            std::uint64_t first = 0) {
    const Stint& stint = rounds.at(round).at(0);
    const auto* closed = std::get_if<plan::Concurrency>(&plan.load);
    const auto* rate = std::get_if<plan::Rate>(&plan.load);
    const SessionLoad load{
        .schedule = schedule,
        .conversations = *prompts->conversations(),
        .users = closed != nullptr ? share_of(closed->users, share) : 0,
        .max_in_flight = rate != nullptr ? share_of(rate->max_in_flight, share) : 0};
    auto pacer = std::make_unique<SessionPacer>(
        stint, share, load, schedule.open_loop ? stint.first : std::max(first, stint.first),
        clock.now());
    auto make = [this, paced = pacer.get()](std::uint64_t index) {
      ++made;
      auto flight = silent_flight(index);
      const SessionTurn turn = paced->turn(index);
      flight->row.session = turn.place.number + 1;
      flight->row.turn = turn.place.turn + 1;
      // What the prompt is made of, of turns that are dropped too.
      EXPECT_GT(turn.answers.size(), turn.place.turn);
      return flight;
    };
    VirtualServer server(clock, std::move(serve));
    Player player(std::move(pacer), make, timeouts, breaker, server, box, stint.block, share.index);
    server.player = &player;
    box.player = &player;
    while (player.prepare_one()) continue;
    server.play(clock.now() + 3600 * kSecond);
    next_session = player.next_index();
  }

  // Of session and turn, both from 1.
  const record::Row& row(std::uint64_t session, std::uint32_t turn) const {
    for (const auto& r : box.rows) {
      if (r.session == session && r.turn == turn) return r;
    }
    ADD_FAILURE() << "no row of session " << session << ", turn " << turn;
    static const record::Row kNone;
    return kNone;
  }

  Plan plan;
  std::unique_ptr<workload::PromptSource> prompts;
  workload::Schedule schedule;
  std::vector<Round> rounds;
  VirtualClock clock;
  plan::Timeouts timeouts{.connect = 0, .first_token = 0, .gap = 0, .total = 0};
  Breaker breaker;
  TellingBox box;
  std::uint64_t next_session = 0;
  int made = 0;
};

Plan session_plan(std::uint32_t users, std::uint64_t requests, const char* turns,
                  const char* think) {
  Plan plan;
  plan.targets = {*plan::parse_target("vllm=http://localhost:8000")};
  plan.blocks = 1;
  plan.load = plan::Concurrency{.users = users};
  plan.stop = {.duration = {}, .requests = requests};
  plan.workload.sessions = plan::Sessions{.turns = plan::parse_lengths(turns).value(),
                                          .think = plan::parse_pause(think).value()};
  return plan;
}

// Every answer takes so long, however many there are at once.
VirtualServer::Serve takes(Nanos time) {
  return [time](const Flight&, Nanos arrival, Nanos) {
    return VirtualServer::Answer{.end = arrival + time};
  };
}

TEST(Sessions, ATurnLeavesOneThinkTimeAfterTheAnswerBeforeIt) {
  Trial trial(session_plan(2, 12, "3", "2s"));
  trial.play(takes(kSecond));
  ASSERT_EQ(trial.box.rows.size(), 12u);
  // Two users, 4 sessions: turns at 0, 3 and 6 s; the next session begins as one ends, at 7 s.
  for (const std::uint64_t session : {1, 2, 3, 4}) {
    for (const std::uint32_t turn : {1U, 2U, 3U}) {
      const Nanos begin = session > 2 ? 7 * kSecond : 0;
      const record::Row& row = trial.row(session, turn);
      EXPECT_EQ(row.planned, begin + (turn - 1) * 3 * kSecond);
      EXPECT_EQ(row.sent, row.planned);
      EXPECT_EQ(row.index, (session - 1) * 3 + turn - 1);
      EXPECT_EQ(row.user, std::to_string((session - 1) % 2 + 1));
    }
  }
}

TEST(Sessions, DrawnThinkTimesAreKeptExactly) {
  Trial trial(session_plan(5, 400, "uniform(1,9)", "lognormal(8s,4s)"));
  trial.play(takes(700 * kMillisecond));
  ASSERT_EQ(trial.box.rows.size(), 400u);
  std::set<Nanos> pauses;
  std::set<std::uint64_t> indices;
  for (const record::Row& row : trial.box.rows) {
    indices.insert(row.index);
    EXPECT_EQ(row.sent, row.planned);
    if (row.turn == 1) continue;
    const auto turns = trial.prompts->conversations()->turns(row.session - 1);
    const Nanos pause = row.planned - trial.row(row.session, row.turn - 1).end;
    EXPECT_EQ(pause, turns[row.turn - 1].delay);
    pauses.insert(pause);
  }
  EXPECT_GT(pauses.size(), 200u);
  EXPECT_EQ(indices.size(), 400u);
  EXPECT_EQ(*indices.rbegin(), 399u);
}

TEST(Sessions, AUserBeginsTheNextSessionWhenOneEnds) {
  Trial trial(session_plan(3, 300, "uniform(1,5)", "uniform(0s,3s)"));
  trial.play(takes(kSecond));
  std::map<std::string, Nanos> over;  // the end of each user's last session
  for (std::uint64_t session = 1; session <= trial.schedule.sessions.size(); ++session) {
    const record::Row& first = trial.row(session, 1);
    if (over.contains(first.user)) {
      EXPECT_EQ(first.planned, over[first.user]);
    }
    const auto turns = trial.schedule.sessions[session - 1].turns;
    over[first.user] = trial.row(session, turns).end;
  }
  EXPECT_EQ(over.size(), 3u);
}

Plan graph_plan(std::uint64_t requests) {
  Plan plan = session_plan(1, requests, "1", "0s");
  plan.workload.sessions = plan::Sessions{};
  return plan;
}

// plan -> search (after 500 ms), read (at once) -> answer
constexpr std::string_view kAgent = R"(
nodes:
  - {id: answer, after: [search, read], delay: 250ms}
  - {id: plan}
  - {id: search, after: plan, delay: 500ms}
  - {id: read, after: plan}
)";

TEST(Sessions, AGraphPlaysFanOutAndJoinInOrder) {
  const Plan plan = graph_plan(8);
  const auto conversations = workload::graph_conversations(
      *workload::parse_graphs(kAgent, "agent.yaml"), plan.workload, plan.seeds);
  // As made from the file: plan, search, read, answer.
  workload::Schedule schedule;
  schedule.requests.resize(8);
  workload::expand_sessions(plan, *conversations, schedule);
  ASSERT_EQ(schedule.sessions.size(), 2u);
  Trial trial(session_plan(1, 8, "1", "0s"));
  const Stint stint{.last = 2};
  auto pacer = std::make_unique<SessionPacer>(
      stint, WorkerShare{},
      SessionLoad{.schedule = schedule, .conversations = *conversations, .users = 1}, 0, 0);
  const auto make = [paced = pacer.get()](std::uint64_t index) {
    auto flight = silent_flight(index);
    flight->row.session = paced->turn(index).place.number + 1;
    flight->row.turn = paced->turn(index).place.turn + 1;
    return flight;
  };
  // read takes 3 s, all others 1 s.
  VirtualServer server(trial.clock, [](const Flight& flight, Nanos arrival, Nanos) {
    return VirtualServer::Answer{.end = arrival + (flight.row.turn == 3 ? 3 : 1) * kSecond};
  });
  Player player(std::move(pacer), make, trial.timeouts, trial.breaker, server, trial.box, 0, 0);
  server.player = &player;
  trial.box.player = &player;
  server.play(100 * kSecond);
  ASSERT_EQ(trial.box.rows.size(), 8u);
  for (const std::uint64_t session : {1, 2}) {
    const Nanos begin = session == 1 ? 0 : 5250 * kMillisecond;
    EXPECT_EQ(trial.row(session, 1).planned, begin);
    EXPECT_EQ(trial.row(session, 2).planned, begin + 1500 * kMillisecond);  // search
    EXPECT_EQ(trial.row(session, 3).planned, begin + kSecond);              // read
    // The join waits for the slower one: 4 s, and its delay.
    EXPECT_EQ(trial.row(session, 4).planned, begin + 4250 * kMillisecond);
  }
}

TEST(Sessions, AFailedTurnEndsItsSession) {
  Trial trial(session_plan(1, 10, "5", "1s"));
  trial.play([](const Flight& flight, Nanos arrival, Nanos) {
    const bool fails = flight.row.session == 1 && flight.row.turn == 3;
    return VirtualServer::Answer{.end = arrival + kSecond,
                                 .transport = fails ? Status::kGapTimeout : Status::kOk};
  });
  ASSERT_EQ(trial.box.rows.size(), 10u);
  EXPECT_EQ(trial.row(1, 3).status, Status::kGapTimeout);
  for (const std::uint32_t turn : {4U, 5U}) {
    EXPECT_EQ(trial.row(1, turn).status, Status::kDropped);
    EXPECT_EQ(trial.row(1, turn).error, "turn 3 of its session failed (gap_timeout)");
    EXPECT_EQ(trial.row(1, turn).sent, kNever);
  }
  // The user goes on with the next session at once.
  EXPECT_EQ(trial.row(2, 1).planned, trial.row(1, 3).end);
  EXPECT_EQ(trial.row(2, 5).status, Status::kOk);
}

TEST(Sessions, StayOnOneWorkerAndAreThoseOfASingleOne) {
  const Plan plan = session_plan(5, 200, "uniform(2,6)", "uniform(0s,2s)");
  Trial alone(plan);
  alone.play(takes(kSecond));
  std::vector<record::Row> shared;
  std::map<std::uint64_t, std::uint32_t> worker_of;
  for (const std::uint32_t worker : {0U, 1U, 2U}) {
    Trial part(plan);
    part.play(takes(kSecond), {worker, 3});
    for (const auto& row : part.box.rows) {
      EXPECT_EQ(row.worker, worker);
      const auto [known, fresh] = worker_of.emplace(row.session, worker);
      EXPECT_TRUE(fresh || known->second == worker);
      shared.push_back(row);
    }
  }
  ASSERT_EQ(shared.size(), alone.box.rows.size());
  std::set<std::uint64_t> indices;
  for (const auto& row : shared) {
    indices.insert(row.index);
    EXPECT_EQ(row.index, alone.row(row.session, row.turn).index);
  }
  EXPECT_EQ(indices.size(), shared.size());
}

TEST(Sessions, TimeEndsThemInTheMiddle) {
  Plan plan = session_plan(2, 1, "50", "1s");
  plan.stop = {.duration = 20 * kSecond, .requests = {}};
  Trial trial(plan);
  trial.play(takes(kSecond));
  // A turn each 2 s: those at 0, 2, ... 18 s. The rest is not recorded, as nobody planned it.
  EXPECT_EQ(trial.box.rows.size(), 20u);
  for (const auto& row : trial.box.rows) EXPECT_LT(row.planned, 20 * kSecond);
  EXPECT_EQ(trial.next_session, 2u);
}

Plan open_plan(double rate, const char* turns, const char* think) {
  Plan plan = session_plan(1, 1, turns, think);
  plan.load = plan::Rate{.per_second = rate, .arrivals = plan::Rate::Arrivals::kConstant};
  return plan;
}

TEST(Sessions, InOpenLoopArriveAtTheirInstantsWhateverTheAnswersDo) {
  Plan plan = open_plan(2, "3", "1s");
  plan.stop = {.duration = 20 * kSecond, .requests = {}};
  Trial trial(plan);
  trial.play(takes(3 * kSecond));
  std::uint64_t late_turns = 0;
  for (const auto& row : trial.box.rows) {
    const Nanos arrival = static_cast<Nanos>(row.session - 1) * 500 * kMillisecond;
    EXPECT_EQ(row.planned, arrival + (row.turn - 1) * 4 * kSecond);
    EXPECT_EQ(row.sent, row.planned);
    EXPECT_LT(row.planned, 20 * kSecond);
    EXPECT_TRUE(row.user.empty());
    late_turns += row.turn == 3 ? 1 : 0;
  }
  // 40 sessions arrive; second turns are due from 4 s on, third ones from 8 s on.
  EXPECT_EQ(trial.box.rows.size(), 40u + 32u + 24u);
  EXPECT_EQ(late_turns, 24u);
}

TEST(Sessions, ACapDropsATurnAndWhatWaitsForIt) {
  Plan plan = open_plan(1, "3", "1s");
  std::get<plan::Rate>(plan.load).max_in_flight = 1;
  plan.stop = {.duration = {}, .requests = 6};
  Trial trial(plan);
  trial.play(takes(1500 * kMillisecond));  // the second session arrives while the first is answered
  ASSERT_EQ(trial.box.rows.size(), 6u);
  EXPECT_EQ(trial.row(1, 3).status, Status::kOk);
  EXPECT_EQ(trial.row(2, 1).status, Status::kDropped);
  EXPECT_NE(trial.row(2, 1).error.find("max_in_flight"), std::string::npos);
  EXPECT_EQ(trial.row(2, 2).error, "turn 1 of its session was dropped (max_in_flight)");
  EXPECT_EQ(trial.row(2, 3).status, Status::kDropped);
}

TEST(Sessions, OfATargetGivenUpAreRecordedAsDropped) {
  for (const bool open : {false, true}) {
    Plan plan = open ? open_plan(10, "4", "1s") : session_plan(3, 100, "4", "1s");
    plan.stop = {.duration = {}, .requests = 100};
    Trial trial(plan);
    trial.play([](const Flight&, Nanos arrival, Nanos) {
      return VirtualServer::Answer{.end = arrival + kSecond, .transport = Status::kConnectRefused};
    });
    EXPECT_TRUE(trial.breaker.open());
    ASSERT_EQ(trial.box.rows.size(), 100u) << open;
    std::set<std::uint64_t> indices;
    for (const auto& row : trial.box.rows) indices.insert(row.index);
    EXPECT_EQ(indices.size(), 100u);
  }
}

TEST(Sessions, TheFirstToLeaveAreWarmUp) {
  Plan plan = session_plan(4, 20, "3", "1s");
  plan.warmup.requests = 8;
  Trial trial(plan);
  trial.play(takes(kSecond));
  ASSERT_EQ(trial.box.rows.size(), 28u);
  std::size_t warm = 0;
  Nanos last_warm = 0;
  Nanos first_measured = INT64_MAX;
  for (const auto& row : trial.box.rows) {
    warm += row.warmup ? 1 : 0;
    if (row.warmup) last_warm = std::max(last_warm, row.sent);
    if (!row.warmup) first_measured = std::min(first_measured, row.sent);
  }
  EXPECT_EQ(warm, 8u);
  EXPECT_LE(last_warm, first_measured);
}

// How many requests such a warm-up takes is seen only as it plays; what is asked for comes after
// it.
TEST(Sessions, BehindAWarmUpByTimeAsManyAreMeasuredAsWereAskedFor) {
  for (const std::uint32_t workers : {1U, 3U}) {
    Plan plan = session_plan(7, 50, "uniform(1,5)", "200ms");
    plan.warmup.duration = 5 * kSecond;
    plan.blocks = 2;
    Trial trial(plan);
    ASSERT_EQ(trial.rounds.size(), 2u);
    std::uint64_t next = 0;
    for (const std::size_t round : {0U, 1U}) {
      const Nanos start = trial.clock.now();
      std::uint64_t past = next;
      for (std::uint32_t worker = 0; worker < workers; ++worker) {
        trial.clock.set(start);  // workers play at the same time
        trial.play(takes(kSecond), {worker, workers}, round, next);
        past = std::max(past, trial.next_session);
      }
      next = past;
    }
    std::size_t measured = 0;
    std::set<std::uint64_t> indices;
    for (const auto& row : trial.box.rows) {
      EXPECT_EQ(row.status, Status::kOk);
      EXPECT_EQ(row.warmup, row.block == 0 && row.sent < 5 * kSecond);
      measured += row.warmup ? 0 : 1;
      indices.insert(row.index);
    }
    EXPECT_EQ(measured, 50u) << workers;
    EXPECT_GT(trial.box.rows.size(), 50u + 7 * 3) << "each user asks at least once in 1.2 s";
    EXPECT_EQ(indices.size(), trial.box.rows.size());
  }
}

TEST(Sessions, FailingOnesAreCountedToo) {
  Plan plan = session_plan(2, 30, "4", "0s");
  plan.warmup.duration = kMillisecond;
  Trial trial(plan);
  trial.play([](const Flight& flight, Nanos arrival, Nanos) {
    return VirtualServer::Answer{
        .end = arrival + kSecond,
        .transport = flight.row.turn == 3 ? Status::kTruncated : Status::kOk};
  });
  std::size_t measured = 0;
  for (const auto& row : trial.box.rows) measured += row.warmup ? 0 : 1;
  EXPECT_EQ(measured, 30u) << "those that failed and those that they took along";
}

TEST(Sessions, BlocksHoldWholeSessionsAndAllOfThem) {
  for (const bool open : {false, true}) {
    Plan plan =
        open ? open_plan(5, "uniform(1,7)", "0s") : session_plan(3, 1, "uniform(1,7)", "100ms");
    plan.stop = {.duration = {}, .requests = 200};
    plan.blocks = 4;
    Trial trial(plan);
    ASSERT_EQ(trial.rounds.size(), 4u);
    std::uint64_t next = 0;
    for (std::size_t round = 0; round < 4; ++round) {
      EXPECT_EQ(trial.rounds[round][0].first, next);
      next = trial.rounds[round][0].last;
      trial.play(takes(kSecond), {}, round);
    }
    EXPECT_EQ(next, trial.schedule.sessions.size());
    EXPECT_EQ(trial.box.rows.size(), 200u);
    std::map<std::uint64_t, std::set<std::uint32_t>> blocks;
    for (const auto& row : trial.box.rows) blocks[row.session].insert(row.block);
    for (const auto& [session, where] : blocks) EXPECT_EQ(where.size(), 1u) << session;
  }
}

TEST(Sessions, WindowsOfTimeCutThemInOpenLoop) {
  Plan plan = open_plan(2, "10", "1s");
  plan.stop = {.duration = 20 * kSecond, .requests = {}};
  plan.blocks = 2;
  Trial trial(plan);
  ASSERT_EQ(trial.rounds.size(), 2u);
  for (const std::size_t round : {0U, 1U}) {
    const Stint& stint = trial.rounds[round][0];
    EXPECT_EQ(stint.first, round * 20);
    EXPECT_EQ(stint.last, round * 20 + 20);
    EXPECT_EQ(stint.duration, 10 * kSecond);
    const Nanos start = trial.clock.now();
    trial.box.rows.clear();
    trial.play(takes(kSecond), {}, round);
    // 20 sessions arrive, a turn each 2 s: in 10 s the k-th has been asked as often as it could.
    std::size_t expected = 0;
    for (Nanos at = 0; at < 10 * kSecond; at += 500 * kMillisecond) {
      expected += static_cast<std::size_t>((10 * kSecond - at + 2 * kSecond - 1) / (2 * kSecond));
    }
    EXPECT_EQ(trial.box.rows.size(), expected);
    for (const auto& row : trial.box.rows) {
      EXPECT_GE(row.planned, start);
      EXPECT_LT(row.planned, start + 10 * kSecond);
    }
  }
}

TEST(Sessions, WhatIsBuiltAheadIsWhatLeaves) {
  Trial trial(session_plan(4, 300, "uniform(1,9)", "uniform(0s,9s)"));
  trial.play(takes(kSecond));
  ASSERT_EQ(trial.box.rows.size(), 300u);
  EXPECT_EQ(trial.made, 300);
}

TEST(Sessions, AreTheSameTwice) {
  const Plan plan = session_plan(4, 100, "uniform(1,9)", "exponential(2s)");
  Trial one(plan);
  Trial two(plan);
  one.play(takes(kSecond));
  two.play(takes(kSecond));
  EXPECT_EQ(one.schedule.digest, two.schedule.digest);
  EXPECT_EQ(one.box.rows, two.box.rows);
  Plan other = plan;
  other.workload.sessions->think = *plan::parse_pause("exponential(3s)");
  EXPECT_NE(Trial(other).schedule.digest, one.schedule.digest);
}

}  // namespace
}  // namespace tt::load
