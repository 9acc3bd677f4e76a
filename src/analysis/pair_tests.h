// The tests that textbooks ask for, as a second opinion on two sides. They take requests for
// independent draws, which requests under load are not, and so find differences that are none: the
// verdict comes from compare.h and never from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metrics.h"
#include "analysis/samples.h"
#include "stats/bootstrap.h"
#include "stats/means.h"
#include "stats/shift.h"

namespace tt::analysis {

/// What has to be said beside every one of them.
inline constexpr std::string_view kTestsCaveat =
    "Tests of single requests take requests for independent, which under load they are not: they "
    "find differences that are none. The verdicts above do not rest on them.";

struct TestLine {
  std::string method;  // "Welch's t"
  std::string asks;    // "means differ"
  double statistic = 0;
  double p_value = 1;
  double adjusted_p = 1;  // Holm's, over every test of this kind in the contest
  std::uint64_t a_n = 0;
  std::uint64_t b_n = 0;
};

/// Shapiro and Wilk's test of one side, on at most kShapiroMost values drawn at random.
struct Normality {
  std::uint64_t n = 0;  // values used
  std::optional<double> w;
  std::optional<double> p_value;
  bool normal = false;  // p at or above 0.05
};

/// One metric of side `a` against side `b`.
struct MetricTests {
  MetricId metric = MetricId::kTtft;
  Normality a_normal;
  Normality b_normal;
  std::string chosen;  // why the first of `tests` is the one
  /// The chosen test of location first, then Wilcoxon's where prompts match, then spread and law.
  std::vector<TestLine> tests;
  std::optional<stats::EffectSize> effect;     // Cohen's d; where both are normal
  std::optional<double> cliffs_delta;          // from -1 to 1
  std::optional<stats::Shift> shift;           // Hodges and Lehmann's, in the metric's unit
  std::vector<stats::ShiftPoint> shift_curve;  // by block bootstrap: holds for dependent requests
};

struct PairTests {
  std::size_t a = 0;  // sides
  std::size_t b = 0;
  bool matched = false;  // both played the same prompts
  std::vector<MetricTests> metrics;
  std::optional<TestLine> success;  // chi-square, or Fisher's where an expected count is below 5
};

/// `matched`: both played the same schedule, so that requests of one index are pairs. Adjusted p
/// are left at p; adjust_tests() sets them.
PairTests test_pair(const TargetRows& a, const TargetRows& b, bool matched);

/// Holm's adjustment of each kind of test over all pairs and metrics.
void adjust_tests(std::vector<PairTests>& pairs);

}  // namespace tt::analysis
