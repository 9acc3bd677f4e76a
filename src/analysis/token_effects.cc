#include "analysis/token_effects.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

constexpr std::array kCorrelated = {
    Quantity::kInputTokens, Quantity::kOutputTokens, Quantity::kConcurrency, Quantity::kTtft,
    Quantity::kTpot,        Quantity::kE2e,          Quantity::kRequestRate, Quantity::kSentAt};
constexpr double kMadToDeviation = 1.4826;  // for a normal distribution

// Pairs of two quantities of successful requests, with the rows' positions in the slice.
struct Pairs {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::size_t> at;
};

Pairs pairs_of(const Slice& slice, Quantity x, Quantity y) {
  const auto& xs = values(slice, x);
  const auto& ys = values(slice, y);
  Pairs pairs;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (!slice.frame->ok(slice.rows[i]) || std::isnan(xs[i]) || std::isnan(ys[i])) continue;
    pairs.x.push_back(xs[i]);
    pairs.y.push_back(ys[i]);
    pairs.at.push_back(i);
  }
  return pairs;
}

Pairs thinned(const Pairs& pairs, std::size_t most) {
  if (pairs.x.size() <= most) return pairs;
  Pairs some;
  for (const std::size_t i : thin(pairs.x.size(), most)) {
    some.x.push_back(pairs.x[i]);
    some.y.push_back(pairs.y[i]);
    some.at.push_back(pairs.at[i]);
  }
  return some;
}

RowRef reference(const Slice& slice, std::size_t position) {
  const std::uint32_t row = slice.rows[position];
  return {row, slice.frame->index[row]};
}

// log(value / expected) for each pair; a line that does not stay above 0 gives way to the median.
std::vector<double> log_ratios(const Pairs& pairs, std::vector<double>& expected) {
  const Pairs some = thinned(pairs, kMostForDependence);
  const auto line = stats::theil_sen(some.x, some.y);
  std::vector<double> scratch = some.y;
  const double median = *stats::quantile_in_place(scratch, 0.5);
  expected.reserve(pairs.x.size());
  std::vector<double> ratios;
  ratios.reserve(pairs.x.size());
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    const double fit = line ? line->intercept + line->slope * pairs.x[i] : median;
    expected.push_back(fit > 0 ? fit : median);
    ratios.push_back(pairs.y[i] > 0 && expected[i] > 0 ? std::log(pairs.y[i] / expected[i])
                                                       : kNoValue);
  }
  return ratios;
}

double lengths_spread(const Scatter& s) {
  std::vector<double> x;
  for (const auto& point : s.points) x.push_back(point.x);
  const stats::Sorted sorted(std::move(x));
  if (sorted.empty() || sorted.min() <= 0) return 1;
  return *stats::quantile(sorted, 0.95) / *stats::quantile(sorted, 0.05);
}

}  // namespace

Scatter scatter(const Slice& slice, Quantity x, Quantity y, std::size_t most_points) {
  const Pairs pairs = pairs_of(slice, x, y);
  Scatter s{.x = x, .y = y, .n = pairs.x.size(), .points = {}, .pearson = {}, .spearman = {}};
  for (const std::size_t i : thin(pairs.x.size(), most_points)) {
    s.points.push_back({pairs.x[i], pairs.y[i], reference(slice, pairs.at[i])});
  }
  const Pairs some = thinned(pairs, kMostForDependence);
  s.pearson = stats::correlate(some.x, some.y, stats::CorrelationKind::kPearson);
  s.spearman = stats::correlate(some.x, some.y, stats::CorrelationKind::kSpearman);
  s.line = stats::theil_sen(some.x, some.y);
  return s;
}

PrefillRate prefill_rate(const Scatter& s) {
  PrefillRate rate{.tokens_per_s = {}, .interval = {}, .n = s.n};
  rate.lengths_alike = lengths_spread(s) < kLengthSpread;
  if (rate.lengths_alike || !s.line || !s.line->interval || s.line->interval->low <= 0) {
    return rate;
  }
  rate.tokens_per_s = 1e3 / s.line->slope;
  rate.interval = stats::Interval{.low = 1e3 / s.line->interval->high,
                                  .high = 1e3 / s.line->interval->low,
                                  .confidence = s.line->interval->confidence};
  rate.base_ms = s.line->intercept;
  return rate;
}

