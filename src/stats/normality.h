// Whether a sample may come from a normal law.
#pragma once

#include <optional>

#include "stats/hypothesis.h"
#include "stats/quantile.h"

namespace tt::stats {

/// Sizes for which Shapiro and Wilk's test is known.
inline constexpr std::size_t kShapiroFewest = 3;
inline constexpr std::size_t kShapiroMost = 5000;

/// Shapiro and Wilk's W (1965) with Royston's approximation of its law (1995, algorithm AS R94):
/// exact for n = 3. A small p-value speaks against normality; with thousands of values it does so
/// for departures that do not matter. nullopt for other sizes and for a constant.
std::optional<TestResult> shapiro_wilk(const Sorted& sample);

}  // namespace tt::stats
