// How many times one figure is the other, with an interval that holds although requests depend on
// each other. Two ways to the interval: sections of the run (interleaved blocks, or stretches of a
// long one), and the moving-block bootstrap for what is too short to be cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::stats {

/// a / b.
struct Ratio {
  double value = 1;
  Interval interval{1, 1};
  double p_value = 1;  // two-sided, of the ratio being 1
};

/// How the sections of the two sides belong together.
enum class Sections {
  kPaired,    // section i of both sides was measured in the same part of the run
  kUnpaired,  // different runs, or different parts
};

/// The fewest sections on which an interval can rest.
inline constexpr std::size_t kMinSections = 3;

/// Sectioning (Asmussen and Glynn 2007, III.5a; for quantiles Nakayama 2014): the ratio of the two
/// whole-run figures, with a Student interval whose standard error comes from how the same figure
/// scatters over the sections, on the log scale. Unpaired sides are joined by Welch's formula.
/// nullopt where a figure is not above 0, a side has fewer than kMinSections sections, or paired
/// sides differ in number.
std::optional<Ratio> sectioned_ratio(double a, std::span<const double> a_sections, double b,
                                     std::span<const double> b_sections, Sections sections,
                                     double confidence = kConfidence);

/// The interval of a single figure by the same method.
std::optional<Interval> sectioned_interval(double value, std::span<const double> sections,
                                           double confidence = kConfidence);

/// Samples in the order of time, one vector a block. Blocks are never mixed.
using Blocks = std::vector<std::vector<double>>;

struct BootstrapOptions {
  std::uint64_t seed = 1;  // the two sides of a comparison need different seeds
  std::size_t replicates = 2000;
  std::size_t block_length = 0;  // 0: automatic
  /// Longer samples are thinned evenly to this many before resampling, which can only widen the
  /// interval.
  std::size_t max_samples = 20'000;
};

/// A quantile of a dependent sample, and what it might as well have been.
struct BootstrapQuantile {
  double value = 0;                // of the whole sample
  std::vector<double> replicates;  // centred on `value`
  std::size_t block_length = 1;    // the longest used
};

/// Circular moving-block bootstrap (Künsch 1989; Politis and Romano 1992) of the quantile at `p`:
/// each block of the run is resampled on its own, in stretches of the block length. The same input
/// and seed give the same replicates. nullopt for an empty sample.
std::optional<BootstrapQuantile> bootstrap_quantile(const Blocks& blocks, double p,
                                                    const BootstrapOptions& options = {});

/// The ratio of two bootstrapped figures: the percentile interval of the replicates' ratios.
/// nullopt where a value or a replicate is not above 0, or the replicates differ in number.
std::optional<Ratio> bootstrap_ratio(const BootstrapQuantile& a, const BootstrapQuantile& b,
                                     double confidence = kConfidence);

/// The stretch over which a series depends on itself, as a block length for the circular bootstrap
/// (Politis and White 2004, as corrected by Patton, Politis and White 2009). At least 1, at most a
/// third of the series; 1 for a constant or very short one.
std::size_t automatic_block_length(std::span<const double> series);

}  // namespace tt::stats