DecodeLoad decode_load(const Slice& slice) {
  DecodeLoad load;
  const Pairs pairs = pairs_of(slice, Quantity::kConcurrency, Quantity::kDecodeRate);
  const auto ranges = doubling_ranges(pairs.x);
  const auto place = place_in(ranges, pairs.x);
  std::vector<std::vector<double>> rates(ranges.size());
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    if (place[i] < ranges.size()) rates[place[i]].push_back(pairs.y[i]);
  }
  for (std::size_t r = 0; r < ranges.size(); ++r) {
    if (rates[r].empty()) continue;
    load.steps.push_back({.concurrency = ranges[r],
                          .n = rates[r].size(),
                          .tokens_per_s = *stats::quantile_in_place(rates[r], 0.5)});
  }
  Pairs some = thinned(pairs, kMostForDependence);
  for (double& rate : some.y) rate = 1e3 / rate;
  load.tpot_over_load = stats::theil_sen(some.x, some.y);
  return load;
}

Anomalies find_anomalies(const Slice& slice, Quantity tokens, Quantity latency) {
  const Pairs pairs = pairs_of(slice, tokens, latency);
  Anomalies found{.tokens = tokens, .latency = latency, .n = pairs.x.size(), .worst = {}};
  if (found.n < kFewestForAnomalies) return found;
  std::vector<double> expected;
  const auto ratios = log_ratios(pairs, expected);
  auto scratch = present(ratios);
  const auto median = stats::quantile_in_place(scratch, 0.5);
  if (!median) return found;
  for (double& ratio : scratch) ratio = std::fabs(ratio - *median);
  const double deviation = kMadToDeviation * *stats::quantile_in_place(scratch, 0.5);
  if (deviation <= 0) return found;  // more than half are exactly as expected
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    const double score = (ratios[i] - *median) / deviation;
    const bool far = std::fabs(ratios[i] - *median) > std::log(kAnomalyRatio);
    if (!far || std::fabs(score) <= kAnomalyScore) continue;
    ++(score > 0 ? found.slow : found.fast);
    found.worst.push_back(
        {reference(slice, pairs.at[i]), pairs.x[i], pairs.y[i], expected[i], score});
  }
  const auto farther = [](const Anomaly& a, const Anomaly& b) {
    return std::pair(-std::fabs(a.score), a.row.row) < std::pair(-std::fabs(b.score), b.row.row);
  };
  const std::size_t kept = std::min(found.worst.size(), kWorstAnomalies);
  std::ranges::partial_sort(found.worst, found.worst.begin() + static_cast<std::ptrdiff_t>(kept),
                            farther);
  found.worst.resize(kept);
  return found;
}

Correlations correlations(const Slice& slice) {
  std::vector<Quantity> quantities;
  std::vector<std::vector<double>> columns;
  for (const Quantity quantity : kCorrelated) {
    auto column = values(slice, quantity);
    if (std::ranges::all_of(column, [](double v) { return std::isnan(v); })) continue;
    quantities.push_back(quantity);
    columns.push_back(std::move(column));
  }
  std::vector<std::size_t> whole;  // rows that have all
  for (std::size_t i = 0; i < slice.rows.size(); ++i) {
    const bool all = slice.frame->ok(slice.rows[i]) &&
                     std::ranges::none_of(columns, [&](const auto& c) { return std::isnan(c[i]); });
    if (all) whole.push_back(i);
  }
  const auto picked = thin(whole.size(), kMostForDependence);
  std::vector<std::span<const double>> spans;
  for (auto& column : columns) {
    std::vector<double> some;
    for (const std::size_t i : picked) some.push_back(column[whole[i]]);
    column = std::move(some);
    spans.emplace_back(column);
  }
  return {.quantities = std::move(quantities),
          .n = picked.size(),
          .pearson = stats::CorrelationMatrix(spans, stats::CorrelationKind::kPearson),
          .spearman = stats::CorrelationMatrix(spans, stats::CorrelationKind::kSpearman)};
}

Lengths lengths(const Slice& slice) {
  Lengths all;
  const auto of = [&](Quantity quantity, GroupQuantiles& quantiles, double& mean, Histogram& bins) {
    auto tokens = values(slice, quantity);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (!slice.frame->ok(slice.rows[i])) tokens[i] = kNoValue;
    }
    tokens = present(tokens);
    mean = stats::mean(tokens).value_or(0);
    std::vector<double> some;
    for (const std::size_t i : thin(tokens.size(), kMostForCurves)) some.push_back(tokens[i]);
    bins = histogram_of(std::move(some));
    quantiles = quantiles_of(tokens);
  };
  of(Quantity::kInputTokens, all.input, all.mean_input, all.input_histogram);
  of(Quantity::kOutputTokens, all.output, all.mean_output, all.output_histogram);
  return all;
}

}  // namespace tt::analysis
