#include "analysis/compare.h"

#include <numeric>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Row;
using stats::Sections;

constexpr Figure kTtftMedian{MetricId::kTtft, 0.5};

Estimate of(const std::vector<Row>& rows, const Figure& figure, std::uint64_t seed) {
  return estimate(group_rows(rows, 1)[0], figure, {}, seed);
}

// A single block of requests whose TTFT scatters by 20% around `median` and depends on the one
// before.
std::vector<Row> one_block(std::uint64_t seed, double median, std::size_t n, double correlation) {
  Rng rng = Rng::stream(seed, "block");
  std::vector<Row> rows;
  double state = rng.normal();
  for (std::size_t i = 0; i < n; ++i) {
    rows.push_back(make_row({.planned_ms = 1000.0 * static_cast<double>(i),
                             .ttft_ms = median * std::exp(0.2 * state),
                             .tokens = 2},
                            i));
    state = correlation * state + std::sqrt(1 - correlation * correlation) * rng.normal();
  }
  return rows;
}

std::vector<Row> five_blocks(std::uint64_t seed, double median) {
  std::vector<Row> rows;
  add_blocks(rows, {.ttft_ms = median}, 1, 5, 60, seed);
  return rows;
}

Comparison compare_ttft(const std::vector<Row>& a, const std::vector<Row>& b,
                        Sections sections = Sections::kPaired) {
  return compare(of(a, kTtftMedian, 1), of(b, kTtftMedian, 2), sections);
}

TEST(Compare, ALargeDifferenceIsBetterAndWorse) {
  const auto a = five_blocks(1, 42);
  const auto b = five_blocks(2, 100);
  const Comparison c = compare_ttft(a, b);
  EXPECT_EQ(c.verdict, Verdict::kBetter);
  EXPECT_EQ(c.method, Method::kSections);
  EXPECT_NEAR(*c.ratio, 0.42, 0.03);
  EXPECT_TRUE(c.interval->contains(0.42));
  EXPECT_LT(*c.p_value, 0.001);
  EXPECT_EQ(c.a_n, 300u);
  EXPECT_EQ(c.a_blocks, 5u);
  EXPECT_LT(c.by_rank->cliffs_delta, -0.9);
  EXPECT_TRUE(c.why.empty());
  EXPECT_EQ(compare_ttft(b, a).verdict, Verdict::kWorse);
}

TEST(Compare, HigherIsBetterForRates) {
  const Figure rate{.metric = MetricId::kOutputRate};
  std::vector<Row> fast;
  std::vector<Row> slow;
  add_blocks(fast, {.gap_ms = 5}, 1, 5, 40, 1);
  add_blocks(slow, {.gap_ms = 20}, 1, 5, 40, 2);
  const Comparison c = compare(of(fast, rate, 1), of(slow, rate, 2), Sections::kPaired);
  EXPECT_EQ(c.verdict, Verdict::kBetter);
  EXPECT_GT(*c.ratio, 1.5);
  EXPECT_FALSE(c.by_rank);
}

TEST(Compare, ASingleBlockIsCutIntoStretches) {
  const Comparison c = compare_ttft(one_block(1, 80, 300, 0.5), one_block(2, 100, 300, 0.5));
  EXPECT_EQ(c.verdict, Verdict::kBetter);
  EXPECT_EQ(c.method, Method::kSections);
  EXPECT_EQ(c.a_blocks, 1u);
  EXPECT_EQ(of(one_block(1, 80, 60, 0), kTtftMedian, 1).sections.size(), kStretches);
}

TEST(Compare, ASingleBlockTooShortForThatIsBootstrapped) {
  const Comparison c = compare_ttft(one_block(1, 60, 59, 0.5), one_block(2, 100, 59, 0.5));
  EXPECT_EQ(c.verdict, Verdict::kBetter);
  EXPECT_EQ(c.method, Method::kBootstrap);
  EXPECT_GE(c.block_length, 1u);
}

