// Each load shape played in virtual time: plan, schedule, pacer and player together, and every
// instant at which a request leaves.
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "load/virtual_wire.h"
#include "workload/trace.h"
#include "workload/trace_prompts.h"

namespace tt::load {
namespace {

using plan::Plan;
using plan::Stage;
using workload::Schedule;
using Curve = plan::Stage::Curve;

constexpr Nanos kService = 10 * kMillisecond;

struct Played {
  std::vector<record::Row> rows;
  std::vector<Nanos> sent() const {
    std::vector<Nanos> instants;
    for (const auto& row : rows) instants.push_back(row.sent);
    std::ranges::sort(instants);
    return instants;
  }
  std::vector<double> seconds() const {
    std::vector<double> instants;
    for (const Nanos at : sent()) instants.push_back(to_seconds(at));
    return instants;
  }
};

// All stints of the first target, one after another on one clock; each takes `service`.
Played play(const Plan& plan, const workload::PromptSource& prompts, Nanos service = kService) {
  const auto schedule = workload::make_schedule(plan, prompts);
  EXPECT_TRUE(schedule) << schedule.error().text();
  Played played;
  if (!schedule) return played;
  std::vector<plan::UserChange> users;
  const auto* closed = std::get_if<plan::Concurrency>(&plan.load);
  if (closed != nullptr && !closed->stages.empty()) {
    users = plan::LoadCurve(closed->stages, schedule->playing).users();
  }
  VirtualClock clock;
  RowBox box;
  std::uint64_t next = 0;
  for (const Round& round : cut_into_rounds(plan, *schedule)) {
    const Stint& stint = round.front();
    if (stint.target != 0) continue;
    const Nanos start = clock.now();
    auto pacer = closed == nullptr ? make_open_pacer(stint, {}, schedule->requests,
                                                     plan::most_in_flight(plan.load), start)
                 : users.empty()   ? make_closed_pacer(stint, {}, closed->users, next, start)
                                   : make_shaped_pacer(stint, {}, users, next, start);
    const auto serve = [&](const Flight&, Nanos arrival, Nanos) {
      return VirtualServer::Answer{.end = arrival + service};
    };
    const plan::Timeouts none{.connect = 0, .first_token = 0, .gap = 0, .total = 0};
    Breaker breaker;
    VirtualServer server(clock, serve);
    const auto make = [&](std::uint64_t index) {
      auto flight = silent_flight(index);
      flight->leave_after =
          index < schedule->requests.size() ? schedule->requests[index].leave_after : 0;
      return flight;
    };
    Player player(std::move(pacer), make, none, breaker, server, box, stint.block, 0);
    server.player = &player;
    server.play(clock.now() + 3600 * kSecond);
    next = player.next_index();
  }
  played.rows = std::move(box.rows);
  return played;
}

Plan plan_of(plan::LoadShape load) {
  Plan plan;
  plan.targets.resize(1);
  plan.targets[0].name = "t";
  plan.targets[0].url = "http://t:1";
  plan.load = std::move(load);
  plan.blocks = 1;
  return plan;
}

std::unique_ptr<workload::PromptSource> prompts_of(const Plan& plan) {
  auto prompts = workload::make_prompts(plan);
  EXPECT_TRUE(prompts) << prompts.error().text();
  return prompts ? std::move(*prompts) : nullptr;
}

Played play(const Plan& plan, Nanos service = kService) {
  return play(plan, *prompts_of(plan), service);
}

plan::Rate even(std::vector<Stage> stages) {
  return {.arrivals = plan::Rate::Arrivals::kConstant, .stages = std::move(stages)};
}

void expect_instants(const std::vector<double>& seen, const std::vector<double>& expected) {
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], expected[i], 2e-9) << i;
}

TEST(Shapes, LinearRampSendsWhereItsIntegralIsWhole) {
  // From 0 to 10 a second in 10 s: the integral is t^2 / 2, request k leaves at sqrt(2 k).
  const auto seen = play(plan_of(even({{.duration = 10 * kSecond, .from = 0, .to = 10}})));
  std::vector<double> expected;
  for (int k = 0; k < 50; ++k) expected.push_back(std::sqrt(2.0 * k));
  expect_instants(seen.seconds(), expected);
  for (const auto& row : seen.rows) EXPECT_EQ(row.planned, row.sent);
}

TEST(Shapes, ExponentialRamp) {
  // 1 to 16 a second in 10 s: integral (16^(t/10) - 1) * 10 / ln 16.
  const auto seen = play(plan_of(
      even({{.duration = 10 * kSecond, .from = 1, .to = 16, .curve = Curve::kExponential}})));
  std::vector<double> expected;
  const double pace = std::log(16.0) / 10;
  for (int k = 0; k * pace <= 15; ++k) expected.push_back(std::log1p(k * pace) / pace);
  expect_instants(seen.seconds(), expected);
}

