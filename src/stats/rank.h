// Comparisons by rank: they ask how often one sample's values lie below the other's.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/adjust.h"
#include "stats/hypothesis.h"
#include "stats/quantile.h"
#include "stats/rank_laws.h"

namespace tt::stats {

struct RankTest {
  double u = 0;  // Mann and Whitney's U of the first sample: pairs with a > b, ties counted half
  /// P(a > b) - P(a < b), from -1 (every a below every b) to 1: Cliff's delta (1993).
  double cliffs_delta = 0;
  double p_value = 1;  // two-sided; 1 where all values tie
  bool exact = false;
};

/// Mann and Whitney's test (1947). Assumes that draws are independent, which requests under load
/// are not: a second opinion, never the first. Exact where nothing ties and both samples have fewer
/// than kExactMannWhitney values; else the normal approximation, corrected for ties and continuity.
/// nullopt where either sample is empty, and where exact is asked for but cannot be.
std::optional<RankTest> mann_whitney(const Sorted& a, const Sorted& b, PValue how = PValue::kAuto);

/// What to do with pairs that do not differ.
enum class ZeroDifferences {
  kDrop,   // leave them out (Wilcoxon 1945)
  kPratt,  // rank them with the others, then leave them out (Pratt 1959)
};

struct SignedRankTest {
  double w_plus = 0;   // sum of the ranks of differences above 0
  std::size_t n = 0;   // pairs that differ
  double p_value = 1;  // two-sided; 1 where no pair differs
  bool exact = false;
};

/// Wilcoxon's signed-rank test (1945) of differences of pairs, such as the same prompt sent to
/// both. Exact for up to kExactSignedRank pairs whose distances from 0 neither tie nor are 0; else
/// the normal approximation, corrected for ties and continuity. nullopt for no pairs, and where one
/// is not finite.
std::optional<SignedRankTest> signed_rank_test(std::span<const double> differences,
                                               ZeroDifferences zeros);

}  // namespace tt::stats
