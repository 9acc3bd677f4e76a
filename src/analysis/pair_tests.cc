#include "analysis/pair_tests.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "base/rng.h"
#include "stats/adjust.h"
#include "stats/distributions.h"
#include "stats/normality.h"
#include "stats/proportion.h"
#include "stats/rank.h"
#include "stats/variances.h"

namespace tt::analysis {
namespace {

constexpr double kNormalP = 0.05;
constexpr double kFewestExpected = 5;  // below, chi-square's law is no longer good (Cochran 1954)
// Enough replicates for an interval of 95%, few enough for eleven quantiles of three metrics.
constexpr std::size_t kCurveReplicates = 500;

// At most kShapiroMost values, drawn at random: evenly spaced ones could fall in step with a load
// that has a period.
std::vector<double> drawn(std::vector<double> values) {
  Rng rng = Rng::stream(1, "shapiro");
  if (values.size() <= stats::kShapiroMost) return values;
  for (std::size_t i = 0; i < stats::kShapiroMost; ++i) {
    std::swap(values[i], values[i + rng.below(values.size() - i)]);
  }
  values.resize(stats::kShapiroMost);
  return values;
}

Normality normality(const std::vector<double>& values) {
  Normality result;
  const stats::Sorted sample(drawn(values));
  result.n = sample.size();
  const auto tested = stats::shapiro_wilk(sample);
  if (!tested) return result;
  result.w = tested->statistic;
  result.p_value = tested->p_value;
  result.normal = tested->p_value >= kNormalP;
  return result;
}

// Values of a metric by the place in the schedule.
std::unordered_map<std::uint64_t, double> by_index(const TargetRows& rows, MetricId metric) {
  std::unordered_map<std::uint64_t, double> values;
  for (const auto& block : rows.blocks) {
    for (const record::Row* row : block) {
      const double value = request_value(facts_of(*row), metric);
      if (!std::isnan(value)) values.emplace(row->index, value);
    }
  }
  return values;
}

std::vector<double> matched_differences(const TargetRows& a, const TargetRows& b, MetricId metric) {
  const auto others = by_index(b, metric);
  std::map<std::uint64_t, double> in_order;  // so that sums come out the same
  for (const auto& [index, value] : by_index(a, metric)) {
    if (const auto found = others.find(index); found != others.end()) {
      in_order.emplace(index, value - found->second);
    }
  }
  std::vector<double> differences;
  for (const auto& [index, difference] : in_order) differences.push_back(difference);
  return differences;
}

struct Samples {
  std::vector<double> a;
  std::vector<double> b;
  stats::Sorted a_sorted;
  stats::Sorted b_sorted;

