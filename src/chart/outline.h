// The shape of a distribution, for lanes.
#pragma once

#include "chart/option.h"
#include "stats/quantile.h"

namespace tt::chart {

/// [value, density from 0 to 1] in the scale's unit, between the extremes of the sample; empty for
/// too few values.
Json outline_of(const stats::Sorted& sample, const TimeScale& scale);

}  // namespace tt::chart
