#include "analysis/pair_tests.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

// Requests with these TTFTs, indexed from 0.
struct Target {
  std::vector<record::Row> rows;
  std::vector<TargetRows> grouped;

  explicit Target(const std::vector<double>& ttft_ms, std::size_t failed = 0) {
    for (std::size_t i = 0; i < ttft_ms.size(); ++i) {
      const RowShape shape{.planned_ms = 1000.0 * static_cast<double>(i), .ttft_ms = ttft_ms[i]};
      rows.push_back(make_row(shape, i));
    }
    for (std::size_t i = 0; i < failed; ++i) {
      rows.push_back(make_failed({.planned_ms = 1e6}, Status::kOverloaded, ttft_ms.size() + i));
    }
    grouped = group_rows(rows, 1);
  }
};

std::vector<double> normal(std::size_t n, double mean, double deviation, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> values(n);
  for (double& v : values) v = mean + deviation * rng.normal();
  return values;
}

PairTests pair_of(const Target& a, const Target& b, bool matched = false) {
  return test_pair(a.grouped[0], b.grouped[0], matched);
}

const TestLine* find(const MetricTests& m, std::string_view method) {
  const auto found = std::ranges::find(m.tests, method, &TestLine::method);
  return found == m.tests.end() ? nullptr : &*found;
}

TEST(PairTests, NormalSidesGetWelchAndCohen) {
  const auto p = pair_of(Target(normal(200, 100, 10, 1)), Target(normal(200, 110, 10, 2)));
  const MetricTests& ttft = p.metrics[0];
  EXPECT_EQ(ttft.metric, MetricId::kTtft);
  EXPECT_TRUE(ttft.a_normal.normal);
  EXPECT_EQ(ttft.tests[0].method, "Welch's t");
  EXPECT_LT(ttft.tests[0].p_value, 1e-6);
  ASSERT_TRUE(ttft.effect);
  EXPECT_NEAR(ttft.effect->cohens_d, -1, 0.3);
}

TEST(PairTests, SkewedSidesGetMannWhitneyAndCliff) {
  auto skewed = normal(200, 0, 0.5, 1);
  for (double& v : skewed) v = 100 * std::exp(v);
  const auto p = pair_of(Target(skewed), Target(normal(200, 110, 10, 2)));
  EXPECT_FALSE(p.metrics[0].a_normal.normal);
  EXPECT_EQ(p.metrics[0].tests[0].method, "Mann-Whitney U");
  EXPECT_FALSE(p.metrics[0].effect);
  EXPECT_TRUE(p.metrics[0].cliffs_delta);
}

TEST(PairTests, MatchedPromptsSeeWhatTheScatterBetweenThemHides) {
  // Prompts differ by far more than the sides do.
  const auto a = normal(100, 1000, 200, 1);
  auto b = a;
  const auto noise = normal(100, 5, 2, 3);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] += noise[i];
  const auto p = pair_of(Target(a), Target(b), true);
  const TestLine* wilcoxon = find(p.metrics[0], "Wilcoxon signed-rank");
  ASSERT_NE(wilcoxon, nullptr);
  EXPECT_EQ(wilcoxon->a_n, 100u);
  EXPECT_LT(wilcoxon->p_value, 1e-6);
  EXPECT_GT(p.metrics[0].tests[0].p_value, 0.05);
  EXPECT_EQ(find(pair_of(Target(a), Target(b)).metrics[0], "Wilcoxon signed-rank"), nullptr);
}

TEST(PairTests, SpreadIsTestedApartFromPlace) {
  const auto p = pair_of(Target(normal(200, 100, 5, 1)), Target(normal(200, 100, 15, 2)));
  EXPECT_GT(p.metrics[0].tests[0].p_value, 0.01);
  EXPECT_LT(find(p.metrics[0], "F")->p_value, 1e-6);
  EXPECT_LT(find(p.metrics[0], "Brown-Forsythe")->p_value, 1e-6);
  EXPECT_LT(find(p.metrics[0], "Kolmogorov-Smirnov")->p_value, 1e-3);
}

TEST(PairTests, SuccessByFisherWhereFewFailElseByChiSquare) {
  const auto values = normal(100, 100, 10, 1);
  EXPECT_EQ(pair_of(Target(values, 1), Target(values)).success->method, "Fisher's exact");
  const auto p = pair_of(Target(values, 50), Target(values, 5));
  EXPECT_EQ(p.success->method, "chi-square");
  EXPECT_LT(p.success->p_value, 1e-4);
}

TEST(PairTests, ShapiroTakesAtMostWhatItKnows) {
  const auto p = pair_of(Target(normal(6000, 100, 10, 1)), Target(normal(50, 100, 10, 2)));
  EXPECT_EQ(p.metrics[0].a_normal.n, 5000u);
  EXPECT_TRUE(p.metrics[0].a_normal.normal);
}

TEST(PairTests, NothingToTestIsNoTest) {
  const auto p = pair_of(Target({100}, 1), Target({200}));
  EXPECT_FALSE(p.metrics[0].a_normal.p_value);
  EXPECT_EQ(find(p.metrics[0], "F"), nullptr);
  EXPECT_EQ(p.success->p_value, 1);
}

TEST(PairTests, AreAdjustedOverPairsAndMetrics) {
  const Target base(normal(100, 100, 10, 1));
  std::vector<PairTests> pairs = {pair_of(Target(normal(100, 104, 10, 2)), base),
                                  pair_of(Target(normal(100, 104, 10, 3)), base)};
  const double p = pairs[0].metrics[0].tests[0].p_value;
  adjust_tests(pairs);
  EXPECT_GT(pairs[0].metrics[0].tests[0].adjusted_p, p);
  EXPECT_EQ(pairs[0].metrics[0].tests[0].p_value, p);
}

}  // namespace
}  // namespace tt::analysis