TEST(Compare, ARateOfASingleBlockIsCutIntoStretches) {
  const Figure rate{.metric = MetricId::kOutputRate};
  std::vector<Row> fast;
  std::vector<Row> slow;
  add_blocks(fast, {.gap_ms = 5}, 1, 1, 200, 1);
  add_blocks(slow, {.gap_ms = 20}, 1, 1, 200, 2);
  const Estimate e = of(fast, rate, 1);
  EXPECT_EQ(e.sections.size(), kStretches);
  EXPECT_NEAR(std::accumulate(e.sections.begin(), e.sections.end(), 0.0) / kStretches, *e.value,
              1e-6);
  EXPECT_EQ(compare(e, of(slow, rate, 2), Sections::kPaired).verdict, Verdict::kBetter);
}

TEST(Compare, IdenticalSidesAreTheSame) {
  const auto rows = five_blocks(3, 100);
  const Comparison c = compare_ttft(rows, rows);
  EXPECT_EQ(c.verdict, Verdict::kSame);
  EXPECT_EQ(*c.ratio, 1);
  EXPECT_EQ(*c.difference, 0);
  EXPECT_EQ(c.by_rank->p_value, 1);
}

TEST(Compare, AnIntervalThatLeavesTheBandCannotTell) {
  const Comparison c = compare_ttft(one_block(5, 100, 12, 0), one_block(6, 100, 12, 0));
  EXPECT_EQ(c.verdict, Verdict::kCannotTell);
  EXPECT_TRUE(c.interval);
  EXPECT_FALSE(c.why.empty());
}

// A real difference of 3%, measured so well that 0 is out of the question: not better, the same.
TEST(Compare, ARealButSmallDifferenceIsTheSame) {
  std::vector<Row> a;
  std::vector<Row> b;
  for (std::uint32_t block = 0; block < 5; ++block) {
    for (int i = 0; i < 20; ++i) {
      a.push_back(make_row({.block = block, .planned_ms = block * 1e5 + i * 500, .ttft_ms = 103}));
      b.push_back(make_row({.block = block, .planned_ms = block * 1e5 + i * 500, .ttft_ms = 100}));
    }
  }
  const Comparison c = compare_ttft(a, b);
  EXPECT_EQ(c.verdict, Verdict::kSame);
  EXPECT_FALSE(c.interval->contains(1));
}

TEST(Compare, TooFewSamplesForAQuantileSaysHowMany) {
  const Figure tail{MetricId::kTtft, 0.99};
  const Comparison c =
      compare(of(five_blocks(1, 42), tail, 1), of(five_blocks(2, 100), tail, 2), Sections::kPaired);
  EXPECT_EQ(c.verdict, Verdict::kCannotTell);
  EXPECT_FALSE(c.interval);
  EXPECT_EQ(c.method, Method::kNone);
  EXPECT_EQ(c.why, "p99 needs 368 requests a target and has 300");
  EXPECT_TRUE(c.ratio);
}

TEST(Compare, WithoutValuesCannotTell) {
  const Comparison c = compare_ttft({}, five_blocks(1, 100));
  EXPECT_EQ(c.verdict, Verdict::kCannotTell);
  EXPECT_FALSE(c.a);
  EXPECT_FALSE(c.ratio);
  EXPECT_FALSE(c.why.empty());
  EXPECT_EQ(compare_ttft({}, {}).verdict, Verdict::kCannotTell);
}

Estimate shares(std::uint64_t hits, std::uint64_t n) {
  Estimate e;
  e.figure = {.metric = MetricId::kSuccessRate};
  e.hits = hits;
  e.n = n;
  if (n > 0) e.value = static_cast<double>(hits) / static_cast<double>(n);
  return e;
}

