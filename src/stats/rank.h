// Comparisons by rank: they ask how often one sample's values lie below the other's.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/quantile.h"

namespace tt::stats {

struct RankTest {
  double u = 0;  // Mann and Whitney's U of the first sample: pairs with a > b, ties counted half
  /// P(a > b) - P(a < b), from -1 (every a below every b) to 1: Cliff's delta (1993).
  double cliffs_delta = 0;
  /// Two-sided, normal approximation, corrected for ties and continuity. 1 where all values tie.
  double p_value = 1;
};

/// Mann and Whitney's test (1947). Assumes that draws are independent, which requests under load
/// are not: a second opinion, never the first. nullopt where either sample is empty.
std::optional<RankTest> mann_whitney(const Sorted& a, const Sorted& b);

/// Holm's step-down adjustment (1979): p-values, in the order given, that may each be compared with
/// the error rate wanted for the whole family.
std::vector<double> holm_adjust(std::span<const double> p_values);

}  // namespace tt::stats
