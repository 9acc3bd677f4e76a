#include "plan/load_section.h"

#include <gtest/gtest.h>

#include "plan/load_words.h"

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

Plan good(std::string_view yaml) {
  auto plan = parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(plan) << plan.error().text();
  return plan.value_or(Plan{});
}

void expect_fault(std::string_view yaml, std::string_view part) {
  const auto plan = parse_plan(yaml, "p.yaml");
  ASSERT_FALSE(plan) << "accepted: " << yaml;
  EXPECT_NE(plan.error().text().find(part), std::string::npos)
      << "'" << part << "' is not in: " << plan.error().text();
}

TEST(PlanLoad, ACurveOverTheRun) {
  const Plan ramp = good("load: {rate: 2, to: 20}");
  EXPECT_EQ(std::get<Rate>(ramp.load).stages, (std::vector<Stage>{{.from = 2, .to = 20}}));
  EXPECT_EQ(ramp.stop.duration, 60 * kSecond);
  EXPECT_EQ(ramp.blocks, 1u) << "a shape is played once, where nothing else is said";
  EXPECT_EQ(good("load: {rate: 2, to: 20}\nblocks: 3").blocks, 3u);
  const Plan wave = good("load: {concurrency: 4, to: 16, curve: wave, period: 20s}");
  EXPECT_EQ(
      std::get<Concurrency>(wave.load).stages,
      (std::vector<Stage>{{.from = 4, .to = 16, .curve = Curve::kWave, .period = 20 * kSecond}}));
}

TEST(PlanLoad, StagesGoOnFromWhereTheLastOneEnded) {
  const Plan plan = good(R"(
load:
  stages:
    - {duration: 30s, rate: 2}
    - {duration: 60s, to: 20}
    - {duration: 60s, to: 5, curve: wave, period: 20s}
    - {duration: 10s, to: 1}
  arrivals: constant
)");
  const auto& rate = std::get<Rate>(plan.load);
  EXPECT_EQ(rate.arrivals, Rate::Arrivals::kConstant);
  EXPECT_EQ(rate.stages, (std::vector<Stage>{{.duration = 30 * kSecond, .from = 2, .to = 2},
                                             {.duration = 60 * kSecond, .from = 2, .to = 20},
                                             {.duration = 60 * kSecond,
                                              .from = 20,
                                              .to = 5,
                                              .curve = Curve::kWave,
                                              .period = 20 * kSecond},
                                             {.duration = 10 * kSecond, .from = 20, .to = 1}}));
  EXPECT_FALSE(plan.stop.duration) << "the stages end it";
}

TEST(PlanLoad, SurvivesWritingAndReading) {
  for (const std::string_view yaml : {
           "load: {rate: 2.5, to: 20, curve: exponential, arrivals: constant}",
           "load: {concurrency: 1, to: 64, curve: step, steps: 7}\nblocks: 2",
           "load: {rate: 1, to: 9, curve: burst, period: 2m, burst: 30s, burstiness: 0.5}",
           "load: {rate: 1, to: 9, curve: business_hours, max_in_flight: 3}",
           "load: {stages: [{duration: 1s, concurrency: 2}, {duration: 2s, to: 0}]}",
           "load: {trace: t.csv}",
           ("load: {trace: {file: t.jsonl, format: mooncake, speed: 2, scale: 0.5, input_scale: 2, "
            "output_scale: 3, start: 1m, duration: 10m, max_input: 8192, max_output: 100, longer: "
            "skip}, max_in_flight: 9}"),
       }) {
    const Plan plan = good(yaml);
    EXPECT_EQ(good(format_plan(plan)), plan) << yaml;
  }
}