TEST(Compare, SharesByTheirDifference) {
  const auto verdict = [](const Estimate& a, const Estimate& b) {
    return compare(a, b, Sections::kPaired).verdict;
  };
  EXPECT_EQ(verdict(shares(1000, 1000), shares(900, 1000)), Verdict::kBetter);
  EXPECT_EQ(verdict(shares(900, 1000), shares(1000, 1000)), Verdict::kWorse);
  EXPECT_EQ(verdict(shares(1000, 1000), shares(1000, 1000)), Verdict::kSame);
  EXPECT_EQ(verdict(shares(20, 20), shares(20, 20)), Verdict::kCannotTell);
  const Comparison c = compare(shares(1000, 1000), shares(900, 1000), Sections::kPaired);
  EXPECT_NEAR(*c.difference, 0.1, 1e-12);
  EXPECT_EQ(c.method, Method::kShares);
}

TEST(Compare, VerdictsMirror) {
  const std::vector<std::pair<Estimate, Estimate>> cases = {
      {of(five_blocks(1, 80), kTtftMedian, 1), of(five_blocks(2, 100), kTtftMedian, 2)},
      {of(one_block(1, 99, 50, 0.3), kTtftMedian, 1),
       of(one_block(2, 100, 50, 0.3), kTtftMedian, 2)},
      {shares(95, 100), shares(70, 100)}};
  for (const auto& [a, b] : cases) {
    const Comparison ab = mirror(compare(a, b, Sections::kPaired));
    const Comparison ba = compare(b, a, Sections::kPaired);
    EXPECT_EQ(ab.verdict, ba.verdict);
    EXPECT_EQ(ab.ratio, ba.ratio);
    EXPECT_EQ(ab.a, ba.a);
    EXPECT_NEAR(ab.interval->low, ba.interval->low, 1e-9);
    EXPECT_NEAR(ab.interval->high, ba.interval->high, 1e-9);
    EXPECT_NEAR(*ab.p_value, *ba.p_value, 1e-9);
    if (ab.by_rank) {
      EXPECT_NEAR(ab.by_rank->u, ba.by_rank->u, 1e-9);
    }
  }
}

// The test of the tests: no difference must not be called one, a difference of 15% must be found.
TEST(Compare, FalseAlarmsAreRareAndPowerIsThere) {
  int alarms_of_blocks = 0;
  int alarms_of_stretches = 0;
  int found = 0;
  constexpr int kRuns = 48;
  for (std::uint64_t i = 0; i < kRuns; ++i) {
    const auto alarm = [](Verdict v) { return v == Verdict::kBetter || v == Verdict::kWorse; };
    const auto base = five_blocks(3 * i, 100);
    alarms_of_blocks += alarm(compare_ttft(base, five_blocks(3 * i + 1, 100)).verdict);
    found += compare_ttft(base, five_blocks(3 * i + 2, 115)).verdict == Verdict::kBetter;
    alarms_of_stretches += alarm(
        compare_ttft(one_block(2 * i, 100, 150, 0.6), one_block(2 * i + 1, 100, 150, 0.6)).verdict);
  }
  EXPECT_LE(alarms_of_blocks, kRuns / 12);
  EXPECT_LE(alarms_of_stretches, kRuns / 12);
  EXPECT_GE(found, kRuns * 9 / 10);
}

TEST(GapSections, AreBlocksOrStretches) {
  const std::array<double, 2> quantiles = {0.5, 0.9};
  const stats::Blocks three = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  // Three values do not reach p90.
  EXPECT_EQ(gap_sections(three, quantiles), (QuantileSections{{2, 5, 8}, {}}));
  std::vector<double> rising(100);
  std::iota(rising.begin(), rising.end(), 0.0);
  const auto stretches = gap_sections({rising}, quantiles);
  ASSERT_EQ(stretches[0].size(), kStretches);
  EXPECT_EQ(stretches[0][0], 4.5);
  EXPECT_EQ(stretches[0][9], 94.5);
  ASSERT_EQ(stretches[1].size(), kStretches);
  EXPECT_NEAR(stretches[1][9], 98.1, 1e-12);
  EXPECT_EQ(gap_sections({}, quantiles), (QuantileSections{{}, {}}));
}

