// By how much one sample lies above another: at its middle, and at each part of its law.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/bootstrap.h"
#include "stats/interval.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::stats {

/// Hodges and Lehmann's estimate (1963) of the shift from b to a.
struct Shift {
  double value = 0;
  /// nullopt where the samples are too small for the confidence.
  std::optional<Interval> interval;
};

/// The median of all differences of an a and a b; its interval is of those shifts that Mann and
/// Whitney's test does not reject (Moses; Hollander, Wolfe and Chicken 2014, 4.3), exact below
/// kExactMannWhitney values a side, else with the continuity correction. Ties are not corrected
/// for, which can only widen it. Assumes independent draws; for requests under load see
/// shift_function. The n m differences are never written out: the order statistics among them are
/// found by counting, in some 30 passes of n + m steps each. Two samples of a million take 0.7 s.
/// nullopt where either sample is empty or holds an infinity.
std::optional<Shift> hodges_lehmann(const Sorted& a, const Sorted& b,
                                    double confidence = kConfidence);

/// The differences of which the shift function is made by default.
inline constexpr double kShiftShares[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99};

/// The difference of the two sides' quantiles at one share.
struct ShiftPoint {
  double share = 0;
  double a = 0;
  double b = 0;
  /// nullopt where a side is too small to bound this quantile (samples_needed).
  std::optional<Difference> difference;
};

/// The shift function (Doksum 1974; Wilcox 1995): at each share, quantile of a minus that of b,
/// with the percentile interval of the moving-block bootstrap, so that it holds although requests
/// depend on each other. Quantiles are of type 7. Each interval is for its own share; for
/// statements about all at once, adjust the p-values (adjust.h). `options.seed` serves both sides,
/// in streams of their own. Costs two bootstraps a share: with 500 replicates, a million rows a
/// side and the default shares, 3 s. Empty where a side is empty or not finite.
std::vector<ShiftPoint> shift_function(const Blocks& a, const Blocks& b,
                                       std::span<const double> shares = kShiftShares,
                                       BootstrapOptions options = {.replicates = 500},
                                       double confidence = kConfidence);

}  // namespace tt::stats
