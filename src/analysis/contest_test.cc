#include "analysis/contest.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "analysis/reasons.h"
#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;

// A run of one target a name, each as fast as said, in 5 blocks of `count`.
struct TestRun {
  RunInput input;
  std::vector<Row> rows;

  TestRun(const std::string& id, std::vector<std::string> names, std::vector<double> ttft_ms,
          std::uint32_t count = 100, std::uint64_t seed = 1)
      : input(make_run(names)) {
    input.run_id = id;
    input.load_text = "concurrency 1";
    input.workload_text = "synthetic 50 in, 11 out";
    for (std::uint32_t t = 0; t < ttft_ms.size(); ++t) {
      RowShape shape{.target = t, .ttft_ms = ttft_ms[t]};
      add_blocks(rows, shape, static_cast<std::uint32_t>(ttft_ms.size()), 5, count,
                 seed * 100 + t + 1);
    }
  }

  Entry entry() const { return {.run = &input, .rows = rows}; }
};

Contest contest_of(const std::vector<Entry>& entries, const ContestOptions& options = {}) {
  const auto seating = seat(entries);
  EXPECT_TRUE(seating) << seating.error().text();
  return hold_contest(entries, seating->tables.front(), options);
}

const ContestFigure& figure_of(const Contest& contest, const Figure& figure) {
  const auto found = std::ranges::find(contest.figures, figure, &ContestFigure::figure);
  EXPECT_NE(found, contest.figures.end()) << figure_name(figure);
  return *found;
}

constexpr Figure kTtft50{MetricId::kTtft, 0.5};

TEST(Contest, CallsEachOfTheFourVerdicts) {
  const TestRun base("base", {"base"}, {100}, 100, 1);
  const TestRun fast("fast", {"fast"}, {70}, 100, 2);
  const TestRun slow("slow", {"slow"}, {140}, 100, 3);
  const TestRun alike("alike", {"alike"}, {100}, 400, 4);
  const TestRun few("few", {"few"}, {100}, 1, 5);
  const Contest c = contest_of(
      {base.entry(), fast.entry(), slow.entry(), alike.entry(), few.entry()}, {.min_effect = 0.15});
  const auto& ttft = figure_of(c, kTtft50);
  EXPECT_EQ(ttft.against[1].verdict, Verdict::kBetter);
  EXPECT_EQ(ttft.against[2].verdict, Verdict::kWorse);
  EXPECT_EQ(ttft.against[3].verdict, Verdict::kSame) << ttft.against[3].why;
  EXPECT_EQ(ttft.against[4].verdict, Verdict::kCannotTell);
  EXPECT_NE(ttft.against[4].why.find("needs 6 requests a side and has 5"), std::string::npos)
      << ttft.against[4].why;
  ASSERT_TRUE(ttft.winner.why.size() > 0 || ttft.winner.target);
}

TEST(Contest, NamesTheWinnerAndAtMostThreeReasons) {
  const TestRun run("run", {"vllm", "tgi", "ollama"}, {50, 100, 300});
  const Contest c = contest_of({run.entry()});
  ASSERT_TRUE(c.comparable) << c.why_not;
  ASSERT_EQ(c.answer.winner, 0u);
  ASSERT_FALSE(c.reasons.empty());
  EXPECT_LE(c.reasons.size(), kMostReasons);
  EXPECT_NE(c.reasons[0].find("vllm takes 5"), std::string::npos) << c.reasons[0];
  EXPECT_NE(c.reasons[0].find("of tgi (TTFT p50)"), std::string::npos) << c.reasons[0];
  EXPECT_EQ(figure_of(c, kTtft50).winner.target, 0u);
}

TEST(Contest, RegressionsAreOfTheBaselineOnly) {
  const TestRun before("before", {"vllm"}, {100}, 100, 1);
  const TestRun after("after", {"vllm"}, {150}, 100, 2);
  const Contest worse = contest_of({before.entry(), after.entry()});
  ASSERT_FALSE(worse.regressions.empty());
  EXPECT_EQ(worse.regressions[0].side, 1u);
  EXPECT_LE(worse.regressions[0].p_value, 0.05);
  const Contest better = contest_of({before.entry(), after.entry()}, {.baseline = 1});
  EXPECT_TRUE(better.regressions.empty());
  // A change that is smaller than what matters is none.
  EXPECT_TRUE(contest_of({before.entry(), after.entry()}, {.min_effect = 0.6}).regressions.empty());
}