TEST(Shapes, WaveSendsByItsCosine) {
  // 0 to 8 a second, one period of 10 s: the integral is 4 t - 4 * 10 / (2 pi) sin(2 pi t / 10).
  const auto seen =
      play(plan_of(even({{.duration = 10 * kSecond, .from = 0, .to = 8, .curve = Curve::kWave}})));
  const auto instants = seen.seconds();
  ASSERT_EQ(instants.size(), 40u);
  for (std::size_t k = 0; k < instants.size(); ++k) {
    const double turn = 2 * M_PI / 10;
    EXPECT_NEAR(4 * instants[k] - 4 / turn * std::sin(turn * instants[k]), k, 1e-7) << k;
  }
  EXPECT_NEAR(instants[20], 5, 1e-9) << "half of them by the middle";
}

TEST(Shapes, BurstAndStepAndAPause) {
  const auto burst = play(plan_of(even({{.duration = 8 * kSecond,
                                         .from = 1,
                                         .to = 4,
                                         .curve = Curve::kBurst,
                                         .period = 4 * kSecond,
                                         .burst = kSecond}})));
  expect_instants(burst.seconds(), {0, 1, 2, 3, 3.25, 3.5, 3.75, 4, 5, 6, 7, 7.25, 7.5, 7.75});
  const auto step = play(plan_of(
      even({{.duration = 6 * kSecond, .from = 1, .to = 2, .curve = Curve::kStep, .steps = 2},
            {.duration = 3 * kSecond, .from = 0, .to = 0},
            {.duration = kSecond, .from = 2, .to = 2}})));
  expect_instants(step.seconds(), {0, 1, 2, 3, 3.5, 4, 4.5, 5, 5.5, 9, 9.5});
}

TEST(Shapes, BusinessHoursFollowTheDay) {
  const auto seen = play(plan_of(
      even({{.duration = 24 * kSecond, .from = 0, .to = 100, .curve = Curve::kBusinessHours}})));
  const auto instants = seen.seconds();
  const auto between = [&](double from, double to) {
    return std::ranges::count_if(instants, [&](double t) { return from <= t && t < to; });
  };
  EXPECT_EQ(between(0, 5.99), 0) << "nobody works at night";
  EXPECT_NEAR(static_cast<double>(between(6, 9)), 120, 1);  // a triangle to 80
  EXPECT_NEAR(static_cast<double>(between(11, 12)), 100, 1);
  EXPECT_NEAR(static_cast<double>(between(12, 13)), 85, 1);
  EXPECT_NEAR(static_cast<double>(between(22, 24)), 10, 1);
}

TEST(Shapes, PoissonArrivalsFollowTheRateAndTheSeed) {
  Plan plan = plan_of(plan::Rate{.stages = {{.duration = 100 * kSecond, .from = 10, .to = 190}}});
  const auto seen = play(plan).seconds();
  // 10,000 expected; each quarter holds what the line gives it, within five standard deviations.
  const double share[] = {0.08125, 0.19375, 0.30625, 0.41875};
  for (int q = 0; q < 4; ++q) {
    const double expected = share[q] * 10'000;
    const auto count =
        std::ranges::count_if(seen, [&](double t) { return t >= q * 25 && t < (q + 1) * 25; });
    EXPECT_NEAR(static_cast<double>(count), expected, 5 * std::sqrt(expected)) << q;
  }
  // Laid back onto the integral, gaps are exponential with mean 1: their mean and variance.
  double sum = 0;
  double squares = 0;
  double last = 0;
  for (const double t : seen) {
    const double area = 10 * t + 0.9 * t * t;
    sum += area - last;
    squares += (area - last) * (area - last);
    last = area;
  }
  const auto n = static_cast<double>(seen.size());
  EXPECT_NEAR(sum / n, 1, 0.05);
  EXPECT_NEAR(squares / n - 1, 1, 0.15);
  EXPECT_EQ(play(plan).sent(), play(plan).sent());
  Plan other = plan;
  other.seeds.arrivals = 99;
  EXPECT_NE(play(plan).sent(), play(other).sent());
}

TEST(Shapes, GammaArrivalsKeepTheRateAndAreBurstier) {
  const auto variance = [](double burstiness) {
    const auto seen =
        play(plan_of(plan::Rate{.arrivals = plan::Rate::Arrivals::kGamma,
                                .burstiness = burstiness,
                                .stages = {{.duration = 200 * kSecond, .from = 10, .to = 40}}}))
            .seconds();
    EXPECT_NEAR(static_cast<double>(seen.size()), 5000, 5 * std::sqrt(5000 / burstiness));
    double last = 0;
    double squares = 0;
    for (const double t : seen) {
      const double area = 10 * t + 0.075 * t * t;
      squares += (area - last - 1) * (area - last - 1);
      last = area;
    }
    return squares / static_cast<double>(seen.size());
  };
  EXPECT_NEAR(variance(4), 0.25, 0.05);
  EXPECT_NEAR(variance(0.5), 2, 0.4);
}

