// A run over time: rates, latencies, load and errors by time bucket.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/groups.h"
#include "analysis/input.h"
#include "analysis/slice.h"

namespace tt::analysis {

/// Equal buckets over the time of a run, the same for all its targets.
struct TimeGrid {
  double from_s = 0;  // since the run's start; a multiple of the width
  double width_s = 1;
  std::size_t count = 0;  // 0: no row has an instant
};
inline constexpr std::size_t kMostBuckets = 10'000;

/// `width_s`: 60, 300, 600 ... or 0 for the smallest of 1, 2, 5, 10, 15, 30 s, 1, 2, 5, 10, 15, 30
/// min, 1 h ... 1 day that needs at most 120 buckets. A width that would need more than
/// kMostBuckets is doubled until it does not.
TimeGrid make_grid(std::span<const Slice> slices, double width_s = 0);

struct TimeBucket {
  double from_s = 0;    // since the run's start
  double active_s = 0;  // how much of it the target was being measured
  // Requests by the instant of sending, and their latencies in ms.
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  GroupQuantiles ttft;
  GroupQuantiles tpot;
  GroupQuantiles e2e;
  std::optional<double> slo_attainment;  // share of those answered that meet every objective
  // What happened within the bucket, per second of active_s; nullopt where that is 0.
  std::optional<double> in_flight;            // mean number of requests
  std::optional<double> output_tokens_per_s;  // of the system
  std::optional<double> requests_per_s;       // successful, by their end
  std::optional<double> goodput;              // likewise, those that meet every objective

  std::optional<double> error_rate() const;  // of those sent here
};

/// A rate over the run. Buckets that hold the filling or emptying of a block are left out where
/// enough others are there (`buckets` says how many were used).
struct RateOverTime {
  std::optional<double> mean;       // over all measured time
  std::optional<double> sustained;  // median of the buckets: held for half of the time
  std::optional<double> peak;       // the highest bucket
  std::optional<double> peak_at_s;
  std::optional<double> cv;  // standard deviation of the buckets (ddof 1) over their mean
  std::size_t buckets = 0;
};

struct Timeline {
  TimeGrid grid;
  std::vector<TimeBucket> buckets;
  RateOverTime output_tokens;
  RateOverTime requests;
  RateOverTime goodput;  // empty where there are no objectives
  /// Share of the output tokens whose instants are not known: they are spread evenly from the first
  /// token to the last, or to the end.
  double spread_evenly = 0;
};

/// Tokens count where their chunks arrived, not where the request ended.
Timeline make_timeline(const Slice& slice, const TimeGrid& grid, std::span<const Slo> slos);

/// True where the row is successful and meets every latency objective. Of several on one metric the
/// one with the highest quantile binds a single request; for gaps it is the quantile of its own.
bool meets_all(const Slice& slice, std::size_t row, std::span<const Slo> slos);

/// A request's value with the mean of the last `window` requests up to it.
struct RollingPoint {
  double at_s = 0;  // sent, since the run's start
  double value = 0;
  double mean = 0;
  RowRef row;
};
/// In the order of sending; at most `most` points, evenly picked, each with the mean over all of
/// its window. `window` >= 1.
std::vector<RollingPoint> rolling_mean(const Slice& slice, MetricId metric, std::size_t window,
                                       std::size_t most = 2000);

/// Latency by time bucket and by requests in flight at the send. Cells without samples are left
/// out.
struct Heatmap {
  struct Cell {
    std::uint32_t bucket = 0;
    std::uint32_t range = 0;
    GroupQuantiles latency;
  };
  MetricId metric = MetricId::kE2e;
  TimeGrid grid;
  std::vector<Range> concurrency;
  std::vector<Cell> cells;  // by bucket, then by range
};
Heatmap make_heatmap(const Slice& slice, MetricId metric, const TimeGrid& grid);

}  // namespace tt::analysis
