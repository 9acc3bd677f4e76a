// A run's answer: every target's figures, who wins, and whether to believe it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/answer.h"
#include "analysis/compare.h"
#include "analysis/figures.h"
#include "analysis/input.h"
#include "analysis/validity.h"
#include "record/row.h"

namespace tt::analysis {

/// Raised whenever a definition or a method changes, so that old and new results are told apart.
inline constexpr int kMethodVersion = 2;

struct RunSummary {
  int method_version = kMethodVersion;
  std::string run_id;
  std::string scenario;
  std::vector<TargetSummary> targets;
  std::vector<PairComparison> pairs;
  std::vector<Winner> winners;
  Answer answer;
  std::vector<Check> checks;
  ClientVerdict client;
  Level validity = Level::kPass;  // the worst of the checks
  bool slos_met = true;

  bool valid() const { return validity != Level::kFail; }
};

/// Pure: the same input gives the same summary. Any number of targets and rows, none included.
RunSummary summarise(const RunInput& run, std::span<const record::Row> rows);

}  // namespace tt::analysis