TEST(Contest, OnlyTheFiguresThatWereAskedForCount) {
  const TestRun before("before", {"vllm"}, {100}, 100, 1);
  const TestRun after("after", {"vllm"}, {150}, 100, 2);
  const Contest c = contest_of({before.entry(), after.entry()},
                               {.figures = {{.metric = MetricId::kSuccessRate}}});
  ASSERT_EQ(c.figures.size(), 1u);
  EXPECT_TRUE(c.regressions.empty());
  EXPECT_EQ(c.answer.winner, 0u);  // the answer still rests on what decides
}

TEST(Contest, OtherWorkloadsAreNotComparable) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  TestRun b("b", {"vllm"}, {150}, 100, 2);
  b.input.workload_text = "synthetic 512 in, 11 out";
  const Contest c = contest_of({a.entry(), b.entry()});
  EXPECT_FALSE(c.comparable);
  EXPECT_TRUE(c.why_not.starts_with("not comparable: failed the check \"The same workload\""))
      << c.why_not;
  EXPECT_EQ(c.answer.headline, c.why_not);
  EXPECT_FALSE(c.answer.winner);
  EXPECT_TRUE(c.regressions.empty());
  EXPECT_TRUE(c.reasons.empty());
}

TEST(Contest, ToolsNameTheirWorkloadsInWordsOfTheirOwn) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  TestRun b("b", {"vllm"}, {150}, 100, 2);
  b.input.workload_text = "random 50 in, 11 out";
  Entry foreign = b.entry();
  foreign.tool = "GuideLLM";
  const Contest c = contest_of({a.entry(), foreign});
  EXPECT_TRUE(c.comparable) << c.why_not;
  const auto check = std::ranges::find(c.checks, "same_workload", &Check::id);
  ASSERT_NE(check, c.checks.end());
  EXPECT_EQ(check->level, Level::kWarn);
  EXPECT_NE(check->text.find("as their tools name them"), std::string::npos) << check->text;
}

TEST(Contest, UnlikeLengthsTakeOutTheFiguresThatHangOnThem) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  TestRun b("b", {"vllm"}, {100}, 100, 2);
  for (Row& row : b.rows) row.input_tokens = 100;
  const Contest c = contest_of({a.entry(), b.entry()});
  EXPECT_TRUE(c.comparable);
  EXPECT_EQ(figure_of(c, kTtft50).not_comparable, "input lengths differ by 100%");
  EXPECT_EQ(figure_of(c, kTtft50).against[1].verdict, Verdict::kCannotTell);
  EXPECT_EQ(figure_of(c, {MetricId::kTpot, 0.5}).not_comparable, "");
}

TEST(Contest, AWarmUpThatWasNotLeftOutIsSaid) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  TestRun b("b", {"vllm"}, {100}, 100, 2);
  for (std::size_t i = 0; i < 40; ++i) {
    b.rows[i].first_token += 200 * kMillisecond;
  }
  const auto warm_up_of = [](const Contest& c) {
    return std::ranges::find(c.checks, "warmup", &Check::id)->level;
  };
  EXPECT_EQ(warm_up_of(contest_of({a.entry(), b.entry()})), Level::kWarn);
  EXPECT_EQ(warm_up_of(contest_of({a.entry(), a.entry()})), Level::kPass);
}

TEST(Contest, RunsAtTheSameTimeDisturbEachOther) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  const TestRun b("b", {"vllm"}, {100}, 100, 2);
  Entry first = a.entry();
  Entry second = b.entry();
  first.started = 100 * kSecond;
  first.ended = 200 * kSecond;
  second.started = 150 * kSecond;
  second.ended = 250 * kSecond;
  const auto level = [&] {
    const Contest c = contest_of({first, second});
    return std::ranges::find(c.checks, "apart_in_time", &Check::id)->level;
  };
  EXPECT_EQ(level(), Level::kWarn);
  second.started = 200 * kSecond;
  EXPECT_EQ(level(), Level::kPass);
}

TEST(Contest, SaysHowManyRequestsAPercentileNeeds) {
  const TestRun a("a", {"vllm"}, {100}, 100, 1);
  const TestRun b("b", {"vllm"}, {100}, 100, 2);
  const Contest c = contest_of({a.entry(), b.entry()}, {.figures = {{MetricId::kTtft, 0.999}}});
  EXPECT_FALSE(c.figures[0].values[0]);  // not even one of 500 would lie above it
  EXPECT_EQ(c.figures[0].against[1].why, "p99.9 needs 3,688 requests a side and has 500");
}

