// May these sides be compared at all, and which of their figures? Part of contest.cc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/contest.h"
#include "analysis/figures.h"

namespace tt::analysis {

/// What the gate knows of a side.
struct Contender {
  const Entry* entry = nullptr;
  std::size_t target = 0;
  std::string label;
  const TargetRows* rows = nullptr;
  TargetSummary summary;
};

/// Mean lengths that differ by more than this make the figures that hang on them another matter,
/// not only a worse one.
inline constexpr double kLengthOther = 0.25;

/// What is to be said of all sides together, and each run's own troubles. A failed one means that
/// nothing can be compared.
std::vector<Check> gate_checks(std::span<const Entry> entries, std::span<const Contender> sides);

/// Why this figure cannot be compared; empty where it can: two tools that define it differently, or
/// lengths too unlike for it.
std::string gate_figure(std::span<const Contender> sides, const Figure& figure);

/// How a side's metric is defined: empty where it is by our own definition.
std::string foreign_definition(const Contender& side, MetricId metric);

}  // namespace tt::analysis
