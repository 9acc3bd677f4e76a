// Shares of a whole: success rates and their differences.
#pragma once

#include <cstdint>
#include <optional>

#include "stats/interval.h"

namespace tt::stats {

/// Wilson's score interval (1927) for `successes` of `n`, within [0, 1]. nullopt for n = 0.
/// successes <= n.
std::optional<Interval> wilson_interval(std::uint64_t successes, std::uint64_t n,
                                        double confidence = kConfidence);

/// Newcombe's interval (1998, method 10) for the difference of two independent shares, a minus b.
/// nullopt where either n is 0.
std::optional<Interval> share_difference_interval(std::uint64_t a_successes, std::uint64_t a_n,
                                                  std::uint64_t b_successes, std::uint64_t b_n,
                                                  double confidence = kConfidence);

/// Two-sided p-value of two independent shares being equal: the score test with pooled variance,
/// whose square is Pearson's chi-square. 1 where all or none succeeded; nullopt where either n is
/// 0.
std::optional<double> share_difference_p(std::uint64_t a_successes, std::uint64_t a_n,
                                         std::uint64_t b_successes, std::uint64_t b_n);

}  // namespace tt::stats
