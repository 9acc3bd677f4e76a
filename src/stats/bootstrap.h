// The moving-block bootstrap: what a figure of requests that depend on each other might as well
// have been. One thread. The same input and seed give the same bytes; each replicate has a
// generator of its own, so replicates could be shared out among threads without changing one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::stats {

/// Samples in the order of time, one vector a block. Blocks are never mixed.
using Blocks = std::vector<std::vector<double>>;

struct BootstrapOptions {
  std::uint64_t seed = 1;  // the two sides of a comparison need different seeds
  std::size_t replicates = 2000;
  std::size_t block_length = 0;  // 0: automatic
};

/// A figure of a dependent sample, and what it might as well have been.
struct BootstrapFigure {
  double value = 0;
  std::vector<double> replicates;
  std::size_t block_length = 1;  // the longest used
};
using BootstrapQuantile = BootstrapFigure;

/// Circular moving-block bootstrap (Künsch 1989; Politis and Romano 1992) of the quantile at `p`:
/// each block of the run is resampled on its own, in stretches of the block length. Automatic
/// lengths come from the data (automatic_block_length); in blocks of more than 4,096 stretches they
/// are made longer, until a replicate draws about so many, which widens or narrows the interval by
/// under 2%. nullopt for a sample that is empty or not finite.
///
/// A replicate costs its number of stretches, not of samples: only values on one side of the
/// quantile, and near it, are looked at one by one. A million samples take 0.2 to 0.4 s (one core,
/// 2,000 replicates), and 0.8 s where the whole run depends on itself; bootstrap_bench measures it.
std::optional<BootstrapFigure> bootstrap_quantile(const Blocks& blocks, double p,
                                                  const BootstrapOptions& options = {});

/// The same of the mean.
std::optional<BootstrapFigure> bootstrap_mean(const Blocks& blocks,
                                              const BootstrapOptions& options = {});

/// The percentile interval (Efron 1981). nullopt where there are no replicates.
std::optional<Interval> bootstrap_interval(const BootstrapFigure& figure,
                                           double confidence = kConfidence);

/// The stretch over which a series depends on itself, as a block length for the circular bootstrap
/// (Politis and White 2004, as corrected by Patton, Politis and White 2009). At least 1, at most a
/// third of the series; 1 for a constant or very short one. Linear in the series for each lag at
/// which it still depends on itself.
std::size_t automatic_block_length(std::span<const double> series);

}  // namespace tt::stats