TEST(EffectText, ShowsANarrowIntervalAroundOneAsItIs) {
  const auto text = [](double ratio, double low, double high) {
    Comparison c;
    c.ratio = ratio;
    c.difference = 1;
    c.interval = stats::Interval{low, high, 0.95};
    return effect_text(c);
  };
  EXPECT_EQ(text(1, 0.998, 1.002), "1.000x (95% 0.998 to 1.002)");
  EXPECT_EQ(text(1.0996, 1.05, 1.15), "1.100x (95% 1.050 to 1.150)");
  EXPECT_EQ(text(1.2, 0.981, 1.42), "1.20x (95% 0.98 to 1.42)");
  EXPECT_EQ(text(12.34, 9.87, 15.5), "12.3x (95% 9.9 to 15.5)");
  EXPECT_EQ(text(0.0123, 0.01, 0.015), "0.0123x (95% 0.0100 to 0.0150)");
  EXPECT_EQ(text(1234, 1000, 1500), "1234x (95% 1000 to 1500)");
}

TEST(Headline, GoesByThePrimaryFigureUnlessOneSideFailsMore) {
  Comparison rate;
  rate.figure = {.metric = MetricId::kOutputRate};
  rate.why = "the interval allows both directions";
  const Comparison even = compare(shares(1000, 1000), shares(1000, 1000), Sections::kPaired);
  const Comparison worse = compare(shares(500, 1000), shares(1000, 1000), Sections::kPaired);
  EXPECT_EQ(headline(rate, even, "a", "b"), sentence(rate, "a", "b"));
  const std::string by_success = headline(rate, worse, "a", "b");
  EXPECT_TRUE(by_success.starts_with("a is worse: success rate -50.00 points")) << by_success;
  EXPECT_TRUE(by_success.ends_with(
      "against b; output tokens/s cannot tell: the interval allows both directions"))
      << by_success;
  rate.verdict = Verdict::kBetter;
  EXPECT_EQ(headline(rate, worse, "a", "b"),
            "no clear answer: " + sentence(rate, "a", "b") + ", but a fails more requests");
  EXPECT_EQ(headline(rate, mirror(worse), "a", "b"), sentence(rate, "a", "b"));
  rate.verdict = Verdict::kWorse;
  EXPECT_TRUE(headline(rate, mirror(worse), "a", "b").ends_with("but b fails more requests"));
  rate.verdict = Verdict::kSame;
  EXPECT_NE(headline(rate, worse, "a", "b").find("; output tokens/s is the same"),
            std::string::npos);
}

TEST(Sentence, SaysItInPlainEnglish) {
  Comparison c;
  c.figure = kTtftMedian;
  c.a = 42;
  c.b = 100;
  c.ratio = 0.42;
  c.difference = -58;
  c.interval = stats::Interval{0.38, 0.47, 0.95};
  c.method = Method::kSections;
  c.verdict = Verdict::kBetter;
  EXPECT_EQ(sentence(c, "vllm", "ollama"),
            "vllm is better: TTFT p50 0.420x (95% 0.380 to 0.470) that of ollama");
  c.verdict = Verdict::kSame;
  EXPECT_EQ(
      sentence(c, "vllm", "ollama"),
      "vllm and ollama are the same: TTFT p50 0.420x (95% 0.380 to 0.470), within what matters");
  c.verdict = Verdict::kCannotTell;
  c.why = "because";
  EXPECT_EQ(sentence(c, "vllm", "ollama"),
            "cannot tell vllm and ollama apart: TTFT p50 0.420x (95% 0.380 to 0.470); because");
  EXPECT_EQ(sentence(compare(shares(1000, 1000), shares(900, 1000), Sections::kPaired), "a", "b"),
            "a is better: success rate +10.00 points (95% +8.25 to +12.02) against b");
}

}  // namespace
}  // namespace tt::analysis
