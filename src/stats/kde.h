// A smooth curve for the shape of a sample: the Gaussian kernel density estimate.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "stats/quantile.h"

namespace tt::stats {

/// How wide the kernel is, where nobody says so.
enum class BandwidthRule {
  kSilverman,      // for one peak: 0.9 min(s, IQR / 1.34) n^(-1/5), Silverman 1986, (3.31)
  kSheatherJones,  // from the data, so that several peaks stay apart
};

struct KdeOptions {
  BandwidthRule rule = BandwidthRule::kSheatherJones;
  /// The kernel's standard deviation, in units of the curve's axis. 0: by the rule.
  double bandwidth = 0;
  /// How many places the curve is evaluated at. At least 2.
  std::size_t points = 512;
  /// The ends of the curve, in the sample's units; several curves on one chart share them. Three
  /// bandwidths past the sample's ends, but not past a bound, where not given.
  std::optional<double> from = {};
  std::optional<double> to = {};
  /// Estimate the density of ln(x), whose axis suits latencies. The sample must lie above 0.
  bool log_scale = false;
  /// Where values can lie at all. A kernel that reaches past an end is folded back (Silverman 1986,
  /// 2.10), so that no part of the curve lies where no value can be. By default the whole line: the
  /// curve is then too low just inside an end at which the values break off, and not 0 outside it.
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

/// Points of a curve. The area below it is 1 but for what lies past its ends: with the default ends
/// at most 0.14% on either side.
struct Density {
  /// Rising, in the sample's units: evenly spaced, or on a log scale evenly spaced in ln(x).
  std::vector<double> x;
  /// Per unit of x; on a log scale per unit of ln(x), so divide by x for the density of x itself.
  std::vector<double> density;
  double bandwidth = 0;  // on a log scale in units of ln(x)
  /// What gave the bandwidth: Silverman's rule stands in where Sheather and Jones have no answer.
  /// nullopt where the caller gave it.
  std::optional<BandwidthRule> rule;
};

/// Silverman's rule of thumb; R's bw.nrd0. The standard deviation alone where the IQR is 0. nullopt
/// for a sample without spread, and so for fewer than two values.
std::optional<double> silverman_bandwidth(const Sorted& sample);

/// Sheather and Jones's bandwidth (1991), by solving their equation; R's bw.SJ. Up to kExactPairs
/// values from the distances of all pairs; beyond, from distances counted in bins that suit the
/// bandwidth, which changes the answer by less than 0.2%. nullopt for a sample without spread, and
/// where the equation has no solution or only one too fine for the sample: less than half of the
/// smallest step between its values, as where these are rounded coarsely.
std::optional<double> sheather_jones_bandwidth(const Sorted& sample);
inline constexpr std::size_t kExactPairs = 512;

/// The curve. Up to kExactKernels values each kernel is summed; beyond, values share their weight
/// between bins of a 64th of the bandwidth and kernels end at eight bandwidths, which changes the
/// curve by less than 0.01% of its height. nullopt for a sample without spread unless a bandwidth
/// is given (one value repeated has no shape: draw a line), for a sample that is empty, infinite,
/// outside the bounds, or not above 0 on a log scale, and for options out of range.
std::optional<Density> kde(const Sorted& sample, const KdeOptions& options = {});
inline constexpr std::size_t kExactKernels = 2048;

}  // namespace tt::stats