// A file of another tool: durations, no instants.
TestRun reported(const std::string& id, double ttft_ms, std::uint64_t seed) {
  TestRun run(id, {id}, {ttft_ms}, 100, seed);
  run.input.workload_text = "workload not told";
  for (Row& row : run.rows) {
    row.reported = {.ttft = row.first_token - row.sent, .tpot = -1, .e2e = row.end - row.sent};
    row.planned = row.sent = row.first_byte = row.first_token = row.last_token = row.end = kNever;
    row.chunk_at.clear();
    row.chunk_tokens.clear();
    row.block = 0;
  }
  return run;
}

TEST(Contest, ImportedRunsAreComparedByWhatTheirToolReported) {
  const TestRun a = reported("a", 100, 1);
  const TestRun b = reported("b", 60, 2);
  Entry first = a.entry();
  Entry second = b.entry();
  first.tool = second.tool = "vllm";
  first.definitions = second.definitions = {{"ttft", "first chunk minus start"}};
  const Contest c = contest_of({first, second});
  const auto& ttft = figure_of(c, kTtft50);
  EXPECT_EQ(ttft.against[1].verdict, Verdict::kBetter) << ttft.against[1].why;
  EXPECT_EQ(ttft.definition, (std::vector<std::string>{"vllm: first chunk minus start"}));
  EXPECT_EQ(c.answer.primary, (Figure{MetricId::kE2e, 0.5}));  // there are no instants for rates
  EXPECT_EQ(c.answer.winner, 1u) << c.answer.headline;
  EXPECT_FALSE(c.scores.sides[0].throughput);
  EXPECT_TRUE(c.scores.sides[0].total);
}

TEST(Contest, TwoDefinitionsOfAMetricAreNotComparable) {
  const TestRun a = reported("a", 100, 1);
  const TestRun b("b", {"b"}, {60}, 100, 2);
  Entry first = a.entry();
  first.tool = "llm-locust";
  first.definitions = {{"ttft", "first transport chunk minus start"}};
  const Contest c = contest_of({first, b.entry()});
  EXPECT_EQ(figure_of(c, kTtft50).not_comparable,
            "TTFT is defined differently by llm-locust and tokentrial");
  EXPECT_EQ(figure_of(c, kTtft50).against[1].verdict, Verdict::kCannotTell);
}

TEST(Contest, InstantsThatAToolChoseMeanWhatItMeans) {
  const TestRun a("a", {"a"}, {100}, 100, 1);
  TestRun b("b", {"b"}, {60}, 100, 2);
  Entry first = a.entry();
  first.tool = "llm-locust";
  first.definitions = {{"ttft", "first transport chunk minus start"}};
  const auto refused = [&](const Figure& figure) {
    return !figure_of(contest_of({first, b.entry()}), figure).not_comparable.empty();
  };
  EXPECT_FALSE(refused(kTtft50));  // chunk times: our own definition
  EXPECT_TRUE(refused({MetricId::kE2e, 0.5}));
  TestRun bare = a;
  for (Row& row : bare.rows) {
    row.chunk_at.clear();
    row.chunk_tokens.clear();
  }
  first.rows = bare.rows;
  EXPECT_TRUE(refused(kTtft50));
}

TEST(Contest, LabelsAreDistinct) {
  const TestRun a("one", {"vllm", "tgi"}, {100, 100});
  const TestRun b("two", {"sglang"}, {100});
  const auto of = [](const Contest& c) {
    std::vector<std::string> labels;
    for (const Side& side : c.sides) labels.push_back(side.label);
    return labels;
  };
  EXPECT_EQ(of(contest_of({a.entry(), b.entry()})),
            (std::vector<std::string>{"vllm", "tgi", "sglang"}));
  const TestRun d("three", {"sglang"}, {100});
  EXPECT_EQ(of(contest_of({b.entry(), d.entry()})), (std::vector<std::string>{"two", "three"}));
  EXPECT_EQ(
      of(contest_of({a.entry(), b.entry(), d.entry()})),
      (std::vector<std::string>{"vllm in one", "tgi in one", "sglang in two", "sglang in three"}));
}

TEST(Contest, ALabelLeavesOutWhenTheRunBeganUnlessThatTellsThemApart) {
  const TestRun a("users-20260131-120000", {"vllm"}, {100});
  const TestRun b("again-20260131-130000", {"vllm"}, {100});
  const TestRun c("users-20260131-140000", {"vllm"}, {100});
  EXPECT_EQ(contest_of({a.entry(), b.entry()}).sides[0].label, "users");
  EXPECT_EQ(contest_of({a.entry(), c.entry()}).sides[0].label, "users-20260131-120000");
}

