// From comparisons to an answer: who wins each figure, and who is better for the use.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare.h"
#include "analysis/input.h"
#include "analysis/validity.h"

namespace tt::analysis {

/// Targets `a` and `b` by index; verdicts are said of `a`.
struct PairComparison {
  std::size_t a = 0;
  std::size_t b = 0;
  std::vector<Comparison> comparisons;  // compared_figures()
};

/// Who wins one figure: the target that is better than every other, with p-values adjusted for the
/// number of others (Holm).
struct Winner {
  Figure figure;
  std::optional<std::size_t> target;  // nullopt: nobody, for certain
  bool tie = false;                   // all the same; else it cannot be told
  std::string why;                    // what keeps us from telling; empty otherwise
};

/// The answer for the use. Nobody wins where a check fails or a success rate forbids it. Where the
/// primary figure names nobody, a success rate above every other's does.
struct Answer {
  Figure primary;
  std::optional<std::size_t> winner;
  Verdict verdict = Verdict::kCannotTell;  // kBetter, kSame or kCannotTell
  std::string headline;                    // one sentence
  std::vector<std::string> details;        // what supports it and what speaks against it
};

/// Figures by whose they are, beside the one that decides.
struct Standing {
  struct Lost {
    Figure figure;
    std::size_t target = 0;  // who wins it
  };
  std::vector<Figure> won;   // by the answer's winner
  std::vector<Lost> lost;    // by others; by anybody where the answer names nobody
  std::vector<Figure> same;  // all are the same
  /// What cannot be told, by what keeps us from telling (may be empty), in the order of meeting.
  std::vector<std::pair<std::string, std::vector<Figure>>> open;
};
Standing standing_of(std::span<const Winner> winners, const Answer& answer);

/// `pairs` holds every pair a < b, each with the same figures.
std::vector<Winner> find_winners(std::span<const PairComparison> pairs, std::size_t targets);

/// `primary` decides; without it the figure that goes with the load does.
Answer find_answer(const RunInput& run, std::span<const PairComparison> pairs,
                   std::span<const Winner> winners, std::span<const Check> checks,
                   std::optional<Figure> primary = {});

}  // namespace tt::analysis