TEST(PlanLoad, SaysWhatIsWrong) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"load: {rate: 1, concurrency: 2}", "has both concurrency (closed loop) and rate"},
      {"load: {rate: 1, trace: t.csv}", "has both rate and trace; keep one"},
      {"load: {rate: 1, stages: []}", "has both rate and stages; keep one"},
      {"load: {stages: []}", "stages must hold at least one"},
      {"load: {to: 5}", "needs concurrency: N (closed loop), rate: N"},
      {"load: {rate: 1, curve: wave}", "wave needs to"},
      {"load: {rate: 1, to: 2, curve: waves}", "did you mean wave?"},
      {"load: {rate: 1, to: 2, period: 5s}", "period belongs to curve: wave, burst"},
      {"load: {rate: 1, to: 2, curve: wave, burst: 5s}", "burst belongs to curve: burst"},
      {"load: {rate: 1, to: 2, steps: 5}", "steps belongs to curve: step"},
      {"load: {rate: 0, to: 2, curve: exponential}", "exponential cannot begin or end at 0"},
      {"load: {rate: -1, to: 2}", "load.rate: must lie from 0 to 1000000 requests a second"},
      {"load: {rate: 0, to: 0}", "load: never sends a request"},
      {"load: {concurrency: 1, to: 2.5}", "load.to: must be a whole number of users"},
      {"load: {concurrency: 1, to: 5, arrivals: constant}", "arrivals belongs to rate"},
      {"load: {trace: t.csv, arrivals: constant}", "a trace has its own instants"},
      {"load: {trace: t.csv, to: 5}", "to belongs to rate or concurrency"},
      {"load: {trace: {speed: 2}}", "load.trace: must name a file"},
      {"load: {trace: {file: t, speed: 0}}", "load.trace.speed: must lie from"},
      {"load: {trace: {file: t, longer: skip}}", "says what happens to a request over max_input"},
      {"load: {stages: [{duration: 5s}]}", "the first stage needs rate or concurrency"},
      {"load: {stages: [{rate: 5}]}", "load.stages[0]: needs a duration"},
      {"load: {stages: [{duration: 0s, rate: 5}, {duration: 1s, to: 2}]}",
       "load.stages[0].duration: must be more than 0"},
      {"load: {stages: [{duration: 5s, rate: 5}, {duration: 5s}]}",
       "load.stages[1]: needs a level: rate, concurrency or to"},
      {"load: {stages: [{duration: 5s, rate: 5}, {duration: 5s, concurrency: 5}]}",
       "rate and concurrency cannot follow each other"},
      {"load: {stages: [{duration: 5s, rate: 5}], to: 3}", "to belongs to rate or concurrency"},
      {"load: {stages: [{duration: 5s, rate: 5}]}\nstop: {duration: 6s}",
       "stop.duration: is longer than the stages, which last 5s"},
      {"load: {rate: 0, to: 5}\nwarmup: {requests: 3}",
       "warmup: is sent at the level with which the load begins, and that is 0"},
      {"load: {rate: 1, to: 5}\nstop: {requests: 9}", "stop.duration: is needed"},
      {"load: {rate: 1, to: 5}\nblocks: 2\nstop: {requests: 9, duration: 5s}",
       "stop.requests: cannot end a load that varies and is played several times"},
      {"load: {rate: 1, to: 5, curve: wave, period: 1ms}\nstop: {duration: 20h}",
       "changes too often"},
      {"load: {rate: 1000000, to: 900000}\nstop: {duration: 10h}", "a run may have at most"},
      {"load: {concurrency: 1, to: 4}\nworkload: {sessions: {}}", "sessions need a steady"},
  };
  for (const auto& [yaml, part] : cases) expect_fault(yaml, part);
}

TEST(LoadText, TellsLoadsApart) {
  const auto text = [](std::string_view yaml) { return load_text(good(yaml).load); };
  EXPECT_EQ(text("load: {concurrency: 16}"), "concurrency 16");
  EXPECT_EQ(text("load: {rate: 4}"), "Poisson 4/s");
  EXPECT_EQ(text("load: {rate: 2, to: 20}"), "Poisson, 2 to 20/s linear");
  EXPECT_EQ(text("load: {concurrency: 2, to: 20, curve: step, steps: 3}"),
            "concurrency, 2 to 20 users in 3 steps");
  EXPECT_EQ(text("load: {stages: [{duration: 5s, rate: 1}, {duration: 9s, to: 3, curve: wave, "
                 "period: 3s}]}"),
            "Poisson, 1/s for 5s, then wave of 1 to 3/s every 3s over 9s");
  EXPECT_EQ(text("load: {trace: {file: a/b.csv, speed: 2, max_input: 99}}"),
            "trace b.csv, speed x2.00, input to 99");
  EXPECT_EQ(text("load: {rate: 2, to: 9, curve: burst, period: 2m, burst: 30s}"),
            "Poisson, 2/s with bursts to 9/s of 30s every 120s");
}

}  // namespace
}  // namespace tt::plan
