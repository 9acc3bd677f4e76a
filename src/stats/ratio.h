// How many times one figure is the other, and by how much it exceeds it, with an interval that
// holds although requests depend on each other. Two ways to the interval: sections of the run
// (interleaved blocks, or stretches of a long one), and the moving-block bootstrap for what is too
// short to be cut.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/bootstrap.h"
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

/// The ratio of two bootstrapped figures: the percentile interval of the replicates' ratios.
/// nullopt where a value or a replicate is not above 0, or the replicates differ in number.
std::optional<Ratio> bootstrap_ratio(const BootstrapFigure& a, const BootstrapFigure& b,
                                     double confidence = kConfidence);

/// By how much one figure exceeds the other: a - b.
struct Difference {
  double value = 0;
  Interval interval{0, 0};
  double p_value = 1;  // two-sided, of the difference being 0
};

/// The same two ways for differences, which may be of any sign. nullopt where a figure is not
/// finite; else as for ratios.
std::optional<Difference> sectioned_difference(double a, std::span<const double> a_sections,
                                               double b, std::span<const double> b_sections,
                                               Sections sections, double confidence = kConfidence);
std::optional<Difference> bootstrap_difference(const BootstrapFigure& a, const BootstrapFigure& b,
                                               double confidence = kConfidence);

}  // namespace tt::stats