  TestLine line(std::string_view method, std::string_view asks,
                const stats::TestResult& result) const {
    return {.method = std::string(method),
            .asks = std::string(asks),
            .statistic = result.statistic,
            .p_value = result.p_value,
            .adjusted_p = result.p_value,
            .a_n = a.size(),
            .b_n = b.size()};
  }
};

// The choice that was asked for: Welch's test where both sides may be normal, else Mann and
// Whitney's.
void add_location(MetricTests& tests, const Samples& s) {
  const auto ranks = stats::mann_whitney(s.a_sorted, s.b_sorted);
  if (ranks) tests.cliffs_delta = ranks->cliffs_delta;
  if (tests.a_normal.normal && tests.b_normal.normal) {
    tests.chosen = "both sides may be normal (Shapiro-Wilk), so Welch's t and Cohen's d";
    tests.effect = stats::effect_size(s.a, s.b);
    if (const auto t = stats::t_test(s.a, s.b, stats::Variances::kUnequal)) {
      tests.tests.push_back(s.line("Welch's t", "means differ", {t->t, t->p_value}));
    }
    return;
  }
  tests.chosen = "not normal (Shapiro-Wilk), so Mann-Whitney and Cliff's delta";
  if (ranks) {
    tests.tests.push_back(
        s.line("Mann-Whitney U", "one side tends to be higher", {ranks->u, ranks->p_value}));
  }
}

void add_matched(MetricTests& tests, const Samples& s, const TargetRows& a, const TargetRows& b) {
  const auto differences = matched_differences(a, b, tests.metric);
  const auto paired = stats::signed_rank_test(differences, stats::ZeroDifferences::kPratt);
  if (!paired) return;
  TestLine line = s.line("Wilcoxon signed-rank", "the same prompts take longer",
                         {paired->w_plus, paired->p_value});
  line.a_n = line.b_n = differences.size();
  tests.tests.push_back(std::move(line));
}

void add_spread_and_law(MetricTests& tests, const Samples& s) {
  if (const auto f = stats::f_test(s.a, s.b)) {
    tests.tests.push_back(s.line("F", "variances differ, if normal", *f));
  }
  if (const auto levene = stats::levene_test(s.a, s.b, stats::Centre::kMedian)) {
    tests.tests.push_back(s.line("Brown-Forsythe", "spreads differ", *levene));
  }
  if (const auto ks = stats::kolmogorov_smirnov(s.a_sorted, s.b_sorted)) {
    tests.tests.push_back(s.line("Kolmogorov-Smirnov", "the distributions differ", *ks));
  }
  if (const auto ad = stats::anderson_darling(s.a_sorted, s.b_sorted)) {
    tests.tests.push_back(s.line("Anderson-Darling", "they differ, tails counted", *ad));
  }
}

std::optional<MetricTests> test_metric(const TargetRows& a, const TargetRows& b, MetricId metric,
                                       bool matched) {
  const stats::Blocks a_blocks = samples(a, metric);
  const stats::Blocks b_blocks = samples(b, metric);
  Samples s{.a = pooled(a_blocks), .b = pooled(b_blocks), .a_sorted = {}, .b_sorted = {}};
  if (s.a.empty() || s.b.empty()) return std::nullopt;
  s.a_sorted = stats::Sorted(s.a);
  s.b_sorted = stats::Sorted(s.b);
  MetricTests tests;
  tests.metric = metric;
  tests.a_normal = normality(s.a);
  tests.b_normal = normality(s.b);
  add_location(tests, s);
  if (matched) add_matched(tests, s, a, b);
  add_spread_and_law(tests, s);
  tests.shift = stats::hodges_lehmann(s.a_sorted, s.b_sorted);
  tests.shift_curve = stats::shift_function(a_blocks, b_blocks, stats::kShiftShares,
                                            {.replicates = kCurveReplicates});
  return tests;
}

struct Tally {
  std::uint64_t ok = 0;
  std::uint64_t n = 0;
};

Tally tally(const TargetRows& rows) {
  Tally t;
  for (const auto& block : rows.blocks) {
    for (const record::Row* row : block) {
      t.n += row->status != Status::kCancelled ? 1 : 0;
      t.ok += row->ok() ? 1 : 0;
    }
  }
  return t;
}

std::optional<TestLine> test_success(const TargetRows& a, const TargetRows& b) {
  const Tally x = tally(a);
  const Tally y = tally(b);
  if (x.n == 0 || y.n == 0) return std::nullopt;
  const auto all = static_cast<double>(x.n + y.n);
  const auto ok = static_cast<double>(x.ok + y.ok);
  const double rarer = std::min(ok, all - ok) * static_cast<double>(std::min(x.n, y.n)) / all;
  TestLine line{.method = {}, .asks = "success rates differ", .a_n = x.n, .b_n = y.n};
  if (rarer < kFewestExpected) {
    line.method = "Fisher's exact";
    line.p_value = *stats::fisher_exact_p(x.ok, x.n, y.ok, y.n);
  } else {
    const auto chi = stats::chi_square_test(x.ok, x.n, y.ok, y.n, stats::Continuity::kAsIs);
    line.method = "chi-square";
    line.statistic = chi->statistic;
    line.p_value = chi->p_value;
  }
  line.adjusted_p = line.p_value;
  return line;
}

}  // namespace

PairTests test_pair(const TargetRows& a, const TargetRows& b, bool matched) {
  PairTests pair;
  pair.matched = matched;
  for (const MetricId metric : {MetricId::kTtft, MetricId::kTpot, MetricId::kE2e}) {
    if (auto tests = test_metric(a, b, metric, matched)) pair.metrics.push_back(std::move(*tests));
  }
  pair.success = test_success(a, b);
  return pair;
}

void adjust_tests(std::vector<PairTests>& pairs) {
  std::map<std::string, std::vector<TestLine*>> families;
  for (PairTests& pair : pairs) {
    for (MetricTests& metric : pair.metrics) {
      for (TestLine& line : metric.tests) families[line.method].push_back(&line);
    }
    if (pair.success) families["success"].push_back(&*pair.success);
  }
  for (auto& [method, lines] : families) {
    std::vector<double> p;
    for (const TestLine* line : lines) p.push_back(line->p_value);
    const auto adjusted = stats::holm_adjust(p);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i]->adjusted_p = adjusted[i];
  }
}

}  // namespace tt::analysis
