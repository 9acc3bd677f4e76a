// The share of a sample at or below a value: its empirical distribution function.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/quantile.h"

namespace tt::stats {

/// The share of the sample that is at most `x`, from 0 to 1. 0 for an empty sample.
double ecdf(const Sorted& sample, double x);

/// Where the function steps up to `share`.
struct EcdfStep {
  double x = 0;
  double share = 0;
  bool operator==(const EcdfStep&) const = default;
};

/// The function's steps from the smallest value to the largest, at most `limit` of them, each
/// exact: `share` is ecdf(sample, x). All steps where they are few enough. Else the steps that make
/// the drawn function right at limit / 2 shares and at limit / 2 values, both evenly spaced, so
/// that neither the steep middle nor the long tail loses its shape. Empty for an empty sample and
/// for a limit below 2.
std::vector<EcdfStep> ecdf_steps(const Sorted& sample, std::size_t limit);

}  // namespace tt::stats
