// Whether two samples spread alike. Independent draws are assumed.
#pragma once

#include <optional>
#include <span>

#include "stats/hypothesis.h"

namespace tt::stats {

/// The F test: statistic var(a) / var(b), two-sided as twice the smaller tail. Right for normal
/// samples only; latencies want levene_test. nullopt where a side has fewer than 2 values or one
/// that is not finite. Two constants: statistic 1 and p = 1; one: 0 or infinite, and p = 0.
std::optional<TestResult> f_test(std::span<const double> a, std::span<const double> b);

/// What deviations are taken from.
enum class Centre {
  kMean,    // Levene (1960)
  kMedian,  // Brown and Forsythe (1974): holds for skewed samples
};

/// nullopt where a side has fewer than 2 values or one that is not finite. Where no deviation
/// differs from another, the statistic is 0 and p = 1; where only the sides' do, infinite and 0.
std::optional<TestResult> levene_test(std::span<const double> a, std::span<const double> b,
                                      Centre centre);

}  // namespace tt::stats
