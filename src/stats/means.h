// Means, how well they are known, and how two of them differ. All take values for independent draws
// of a law not far from normal, or for many: for requests that depend on each other, give the means
// of interleaved blocks or of repeated runs, not the requests.
#pragma once

#include <optional>
#include <span>

#include "stats/interval.h"

namespace tt::stats {

/// Student's interval for the mean. Of the means of blocks or of repeated runs it is the interval
/// by batch means. nullopt for fewer than 2 values, or where one is not finite.
std::optional<Interval> mean_interval(std::span<const double> sample,
                                      double confidence = kConfidence);

/// mean(a) - mean(b), tested against 0.
struct MeanDifference {
  double difference = 0;
  Interval interval{0, 0};
  double t = 0;  // infinite where two constants differ
  double freedom = 1;
  double p_value = 1;  // two-sided
};

enum class Variances {
  kEqual,    // Student (1908)
  kUnequal,  // Welch (1947), which is the one to use unless equality is known
};

/// nullopt where a side has fewer than 2 values or one that is not finite. Two equal constants have
/// t = 0 and p = 1; two different ones p = 0.
std::optional<MeanDifference> t_test(std::span<const double> a, std::span<const double> b,
                                     Variances variances, double confidence = kConfidence);

/// The standardised difference of means, by the pooled standard deviation.
struct EffectSize {
  double cohens_d = 0;  // Cohen (1988)
  double hedges_g = 0;  // the same without its bias for small samples, by the exact factor (1981)
};

/// nullopt where t_test has none, and where constants differ. 0 for two equal constants.
std::optional<EffectSize> effect_size(std::span<const double> a, std::span<const double> b);

}  // namespace tt::stats
