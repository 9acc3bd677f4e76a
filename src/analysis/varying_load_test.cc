// What the analysis says, and does not say, of a load that varies by plan, and of clients that
// leave.
#include <algorithm>

#include <gtest/gtest.h>

#include "analysis/analyze.h"
#include "analysis/compare.h"
#include "analysis/insights.h"
#include "analysis/summary.h"
#include "analysis/test_rows.h"
#include "analysis/volume.h"

namespace tt::analysis {
namespace {

using record::Row;

// A ramp: gaps between sends shrink, and latency rises with the load, as it does.
std::vector<Row> ramp_rows(std::uint32_t target = 0, double slower = 1) {
  std::vector<Row> rows;
  double at = 0;
  for (std::uint32_t i = 0; i < 600; ++i) {
    rows.push_back(
        make_row({.target = target,
                  .planned_ms = at,
                  .ttft_ms = slower * (50 + 0.5 * i + static_cast<double>(i * 7919 % 17)),
                  .gap_ms = slower * 10},
                 i));
    at += 1000.0 / (1 + 0.05 * i);
  }
  return rows;
}

RunInput varying_run(std::vector<std::string> names) {
  RunInput run = make_run(std::move(names), LoadKind::kOpen);
  run.load_varies = true;
  return run;
}

const Check& find(const RunSummary& summary, std::string_view id) {
  const auto found = std::ranges::find(summary.checks, id, &Check::id);
  EXPECT_NE(found, summary.checks.end()) << id;
  return found == summary.checks.end() ? summary.checks.front() : *found;
}

TEST(VaryingLoad, ItsRatesAreMeansOverAllOfTheTime) {
  const auto rows = ramp_rows();
  const auto grouped = group_rows(rows, 1, LoadKind::kOpen, true);
  const Volume v = volume(grouped[0], {});
  EXPECT_DOUBLE_EQ(v.full_load_s, v.whole_s);
  EXPECT_DOUBLE_EQ(v.whole_s, to_seconds(rows.back().end - rows.front().sent));
  EXPECT_EQ(v.never_full_s, 0) << "nothing was too short: there is no full load to reach";
  EXPECT_TRUE(rate_sections(grouped[0], 0, MetricId::kRequestRate, 10, {}).empty());
}

TEST(VaryingLoad, NoFullLoadIsClaimed) {
  const auto summary = summarise(varying_run({"vllm"}), ramp_rows());
  const Check& check = find(summary, "block_length");
  EXPECT_EQ(check.level, Level::kPass);
  EXPECT_NE(check.text.find("the load varies by plan"), std::string::npos) << check.text;
  EXPECT_EQ(check.text.find("s at full load"), std::string::npos) << check.text;
}

TEST(VaryingLoad, LatencyThatFollowsTheLoadIsNoDegradation) {
  const auto rows = ramp_rows();
  const auto has_degradation = [&](const RunInput& run) {
    const auto signals = find_signals({.run = &run, .rows = rows});
    return std::ranges::any_of(signals, [](const Signal& s) { return s.name == "degradation"; });
  };
  EXPECT_TRUE(has_degradation(make_run({"vllm"}, LoadKind::kOpen))) << "the rows would look so";
  EXPECT_FALSE(has_degradation(varying_run({"vllm"})));
  const auto frame = record::make_frame(rows);
  EXPECT_TRUE(analyze(frame, varying_run({"vllm"}), {}).targets[0].time->steadiness.empty());
  EXPECT_FALSE(
      analyze(frame, make_run({"vllm"}, LoadKind::kOpen), {}).targets[0].time->steadiness.empty());
}

TEST(VaryingLoad, OnePlayingHasNoIntervalOfRates) {
  const Figure rate{.metric = MetricId::kRequestRate};
  const auto side = [&](const std::vector<Row>& rows, std::uint64_t seed) {
    return estimate(group_rows(rows, 1, LoadKind::kOpen, true)[0], rate, {}, seed);
  };
  const Comparison c =
      compare(side(ramp_rows(), 1), side(ramp_rows(0, 1.5), 2), stats::Sections::kPaired);
  EXPECT_TRUE(c.a && c.b);
  EXPECT_FALSE(c.interval) << "two rates without a spread";
  EXPECT_EQ(c.verdict, Verdict::kCannotTell);
}

// Of 40 requests ten clients leave: eight with a first token, two without.
std::vector<Row> with_leavers() {
  std::vector<Row> rows;
  for (std::uint32_t i = 0; i < 40; ++i) {
    rows.push_back(make_row({.planned_ms = 300.0 * i, .ttft_ms = i % 4 == 0 ? 200.0 : 100.0}, i));
    if (i % 4 != 0) continue;
    Row& row = rows.back();
    row.status = Status::kLeft;
    row.error = "went away after 3 tokens, as planned";
    row.chunk_at.resize(3);
    row.chunk_tokens.resize(3);
    row.output_tokens = 3;
    row.last_token = row.end = row.chunk_at.back();
    if (i < 8) {
      row.chunk_at.clear();
      row.chunk_tokens.clear();
      row.first_token = row.last_token = kNever;
      row.output_tokens = 0;
    }
  }
  return rows;
}

TEST(Left, IsNeitherASuccessNorAFailure) {
  const auto rows = with_leavers();
  const auto summary = summarise(make_run({"vllm"}), rows);
  const Counts& counts = summary.targets[0].counts;
  EXPECT_EQ(counts.ok, 30u);
  EXPECT_EQ(counts.failed, 0u);
  EXPECT_EQ(counts.left, 10u);
  EXPECT_EQ(counts.left_untold, 2u);
  EXPECT_EQ(counts.planned, 40u);
  EXPECT_EQ(counts.answerable(), 30u);
  EXPECT_EQ(find(summary, "errors").level, Level::kPass);
  EXPECT_EQ(summary.targets[0].tokens.output, 30u * 11);
}

TEST(Left, CountsForTheFirstTokenOnly) {
  const auto rows = with_leavers();
  const auto grouped = group_rows(rows, 1);
  const auto count = [&](MetricId metric) { return pooled(samples(grouped[0], metric)).size(); };
  EXPECT_EQ(count(MetricId::kTtft), 38u);
  EXPECT_EQ(count(MetricId::kTtftPlan), 38u);
  EXPECT_EQ(count(MetricId::kE2e), 30u);
  EXPECT_EQ(count(MetricId::kTpot), 30u);
  EXPECT_EQ(count(MetricId::kItl), 300u);
}

TEST(Left, BeforeTheFirstTokenItMakesTtftDoubtful) {
  const auto summary = summarise(make_run({"vllm"}), with_leavers());
  const Check& check = find(summary, "left");
  EXPECT_EQ(check.level, Level::kWarn);
  EXPECT_NE(check.text.find("10 clients went away in mid-answer, as planned, 2 of them before"),
            std::string::npos)
      << check.text;
  std::vector<Row> none;
  for (std::uint32_t i = 0; i < 40; ++i) none.push_back(make_row({.planned_ms = 300.0 * i}, i));
  const auto without = summarise(make_run({"vllm"}), none);
  EXPECT_TRUE(std::ranges::none_of(without.checks, [](const Check& c) { return c.id == "left"; }));
}

TEST(Left, AnsweredRequestsKeepTheirTimeInTheRates) {
  auto rows = with_leavers();
  const double whole = volume(group_rows(rows, 1)[0], {}).whole_s;
  EXPECT_DOUBLE_EQ(whole, to_seconds(rows.back().end - rows.front().sent));
}

}  // namespace
}  // namespace tt::analysis
