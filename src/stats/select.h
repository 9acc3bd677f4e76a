// Order statistics of samples that are too large to sort: every gap between tokens of a long run.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::stats {

/// A sample in pieces, which count as one.
using Parts = std::span<const std::span<const double>>;

/// The values of the given ranks (from 0, each below the number of values), exactly those that
/// sorting would put there. Two passes over the sample instead of a sort: the first counts values
/// by their leading bits, the second collects only the buckets that hold a wanted rank. Values must
/// be finite, and fewer than 2^32. Extra memory: the wanted buckets.
std::vector<double> values_at_ranks(Parts parts, std::span<const std::size_t> ranks);

/// What to find in one sample: any number of quantiles and ranks cost the same two passes.
struct Wanted {
  std::vector<double> quantiles;   // type 7
  std::vector<std::size_t> ranks;  // from 0, each below the number of values
};
/// One value for each of what was wanted. Both empty where the sample is.
struct Found {
  std::vector<double> quantiles;
  std::vector<double> ranks;
};
Found select(Parts parts, const Wanted& wanted);

/// Type 7 quantiles of the sample, one for each of `ps`, equal to the last bit to those of
/// quantile(). Empty where the sample is.
std::vector<double> select_quantiles(Parts parts, std::span<const double> ps);
std::vector<double> select_quantiles(std::span<const double> sample, std::span<const double> ps);

/// Which order statistics (ranks from 0) bound the quantile at `p` of `n` independent draws: what
/// quantile_interval() takes from a sorted sample. nullopt where n is too small.
struct RankBounds {
  std::size_t low = 0;
  std::size_t high = 0;
  double confidence = kConfidence;  // exact, at least what was asked for
};
std::optional<RankBounds> quantile_ranks(std::size_t n, double p, double confidence = kConfidence);

}  // namespace tt::stats
