// When a figure is known well enough to stop measuring. Pure and incremental: requests go in as
// they end; a look is taken only where the sample has grown by half since the last.
//
// Whoever looks again and again and stops at the first narrow interval is wrong more often than the
// interval says. So look k has the confidence 1 - 0.05 / (k (k + 1)): the chances of error of all
// looks, however many there will be, add up to 5% at most (Bonferroni's inequality, spent over a
// series, as Lan and DeMets 1983 spend theirs). docs/methods.md has its measured coverage.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/metrics.h"
#include "base/time.h"
#include "record/row.h"
#include "stats/interval.h"

namespace tt::analysis {

/// What a look found.
struct PrecisionLook {
  unsigned number = 0;  // from 1
  std::uint64_t n = 0;  // requests
  double value = 0;
  std::optional<stats::Interval> interval;  // nullopt: too few to tell
  double half_width = 0;                    // half of the interval's width over the value
  bool reached = false;                     // at most as wide as asked for
};

/// One figure of one target. Not thread-safe.
class PrecisionRule {
 public:
  /// `figure`: a quantile of TTFT, TPOT or E2E, or output tokens/s or requests/s.
  PrecisionRule(const Figure& figure, double half_width);

  /// A measured request that ended; failed ones do not count. Constant time.
  void add(const record::Row& row);

  /// Takes a look where one is due, in time n log n of the sample. Once reached it stays so.
  bool look();
  /// The last one; nullopt before the first.
  const std::optional<PrecisionLook>& last() const { return last_; }

  /// The confidence of look `number`.
  static double confidence_of(unsigned number);

 private:
  struct Sample {
    std::uint32_t block;
    Nanos sent;
    Nanos first;
    Nanos last;
    Nanos end;
    double value;  // of a latency, ms
    double tokens;
  };
  void quantile(PrecisionLook& look, double confidence);
  void rate(PrecisionLook& look, double confidence);
  std::vector<double> stretches() const;

  Figure figure_;
  double half_width_;
  std::vector<Sample> samples_;
  std::size_t due_at_;
  std::optional<PrecisionLook> last_;
};

}  // namespace tt::analysis
