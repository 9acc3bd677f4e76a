#include "analysis/summary.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;

// Interleaved targets with the given gaps: the smaller the gap, the more tokens a second.
std::vector<Row> interleaved(const std::vector<double>& gaps, std::uint32_t count = 60) {
  std::vector<Row> rows;
  for (std::uint32_t t = 0; t < gaps.size(); ++t) {
    add_blocks(rows, {.target = t, .ttft_ms = 50, .gap_ms = gaps[t], .tokens = 101},
               static_cast<std::uint32_t>(gaps.size()), 5, count, t + 1);
  }
  return rows;
}

const Winner& winner_of(const RunSummary& s, const Figure& figure) {
  return *std::ranges::find(s.winners, figure, &Winner::figure);
}

TEST(Summary, OfThreeTargetsNamesTheWinner) {
  const auto s = summarise(make_run({"vllm", "tgi", "ollama"}), interleaved({10, 15, 40}));
  EXPECT_EQ(s.method_version, kMethodVersion);
  EXPECT_EQ(s.pairs.size(), 3u);
  ASSERT_TRUE(s.answer.winner) << s.answer.headline;
  EXPECT_EQ(*s.answer.winner, 0u);
  EXPECT_EQ(s.answer.verdict, Verdict::kBetter);
  EXPECT_EQ(s.answer.primary.metric, MetricId::kOutputRate);
  EXPECT_TRUE(s.answer.headline.starts_with("vllm is better: output tokens/s 1.4"))
      << s.answer.headline;
  EXPECT_TRUE(s.answer.headline.ends_with("that of tgi")) << s.answer.headline;
  EXPECT_NE(s.answer.details.at(0).find("Holm"), std::string::npos);
  EXPECT_EQ(winner_of(s, {MetricId::kTpot, 0.5}).target, 0u);
  EXPECT_FALSE(winner_of(s, {MetricId::kTtft, 0.5}).target);  // all alike
  EXPECT_TRUE(s.valid());
}

TEST(Summary, TheWinnerNeedNotBeTheFirst) {
  const auto s = summarise(make_run({"ollama", "tgi", "vllm"}), interleaved({40, 15, 10}));
  EXPECT_EQ(s.answer.winner, 2u) << s.answer.headline;
  EXPECT_EQ(winner_of(s, {MetricId::kTpot, 0.5}).target, 2u);
}

TEST(Summary, AnOpenLoopIsDecidedFromPlan) {
  const auto s = summarise(make_run({"vllm", "tgi"}, LoadKind::kOpen), interleaved({10, 15}));
  EXPECT_EQ(s.answer.primary, (Figure{MetricId::kE2ePlan, 0.5}));
  EXPECT_EQ(s.answer.winner, 0u) << s.answer.headline;
}

TEST(Summary, EqualTargetsAreTheSame) {
  std::vector<Row> rows = interleaved({10});
  const std::size_t n = rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    rows.push_back(rows[i]);
    rows.back().target = 1;
  }
  const auto s = summarise(make_run({"a", "b"}), rows);
  EXPECT_FALSE(s.answer.winner);
  EXPECT_EQ(s.answer.verdict, Verdict::kSame);
  EXPECT_TRUE(winner_of(s, s.answer.primary).tie);
  EXPECT_TRUE(s.answer.headline.starts_with("a and b are the same")) << s.answer.headline;
}

TEST(Summary, ASpeedyButUnreliableTargetDoesNotWin) {
  auto rows = interleaved({10, 40}, 100);
  for (std::size_t i = 0; i < rows.size(); i += 4) {
    if (rows[i].target == 0) rows[i].status = Status::kHttpServerError;
  }
  const auto s = summarise(make_run({"fast", "sound"}), rows);
  EXPECT_FALSE(s.answer.winner);
  EXPECT_EQ(s.answer.verdict, Verdict::kCannotTell);
  EXPECT_TRUE(s.answer.headline.starts_with("no clear answer: fast is better"))
      << s.answer.headline;
  EXPECT_TRUE(s.answer.headline.ends_with("but it fails more requests than sound"));
}

// Alike in all but that every third request of the first ones fails.
std::vector<Row> some_failed(std::uint32_t failing, std::uint32_t targets) {
  std::vector<Row> rows;
  for (const Row& row : interleaved({10}, 100)) {
    for (std::uint32_t t = 0; t < targets; ++t) {
      rows.push_back(row);
      rows.back().target = t;
      if (t < failing && row.index % 3 == 0) rows.back().status = Status::kHttpServerError;
    }
  }
  return rows;
}