TEST(Shapes, WarmupComesBeforeTheShape) {
  Plan plan = plan_of(even({{.duration = 4 * kSecond, .from = 1, .to = 3}}));
  plan.warmup.duration = 2 * kSecond;
  const auto timed = play(plan);
  EXPECT_EQ(timed.rows.size(), 10u);  // two, then the integral of the line, 8
  for (const auto& row : timed.rows) EXPECT_EQ(row.warmup, row.sent < 2 * kSecond);
  plan.warmup = {.requests = 3};
  const auto counted = play(plan);
  EXPECT_EQ(std::ranges::count(counted.rows, true, &record::Row::warmup), 3);
  const auto instants = counted.seconds();
  // Measuring begins with the last request of the warm-up; t + t^2 / 4 = 1 from there.
  EXPECT_NEAR(instants[2], 2, 1e-9);
  EXPECT_NEAR(instants[3], 2 + 2 * (std::sqrt(2.0) - 1), 1e-9);
}

TEST(Shapes, BlocksPlayTheWholeShapeAgain) {
  Plan plan = plan_of(even({{.duration = 4 * kSecond, .from = 0, .to = 4}}));
  plan.blocks = 3;
  const auto seen = play(plan);
  std::vector<std::vector<double>> blocks(3);
  Nanos begins[3] = {INT64_MAX, INT64_MAX, INT64_MAX};
  for (const auto& row : seen.rows) begins[row.block] = std::min(begins[row.block], row.sent);
  for (const auto& row : seen.rows) {
    blocks[row.block].push_back(to_seconds(row.sent - begins[row.block]));
  }
  for (auto& block : blocks) {
    std::ranges::sort(block);
    std::vector<double> expected;
    for (int k = 0; k < 8; ++k) expected.push_back(std::sqrt(2.0 * k));
    expect_instants(block, expected);
  }
}

// How many were in flight at an instant.
std::int64_t flying(const Played& played, double seconds) {
  const Nanos at = from_seconds(seconds);
  return std::ranges::count_if(played.rows,
                               [&](const auto& row) { return row.sent <= at && at < row.end; });
}

TEST(Shapes, UsersComeAtTheirInstantsAndLeaveAtTheEndOfARequest) {
  Plan plan = plan_of(plan::Concurrency{.stages = {{.duration = 10 * kSecond, .from = 1, .to = 3},
                                                   {.duration = 5 * kSecond, .from = 3, .to = 3},
                                                   {.duration = 5 * kSecond, .from = 1, .to = 1}}});
  const auto seen = play(plan, 2 * kSecond);
  // The second user comes at 2.5 s, the third at 7.5 s; each asks every 2 s.
  std::vector<Nanos> first(seen.sent());
  EXPECT_EQ(std::ranges::count(first, 2500 * kMillisecond), 1);
  EXPECT_EQ(std::ranges::count(first, 7500 * kMillisecond), 1);
  EXPECT_EQ(flying(seen, 1), 1);
  EXPECT_EQ(flying(seen, 5), 2);
  EXPECT_EQ(flying(seen, 12), 3);
  // From 15 s on there is one user: whoever ends then leaves, but nobody is cut short.
  EXPECT_EQ(flying(seen, 15.2), 3);
  EXPECT_EQ(flying(seen, 16.9), 1);
  EXPECT_EQ(flying(seen, 19.9), 1);
  for (const auto& row : seen.rows) {
    EXPECT_EQ(row.status, Status::kOk);
    EXPECT_EQ(row.end - row.sent, 2 * kSecond);
    EXPECT_LT(row.sent, 20 * kSecond);
    EXPECT_EQ(row.sent, row.planned);
  }
}

TEST(Shapes, UsersOfARampFromNothingAndAWave) {
  Plan plan = plan_of(plan::Concurrency{
      .stages = {{.duration = 12 * kSecond, .from = 0, .to = 4, .curve = Curve::kWave}}});
  const auto seen = play(plan, 100 * kMillisecond);
  ASSERT_FALSE(seen.rows.empty());
  // 4 (1 - cos(2 pi t / 12)) / 2 passes 0.5 where the cosine is 0.75.
  EXPECT_NEAR(seen.seconds().front(), 12 * std::acos(0.75) / (2 * M_PI), 1e-6);
  EXPECT_EQ(flying(seen, 6), 4);
  EXPECT_EQ(flying(seen, 11.9), 0);
}

