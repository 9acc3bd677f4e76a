// Where a series changes its level, or its level and spread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tt::stats {

enum class ChangeIn {
  kMean,             // normal noise of one law all through, which the differences tell
  kMeanAndVariance,  // normal noise, each segment with its own
};

struct ChangePointOptions {
  ChangeIn change = ChangeIn::kMean;
  /// What a change has to gain in twice the log-likelihood to be believed. 0: bic_penalty().
  double penalty = 0;
  /// The fewest values of a segment, at least 1: what lasts less long is an outlier, not a change.
  std::size_t min_segment = 5;
};

/// A stretch without a change: values begin to end - 1.
struct Segment {
  std::size_t begin = 0;
  std::size_t end = 0;
  double mean = 0;
  double deviation = 0;  // ddof 1; 0 for one value
};

/// The Bayesian information criterion of Schwarz (1978): ln n for each parameter that a change
/// adds. These are its place, the new mean, and the new variance if that may change: 2 ln n, 3 ln
/// n.
double bic_penalty(std::size_t n, ChangeIn change);

/// The segmentation with the highest penalised likelihood, by PELT (Killick, Fearnhead and Eckley
/// 2012): exact, and fast where changes are many. Where there are none it takes time n squared: for
/// series of some thousand values, such as means or medians of windows.
/// A series that depends on itself wanders, and wandering reads as change. kMean allows for
/// neighbours that depend on each other (Chakar et al. 2017): of series without a change, 500
/// values long, it calls 1% changed where values are independent, 7% where neighbours correlate by
/// 0.2 and 12% by 0.5. kMeanAndVariance does not: 1%, 5% and 67%. For it, cut windows longer than
/// the dependence, or raise the penalty. No variance is taken to be smaller than rounding to the
/// finest step between the values gives, so that a few equal values in a row are no change. A
/// constant is one segment, an empty series none. nullopt for a value that is not finite, squares
/// that overflow, or an option out of range.
std::optional<std::vector<Segment>> find_segments(std::span<const double> series,
                                                  const ChangePointOptions& options = {});

}  // namespace tt::stats
