// Shares of a whole: success rates and their differences.
#pragma once

#include <cstdint>
#include <optional>

#include "stats/hypothesis.h"
#include "stats/interval.h"

namespace tt::stats {

/// Wilson's score interval (1927) for `successes` of `n`, within [0, 1]. nullopt for n = 0.
/// successes <= n.
std::optional<Interval> wilson_interval(std::uint64_t successes, std::uint64_t n,
                                        double confidence = kConfidence);

/// The same of a share of a sample that is worth `n` independent ones, whole or not. `n` above 0.
std::optional<Interval> wilson_interval_of_share(double share, double n,
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

enum class Continuity {
  kAsIs,   // Pearson (1900)
  kYates,  // Yates's correction (1934): nearer to Fisher's test, and so careful
};

/// The chi-square test of two independent shares being equal, with one degree of freedom; kAsIs has
/// the p-value of share_difference_p. Statistic 0 and p = 1 where all or none succeeded; nullopt
/// where either n is 0.
std::optional<TestResult> chi_square_test(std::uint64_t a_successes, std::uint64_t a_n,
                                          std::uint64_t b_successes, std::uint64_t b_n,
                                          Continuity continuity);

/// Fisher's exact test (1935) of the same, two-sided: the probability of all tables with these sums
/// that are no likelier than the one at hand. Right for any size; linear in the rarer outcome's
/// count. nullopt where either n is 0.
std::optional<double> fisher_exact_p(std::uint64_t a_successes, std::uint64_t a_n,
                                     std::uint64_t b_successes, std::uint64_t b_n);

}  // namespace tt::stats
