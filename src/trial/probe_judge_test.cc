#include "trial/probe_judge.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::trial {
namespace {

// 1000 requests a second apart with a TTFT of 100 ms, every `fails`-th one refused.
StoredRun run_of(std::uint64_t fails, std::vector<analysis::Slo> slos) {
  StoredRun run;
  run.input = analysis::make_run({"vllm"}, analysis::LoadKind::kOpen);
  run.input.slos = std::move(slos);
  run.manifest.status = record::RunStatus::kCompleted;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const analysis::RowShape shape{.planned_ms = 1e3 * static_cast<double>(i)};
    const bool refused = fails > 0 && i % fails == 0;
    run.rows.push_back(refused ? analysis::make_failed(shape, Status::kOverloaded, i)
                               : analysis::make_row(shape, i));
    if (refused) ++run.manifest.counts.failed["overloaded"];
  }
  run.manifest.counts.rows = run.rows.size();
  return run;
}

analysis::Slo ttft() { return *analysis::make_slo("ttft", 0.9, 200e6, "ttft_p90=200ms"); }

TEST(JudgeProbe, WhatKeepsItsLimitsIsMet) {
  const auto outcome = judge_probe(run_of(0, {ttft()}));
  EXPECT_GT(outcome.support, 0.99);
  EXPECT_EQ(outcome.why, "ttft_p90=200ms: 100 ms");
}

// Those that were answered were answered in time: an engine that sheds load looks quick.
TEST(JudgeProbe, ALoadOfWhichAPartIsRefusedIsMissed) {
  const auto outcome = judge_probe(run_of(20, {ttft()}));
  EXPECT_LT(outcome.support, 0.01);
  EXPECT_EQ(outcome.why, "success_rate=99%, as always: 95%");
}

TEST(JudgeProbe, AFewFailuresAreNoVerdict) {
  EXPECT_GT(judge_probe(run_of(500, {ttft()})).support, 0.95) << "2 of 1000";
  const double near_the_limit = judge_probe(run_of(100, {ttft()})).support;
  EXPECT_GT(near_the_limit, 0.2) << "10 of 1000 may be 1%";
  EXPECT_LT(near_the_limit, 0.8);
}

TEST(JudgeProbe, AnObjectiveOfTheUsersOwnSaysHowManyMayFail) {
  const auto lenient = *analysis::make_slo("success_rate", 0, 0.9, "success_rate=90%");
  EXPECT_GT(judge_probe(run_of(20, {ttft(), lenient})).support, 0.99);
}

TEST(JudgeProbe, ATargetGivenUpMissedAndSaysWhy) {
  StoredRun run = run_of(0, {ttft()});
  run.manifest.status = record::RunStatus::kPartial;
  run.manifest.counts.dropped = 500;  // what was left of its plan: no fault of the cap
  const auto outcome = judge_probe(run);
  EXPECT_EQ(outcome.support, 0);
  EXPECT_EQ(outcome.why, "the target was given up after too many failures");
}

TEST(JudgeProbe, ALoadThatWasNotPlayedIsMissed) {
  StoredRun run = run_of(0, {ttft()});
  run.manifest.counts.dropped = 4;
  EXPECT_GT(judge_probe(run).support, 0.99);
  run.manifest.counts.dropped = 6;
  const auto outcome = judge_probe(run);
  EXPECT_EQ(outcome.support, 0);
  EXPECT_EQ(outcome.why, "the cap on requests in flight dropped 0.6%");
}

}  // namespace
}  // namespace tt::trial
