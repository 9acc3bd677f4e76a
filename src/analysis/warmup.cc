#include "analysis/warmup.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "stats/quantile.h"
#include "stats/rank.h"

namespace tt::analysis {
namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kMostForTest = 20'000;

stats::Sorted picked(std::span<const double> values) {
  std::vector<double> some;
  for (const std::size_t i : thin(values.size(), kMostForTest)) some.push_back(values[i]);
  return stats::Sorted(std::move(some));
}

FirstAgainstRest split(std::span<const double> values, std::size_t count) {
  FirstAgainstRest part{.count = std::min(count, values.size()),
                        .first = {},
                        .rest = {},
                        .excess = {},
                        .p_value = {},
                        .steady_s = {}};
  const auto first = values.first(part.count);
  const auto rest = values.subspan(part.count);
  std::vector<double> scratch(first.begin(), first.end());
  part.first = quantiles_of(scratch);
  scratch.assign(rest.begin(), rest.end());
  part.rest = quantiles_of(scratch);
  if (part.first.p50 && part.rest.p50 && *part.rest.p50 > 0) {
    part.excess = *part.first.p50 / *part.rest.p50 - 1;
  }
  if (const auto test = stats::mann_whitney(picked(first), picked(rest))) {
    part.p_value = test->p_value;
  }
  return part;
}

// Means of kBatch logarithms each; what is left over at the end is left out.
std::vector<double> batches_of(std::span<const double> values) {
  std::vector<double> batches;
  batches.reserve(values.size() / kBatch);
  for (std::size_t i = 0; i + kBatch <= values.size(); i += kBatch) {
    double sum = 0;
    // A latency of 0 has no logarithm; a nanosecond will do.
    for (const double v : values.subspan(i, kBatch)) sum += std::log(std::max(v, 1e-6));
    batches.push_back(sum / kBatch);
  }
  return batches;
}

// How many batches to cut, from `least` to `most`: where squares(d) / (m - d)^2 is least.
std::size_t best_cut(std::span<const double> batches, std::size_t least, std::size_t most) {
  std::size_t best = least;
  double lowest = std::numeric_limits<double>::infinity();
  double n = 0;
  double mean = 0;
  double squares = 0;
  for (std::size_t d = batches.size(); d-- > least;) {  // Welford's way, from the end
    n += 1;
    const double off = batches[d] - mean;
    mean += off / n;
    squares += off * (batches[d] - mean);
    const double score = squares / (n * n);
    if (d > most || score > lowest) continue;
    lowest = score;
    best = d;
  }
  return best;
}

bool differs(const FirstAgainstRest& part) {
  return part.excess && std::fabs(*part.excess) >= kWarmupExcess && part.p_value &&
         *part.p_value <= kWarmupP;
}

// The values that are there and the positions of their rows in the slice.
struct Series {
  std::vector<double> values;
  std::vector<std::size_t> at;
};

Series series_of(const Slice& slice, MetricId metric) {
  Series series;
  const auto& all = values(slice, metric);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::isnan(all[i])) continue;
    series.values.push_back(all[i]);
    series.at.push_back(i);
  }
  return series;
}

void set_steady_instant(FirstAgainstRest& part, const Slice& slice, const Series& series) {
  if (part.count >= series.at.size()) return;
  const Nanos at = start_of(*slice.frame, slice.rows[series.at[part.count]]);
  if (at != kNever) part.steady_s = to_seconds(at);
}

}  // namespace

FirstAgainstRest first_against_rest(const Slice& slice, MetricId metric, std::size_t count) {
  const Series series = series_of(slice, metric);
  FirstAgainstRest part = split(series.values, count);
  set_steady_instant(part, slice, series);
  return part;
}

Warmup find_warmup(const Slice& slice, MetricId metric) {
  const Series series = series_of(slice, metric);
  Warmup warmup{.metric = metric, .n = series.values.size(), .part = {}};
  if (warmup.n < kFewestForWarmup) return warmup;
  const auto batches = batches_of(series.values);
  warmup.outcome = WarmupOutcome::kNone;
  const std::size_t half = batches.size() / 2;
  // Near the end a few alike batches look like the steadiest part of all.
  const std::size_t last = batches.size() - std::max<std::size_t>(kBatch, batches.size() / 10);
  for (const auto& [from, to] : {std::pair(std::size_t{0}, half), std::pair(half, last)}) {
    const std::size_t cut = best_cut(batches, from, to);
    FirstAgainstRest part = split(series.values, cut * kBatch);
    if (!differs(part)) continue;
    warmup.outcome = cut < half ? WarmupOutcome::kFound : WarmupOutcome::kNeverSteady;
    set_steady_instant(part, slice, series);
    warmup.part = part;
    break;
  }
  return warmup;
}

}  // namespace tt::analysis