TEST(Summary, WhereThePrimaryFigureNamesNobodyTheSuccessRateDecides) {
  auto rows = some_failed(1, 2);
  for (Row& row : rows) {  // what is left of the first is as quick as the second
    if (row.target == 0 && row.ok()) row.output_tokens = row.output_tokens * 3 / 2;
  }
  const auto s = summarise(make_run({"shaky", "sound"}), rows);
  EXPECT_FALSE(winner_of(s, s.answer.primary).target);
  EXPECT_EQ(s.answer.winner, 1u) << s.answer.headline;
  EXPECT_EQ(s.answer.verdict, Verdict::kBetter);
  EXPECT_TRUE(s.answer.headline.starts_with("sound is better: success rate +33.40 points"))
      << s.answer.headline;
  EXPECT_NE(s.answer.headline.find(" against shaky; output tokens/s "), std::string::npos)
      << s.answer.headline;
}

TEST(Summary, WhoFailsMoreIsLeftAsideWhereNobodyWins) {
  auto rows = some_failed(1, 3);
  for (Row& row : rows) {
    if (row.target == 0 && row.ok()) row.output_tokens = row.output_tokens * 3 / 2;
  }
  const auto s = summarise(make_run({"shaky", "b", "c"}), rows);
  EXPECT_FALSE(s.answer.winner);
  EXPECT_TRUE(s.answer.headline.starts_with("b and c are the same")) << s.answer.headline;
  EXPECT_EQ(s.answer.details.at(0), "shaky is left aside: it fails more requests than b");
}

TEST(Summary, ATieOfManyNamesThemAll) {
  const auto s = summarise(make_run({"a", "b", "c", "d"}), some_failed(0, 4));
  EXPECT_EQ(s.answer.verdict, Verdict::kSame);
  EXPECT_TRUE(s.answer.headline.starts_with("all 4 are the same: output tokens/s 1.000x (95% "))
      << s.answer.headline;
  EXPECT_TRUE(s.answer.headline.ends_with("from the best (a) to the last (d), within what matters"))
      << s.answer.headline;
}

TEST(Summary, AFigureThatNobodyWinsSaysWhy) {
  const auto s = summarise(make_run({"a", "b"}), interleaved({10, 11}, 20));
  EXPECT_EQ(winner_of(s, {MetricId::kTtft, 0.99}).why,
            "p99 needs 368 requests a target and has 100");
  EXPECT_TRUE(winner_of(s, {MetricId::kTpot, 0.5}).why.empty());
}

TEST(Summary, AnInvalidRunHasNoWinner) {
  auto rows = interleaved({10, 40});
  for (Row& row : rows) {
    if (row.target == 1) row.status = Status::kConnectRefused;
  }
  const auto s = summarise(make_run({"vllm", "tgi"}), rows);
  EXPECT_FALSE(s.valid());
  EXPECT_FALSE(s.answer.winner);
  EXPECT_TRUE(s.answer.headline.starts_with("no answer: the run is not valid (tgi: "))
      << s.answer.headline;
}

TEST(Summary, DegenerateRunsHaveDefinedAnswers) {
  EXPECT_EQ(summarise(make_run({}), {}).answer.headline, "no answer: there are no targets");
  const auto nothing = summarise(make_run({"a", "b"}), {});
  EXPECT_FALSE(nothing.valid());
  EXPECT_EQ(nothing.pairs.size(), 1u);

  const auto one_row =
      summarise(make_run({"a", "b"}), std::vector{make_row({}), make_row({.target = 1})});
  EXPECT_FALSE(one_row.answer.winner);
  EXPECT_TRUE(one_row.valid());
  EXPECT_TRUE(one_row.answer.headline.starts_with("cannot tell ")) << one_row.answer.headline;

  const auto failed = summarise(
      make_run({"a", "b"}),
      std::vector{make_failed({}, Status::kDns), make_failed({.target = 1}, Status::kTls)});
  EXPECT_FALSE(failed.valid());
  EXPECT_EQ(failed.targets[0].counts.failed, 1u);

  const auto single = summarise(make_run({"a"}), interleaved({10}));
  EXPECT_EQ(single.answer.headline, "no answer: one target has nothing to be compared with");
  EXPECT_TRUE(single.winners.empty());
}

TEST(Summary, IsAFunctionOfItsInputInAnyOrderOfRows) {
  const RunInput run = make_run({"vllm", "tgi"});
  auto rows = interleaved({10, 11}, 20);
  const auto once = summarise(run, rows);
  std::ranges::reverse(rows);
  const auto again = summarise(run, rows);
  EXPECT_EQ(once.answer.headline, again.answer.headline);
  EXPECT_EQ(once.answer.details, again.answer.details);
}

TEST(Summary, AMissedSloIsTold) {
  RunInput run = make_run({"vllm"});
  run.slos = {*make_slo("ttft", 0.5, 1e6, "ttft_p50=1ms")};
  EXPECT_FALSE(summarise(run, interleaved({10})).slos_met);
  run.slos = {*make_slo("ttft", 0.5, 1e9, "ttft_p50=1s")};
  EXPECT_TRUE(summarise(run, interleaved({10})).slos_met);
}

}  // namespace
}  // namespace tt::analysis
