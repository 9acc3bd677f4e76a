// The exact laws of rank statistics under the hypothesis of no difference, for small samples
// without ties. Parts of the tests by rank.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tt::stats {

/// Sizes below this on both sides have an exact law; their counts fit 128 bits.
inline constexpr std::size_t kExactMannWhitney = 50;

/// P(U = u) for u from 0 to n m: how many of the C(n + m, n) orders have it, by multiplying out the
/// Gaussian binomial coefficient (Andrews 1976, 3.2). n and m below kExactMannWhitney.
std::vector<double> mann_whitney_law(std::size_t n, std::size_t m);

/// Pairs up to this have an exact law; their counts are exact in a double.
inline constexpr std::size_t kExactSignedRank = 50;

/// P(W = w) for w from 0 to n (n + 1) / 2: how many of the 2^n choices of signs have it (Wilcoxon
/// 1945). n up to kExactSignedRank.
std::vector<double> signed_rank_law(std::size_t n);

/// P(X <= x), from the law of a count; 0 for x below 0.
double at_most(std::span<const double> law, double x);

}  // namespace tt::stats
