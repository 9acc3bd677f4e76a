// How strongly two figures of the same requests go together.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/interval.h"

namespace tt::stats {

enum class CorrelationKind {
  kPearson,   // how near to a straight line
  kSpearman,  // how near to any rising or falling curve: Pearson's of the ranks
};

struct Correlation {
  double r = 0;  // from -1 to 1
  /// Two-sided, of no correlation, by Student's t with n - 2 degrees of freedom: for Pearson's r
  /// exact where both are normal, for Spearman's an approximation. 1 for two pairs. Assumes
  /// independent pairs, which neighbouring requests are not: then it is too small.
  double p_value = 1;
  /// Fisher's (1921), for Spearman's r with the variance of Bonett and Wright (2000). From -1 to 1
  /// for fewer than four pairs. Rests on the same assumption.
  Interval interval{-1, 1};
};

/// The correlation of x[i] with y[i]. nullopt where the lengths differ, there are fewer than two
/// pairs, a value is not finite, or either side is constant: what does not vary goes with nothing.
std::optional<Correlation> correlate(std::span<const double> x, std::span<const double> y,
                                     CorrelationKind kind, double confidence = kConfidence);

/// Every column with every other, each pair on its own: a cell is nullopt where `correlate` would
/// say so, and the others stand. No correction for their number: see holm_adjust().
class CorrelationMatrix {
 public:
  CorrelationMatrix(std::span<const std::span<const double>> columns, CorrelationKind kind,
                    double confidence = kConfidence);

  std::size_t size() const { return size_; }
  /// Both below size(). The same either way round.
  const std::optional<Correlation>& at(std::size_t i, std::size_t j) const {
    return cells_[i * size_ + j];
  }

 private:
  std::size_t size_;
  std::vector<std::optional<Correlation>> cells_;
};

/// The rank of each value, from 1; equal values share the mean of the ranks they take up. Values
/// must not be NaN.
std::vector<double> midranks(std::span<const double> sample);

}  // namespace tt::stats
