// A load in words, for people.
#pragma once

#include <string>

#include "plan/plan.h"

namespace tt::plan {

/// "16 users", "2.50/s".
std::string level_text(double level, bool closed);

/// "2 to 20/s linear over 60s", "wave of 8 to 32 users every 30s over 2m".
std::string stage_text(const Stage& stage, bool closed);

/// "concurrency 16", "Poisson 4/s", "Poisson, 2 to 20/s linear over 60s", "trace conv.csv at twice
/// the speed". Two runs have the same load where this is the same.
std::string load_text(const LoadShape& load);

}  // namespace tt::plan