TEST(Shapes, TheClosedShapeBeginsAfterItsWarmup) {
  Plan plan = plan_of(plan::Concurrency{.stages = {{.duration = 4 * kSecond, .from = 1, .to = 1},
                                                   {.duration = 4 * kSecond, .from = 2, .to = 2}}});
  plan.warmup.requests = 5;
  const auto seen = play(plan, kSecond);
  EXPECT_EQ(std::ranges::count(seen.rows, true, &record::Row::warmup), 5);
  EXPECT_EQ(flying(seen, 8.5), 1);
  EXPECT_EQ(flying(seen, 9.5), 2);
  EXPECT_EQ(seen.sent().back(), 12 * kSecond);
}

TEST(Shapes, WorkersShareTheUsersOfAShape) {
  const std::vector<plan::UserChange> users = {{0, 1}, {kSecond, 5}, {2 * kSecond, 2}};
  const Stint stint{.duration = 3 * kSecond};
  std::vector<std::size_t> first;
  std::set<std::uint64_t> seen;
  for (std::uint32_t worker = 0; worker < 3; ++worker) {
    auto pacer = make_shaped_pacer(stint, {worker, 3}, users, 0, 0);
    std::size_t at_once = 0;
    for (; auto due = pacer->take(kSecond); ++at_once) EXPECT_TRUE(seen.insert(due->index).second);
    first.push_back(at_once);
  }
  EXPECT_EQ(first, (std::vector<std::size_t>{2, 2, 1}));
}

TEST(Shapes, ClientsLeaveAtTheirInstants) {
  Plan plan = plan_of(even({{.duration = 10 * kSecond, .from = 5, .to = 5}}));
  plan.workload.cancel = plan::Cancel{
      .share = 0.4, .after = *plan::parse_pause("uniform(300ms,1500ms)"), .after_tokens = {}};
  const auto prompts = prompts_of(plan);
  const auto schedule = workload::make_schedule(plan, *prompts);
  ASSERT_TRUE(schedule);
  const auto seen = play(plan, *prompts, kSecond);
  ASSERT_EQ(seen.rows.size(), 50u);
  std::size_t left = 0;
  for (const auto& row : seen.rows) {
    const Nanos patience = schedule->requests[row.index].leave_after;
    if (patience > 0 && patience < kSecond) {
      ++left;
      EXPECT_EQ(row.status, Status::kLeft);
      EXPECT_EQ(row.end, row.sent + patience);
    } else {
      EXPECT_EQ(row.status, Status::kOk);
      EXPECT_EQ(row.end, row.sent + kSecond);
    }
  }
  EXPECT_GT(left, 3u);
  EXPECT_LT(left, 25u);
}

TEST(Shapes, InAClosedLoopTheNextUserComesWhenOneHasLeft) {
  Plan plan = plan_of(plan::Concurrency{.users = 1});
  plan.stop.requests = 5;
  plan.workload.cancel =
      plan::Cancel{.share = 1, .after = *plan::parse_pause("250ms"), .after_tokens = {}};
  const auto seen = play(plan, 3600 * kSecond);
  ASSERT_EQ(seen.rows.size(), 5u);
  expect_instants(seen.seconds(), {0, 0.25, 0.5, 0.75, 1});
  for (const auto& row : seen.rows) EXPECT_EQ(row.status, Status::kLeft);
}

TEST(Shapes, ATraceIsReplayedExactly) {
  std::istringstream in(
      "timestamp,input_tokens,output_tokens\n"
      "100,11,5\n100.000000001,12,6\n100.5,13,7\n100.5,14,8\n163.25,15,9\n");
  auto trace = workload::read_trace(in, plan::TraceReplay::Format::kAuto, "t");
  ASSERT_TRUE(trace);
  for (const double speed : {1.0, 2.5}) {
    const plan::TraceReplay replay{.path = "t", .speed = speed};
    auto cut = workload::cut_trace(*trace, replay, 1);
    ASSERT_TRUE(cut);
    auto texts = workload::make_prompts(plan::Workload{}, plan::Seeds{});
    ASSERT_TRUE(texts);
    const auto prompts = workload::with_trace(std::move(*texts), std::move(*cut), replay, 3);
    const Plan plan = plan_of(replay);
    const auto schedule = workload::make_schedule(plan, *prompts);
    ASSERT_TRUE(schedule);
    ASSERT_EQ(schedule->requests.size(), 5u);
    const Nanos at[] = {0, 1, 500'000'000, 500'000'000, 63'250'000'000};
    const auto seen = play(plan, *prompts);
    ASSERT_EQ(seen.rows.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
      const Nanos expected = std::llround(static_cast<double>(at[i]) / speed);
      EXPECT_EQ(schedule->requests[i].at, expected);
      EXPECT_EQ(schedule->requests[i].input_tokens, 11 + i);
      EXPECT_EQ(schedule->requests[i].output_tokens, 5 + i);
      EXPECT_EQ(seen.sent()[i], expected);
    }
  }
}

}  // namespace
}  // namespace tt::load
