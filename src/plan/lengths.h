// Token lengths: drawing them, and what is known of them beforehand.
#pragma once

#include <cstdint>
#include <string>

#include "base/rng.h"
#include "plan/plan.h"

namespace tt::plan {

/// One draw, rounded to a whole number of tokens and moved to the nearer bound where it lies
/// outside [min, max]. The number of random values used depends on the kind alone.
std::uint32_t draw_length(const Lengths& lengths, Rng& rng);

/// The mean of the distribution, before the bounds cut it.
double mean_length(const Lengths& lengths);

/// As parse_lengths reads it: "256", "lognormal(256,128)", "normal(256,32,1,512)".
std::string format_lengths(const Lengths& lengths);

}  // namespace tt::plan
