// Bins for a histogram of a sample, and the counts in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/quantile.h"

namespace tt::stats {

struct BinOptions {
  /// More bins than this are never made: a long tail asks for millions.
  std::size_t max_bins = 500;
  /// Bins of one width in ln(x). The sample must lie above 0.
  bool log_scale = false;
};

/// The edges of bins of equal width from the smallest value to the largest, one more than bins. The
/// width by Freedman and Diaconis (1981), 2 IQR n^(-1/3), as NumPy's "fd" rounds it. Where the
/// middle half of the sample is one value, so that the rule has no width, Sturges's number of bins
/// (1926), 1 + log2 n. A constant gets one bin: from half a unit below to half a unit above, on a
/// log scale from 1 / sqrt(e) to sqrt(e) of it. No bin is narrower than numbers can tell apart.
/// Empty for a sample that is empty, infinite, or not above 0 on a log scale, and for no bins at
/// most.
std::vector<double> bin_edges(const Sorted& sample, const BinOptions& options = {});

/// How many values lie in each bin: at or above its lower edge and below its upper one, the last
/// with both. Values outside are in none. The edges may come from another sample, so that several
/// histograms can be laid over each other; they must rise. Empty for fewer than two edges.
std::vector<std::uint64_t> count_in_bins(const Sorted& sample, std::span<const double> edges);

}  // namespace tt::stats
