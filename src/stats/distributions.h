// Whether two samples have the same law, whatever it is. Independent draws are assumed.
#pragma once

#include <cstdint>
#include <optional>

#include "stats/hypothesis.h"
#include "stats/quantile.h"

namespace tt::stats {

/// Up to this product of the sizes, kAuto counts exactly, in that many steps.
inline constexpr std::uint64_t kExactKolmogorovSmirnov = 1'000'000;

/// The two-sample Kolmogorov-Smirnov test: statistic D, the largest distance between the two
/// empirical distribution functions. Exact by the recurrence of Viehmann (2021), which adds and
/// never subtracts; approximate by Kolmogorov's limit law (1933; Smirnov 1948). Both are careful
/// where values tie. nullopt where either sample is empty or exact is asked for of more than 10^9
/// steps.
std::optional<TestResult> kolmogorov_smirnov(const Sorted& a, const Sorted& b,
                                             PValue how = PValue::kAuto);

/// The Anderson-Darling test for two samples, with midranks (Scholz and Stephens 1987, equation 7),
/// which sees differences in the tails. The statistic is standardised, as theirs. The p-value comes
/// from the limit law of the standardised statistic, Anderson and Darling's (1952), to all its
/// digits; it is neither capped nor read from a table. Statistic and p-value of 0 and 1 where all
/// values tie; nullopt where either sample is empty or both together have fewer than 4 values.
std::optional<TestResult> anderson_darling(const Sorted& a, const Sorted& b);

/// P(A^2 > x) of Anderson and Darling's limit law.
double anderson_darling_tail(double x);

/// P(K > x) of Kolmogorov's limit law.
double kolmogorov_tail(double x);

}  // namespace tt::stats