TEST(Contest, OneShortSingleBlockIsEnoughToBootstrapBoth) {
  const TestRun blocks("blocks", {"a"}, {100}, 60, 1);
  TestRun flat("flat", {"a"}, {300}, 10, 2);
  for (Row& row : flat.rows) row.block = 0;
  const auto c = contest_of({blocks.entry(), flat.entry()});
  const auto& ttft = figure_of(c, kTtft50);
  EXPECT_EQ(ttft.against[1].method, Method::kBootstrap);
  EXPECT_EQ(ttft.against[1].verdict, Verdict::kWorse);
}

TEST(Contest, ARunWithoutAnswersIsNotComparable) {
  const TestRun a("before", {"vllm"}, {100}, 100, 1);
  TestRun b("after", {"vllm"}, {100}, 100, 2);
  b.rows.clear();
  const Contest c = contest_of({a.entry(), b.entry()});
  EXPECT_FALSE(c.comparable);
  EXPECT_NE(c.why_not.find("after: vllm: 0 successful requests"), std::string::npos) << c.why_not;
  for (const Check& check : c.checks) EXPECT_FALSE(check.target) << check.text;
}

TEST(Seating, MatchesTargetsOfRunsByName) {
  const TestRun a("before", {"vllm", "old"}, {1, 1}, 1);
  const TestRun b("after", {"new", "vllm"}, {1, 1}, 1);
  const std::vector<Entry> entries = {a.entry(), b.entry()};
  const auto seating = seat(entries);
  ASSERT_TRUE(seating);
  ASSERT_EQ(seating->tables.size(), 1u);
  EXPECT_EQ(seating->tables[0], (std::vector<Seat>{{0, 0}, {1, 1}}));
  EXPECT_EQ(seating->unmatched, (std::vector<std::string>{"old in before", "new in after"}));
}

TEST(Seating, RefusesTooFewAndTooMany) {
  const TestRun one("one", {"vllm"}, {1}, 1);
  const auto alone = seat(std::vector<Entry>{one.entry()});
  ASSERT_FALSE(alone);
  EXPECT_NE(alone.error().message.find("name another run"), std::string::npos);
  const TestRun six("six", {"a", "b", "c", "d", "e", "f"}, {1, 1, 1, 1, 1, 1}, 1);
  const auto crowd = seat(std::vector<Entry>{six.entry()});
  ASSERT_FALSE(crowd);
  EXPECT_NE(crowd.error().message.find("6 targets are more"), std::string::npos);
  EXPECT_FALSE(seat(std::vector<Entry>{six.entry()}, "nobody"));
  EXPECT_TRUE(seat(std::vector<Entry>{six.entry(), six.entry()}, "a"));
}

TEST(ParseFigure, ReadsNamesAndQuantiles) {
  EXPECT_EQ(parse_figure("ttft_p99"), (Figure{MetricId::kTtft, 0.99}));
  EXPECT_EQ(parse_figure("e2e_plan_p99.9"), (Figure{MetricId::kE2ePlan, 0.999}));
  EXPECT_EQ(parse_figure("tpot"), (Figure{MetricId::kTpot, 0.5}));
  EXPECT_EQ(parse_figure("success_rate")->metric, MetricId::kSuccessRate);
  for (const auto* bad : {"", "p99", "ttft_p", "ttft_p0", "ttft_p100", "ttft_p9x", "ttft_pnan",
                          "success_rate_p50", "speed"}) {
    const auto figure = parse_figure(bad);
    ASSERT_FALSE(figure) << bad;
    EXPECT_NE(figure.error().message.find("ttft"), std::string::npos);
  }
}

TEST(Contest, TestsSecondWhatRequestsSay) {
  const TestRun run("run", {"vllm", "tgi"}, {50, 100});
  const Contest c = contest_of({run.entry()}, {.baseline = 1, .tests = true});
  ASSERT_EQ(c.tests.size(), 1u);
  EXPECT_TRUE(c.tests[0].matched);
  const MetricTests& ttft = c.tests[0].metrics[0];
  EXPECT_EQ(ttft.tests[0].method, "Mann-Whitney U");  // log-normal, so not Welch
  EXPECT_LT(ttft.tests[0].adjusted_p, 1e-9);
  EXPECT_GE(ttft.tests[0].adjusted_p, ttft.tests[0].p_value);
  EXPECT_LT(*ttft.cliffs_delta, -0.9);
  EXPECT_FALSE(ttft.effect);
  EXPECT_EQ(ttft.shift_curve.size(), 11u);
  ASSERT_TRUE(c.tests[0].success);
  EXPECT_EQ(c.tests[0].success->method, "Fisher's exact");
}

}  // namespace
}  // namespace tt::analysis
