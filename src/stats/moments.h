// Mean and spread, computed so that a large offset does not eat the digits.
#pragma once

#include <optional>
#include <span>

namespace tt::stats {

/// Neumaier's compensated sum. 0 for an empty sample.
double sum(std::span<const double> sample);

/// nullopt for an empty sample.
std::optional<double> mean(std::span<const double> sample);

/// Sum of squared deviations over (n - ddof), by the corrected two-pass method (Chan, Golub and
/// LeVeque 1983). ddof 1: of the population the sample was drawn from; ddof 0: of the sample
/// itself. nullopt unless n > ddof.
std::optional<double> variance(std::span<const double> sample, unsigned ddof);

/// The root of `variance`.
std::optional<double> standard_deviation(std::span<const double> sample, unsigned ddof);

}  // namespace tt::stats
