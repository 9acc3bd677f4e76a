// Why a winner wins, in words that need no glossary.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/answer.h"
#include "analysis/input.h"

namespace tt::analysis {

inline constexpr std::size_t kMostReasons = 3;

/// At most kMostReasons sentences: what the winner of `answer` does better than the others, each
/// certain against every one of them; figures that people feel first. Empty without a winner.
std::vector<std::string> find_reasons(const RunInput& run, std::span<const PairComparison> pairs,
                                      const Answer& answer);

/// "31% less", "2.4 times the" (what is counted), by a ratio that is not 1.
std::string change_text(double ratio);

}  // namespace tt::analysis
