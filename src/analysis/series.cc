#include "analysis/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace tt::analysis {
namespace {

using record::SeriesPoints;

double grown(double before, double after) { return after >= before ? after - before : after; }

std::size_t first_at(const SeriesPoints& s, Nanos t) {  // the first reading not before t
  return static_cast<std::size_t>(std::ranges::lower_bound(s.at, t) - s.at.begin());
}
std::size_t past_at(const SeriesPoints& s, Nanos t) {  // the first reading after t
  return static_cast<std::size_t>(std::ranges::upper_bound(s.at, t) - s.at.begin());
}

// Seconds of the windows that lie in a stretch.
double overlap(std::span<const TimeWindow> windows, TimeWindow stretch) {
  double seconds = 0;
  for (const TimeWindow& w : windows) {
    const Nanos from = std::max(w.from, stretch.from);
    const Nanos to = std::min(w.to, stretch.to);
    if (to > from) seconds += to_seconds(to - from);
  }
  return seconds;
}

double edge_of(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  double edge = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), edge);
  const bool good = error == std::errc{} && end == text.data() + text.size();
  return good ? edge : std::numeric_limits<double>::quiet_NaN();
}

// Several sets of labels together; nullopt where there is none.
std::optional<double> total_increase(std::span<const SeriesPoints> all,
                                     std::span<const TimeWindow> windows) {
  std::optional<double> total;
  for (const SeriesPoints& one : all) {
    if (const auto grew = increase(one, windows)) total = total.value_or(0) + *grew;
  }
  return total;
}

}  // namespace

double seconds_of(std::span<const TimeWindow> windows) {
  double sum = 0;
  for (const TimeWindow& w : windows) sum += to_seconds(w.to - w.from);
  return sum;
}

std::optional<double> increase(const SeriesPoints& counter, std::span<const TimeWindow> windows,
                               double* covered_s) {
  std::optional<double> total;
  double covered = 0;
  std::size_t done = 0;  // readings up to this one are counted
  for (const TimeWindow& w : windows) {
    const std::size_t past_start = past_at(counter, w.from);
    const std::size_t first = std::max(past_start > 0 ? past_start - 1 : 0, done);
    const std::size_t last = std::min(first_at(counter, w.to) + 1, counter.at.size());
    if (last < first + 2) continue;
    double sum = 0;
    for (std::size_t i = first + 1; i < last; ++i) {
      sum += grown(counter.value[i - 1], counter.value[i]);
    }
    total = total.value_or(0) + sum;
    done = last - 1;
    covered += overlap(windows, {counter.at[first], counter.at[done]});
  }
  if (covered_s != nullptr) *covered_s = covered;
  return total;
}

std::optional<double> flow(const SeriesPoints& counter, std::span<const TimeWindow> windows,
                           double* covered_s) {
  double sum = 0;
  double covered = 0;
  for (std::size_t i = 1; i < counter.at.size(); ++i) {
    const double length = to_seconds(counter.at[i] - counter.at[i - 1]);
    if (length <= 0) continue;
    for (const TimeWindow& w : windows) {
      const Nanos from = std::max(w.from, counter.at[i - 1]);
      const Nanos to = std::min(w.to, counter.at[i]);
      if (to <= from) continue;
      sum += grown(counter.value[i - 1], counter.value[i]) * to_seconds(to - from) / length;
      covered += to_seconds(to - from);
    }
  }
  if (covered_s != nullptr) *covered_s = covered;
  return covered > 0 ? std::optional(sum) : std::nullopt;
}

std::optional<GaugeFacts> gauge_facts(const SeriesPoints& gauge,
                                      std::span<const TimeWindow> windows) {
  const SeriesLine line = gauge_line(gauge, windows);
  if (line.value.empty()) return std::nullopt;
  GaugeFacts facts{.n = line.value.size(), .mean = 0, .max = line.value.front()};
  for (const double v : line.value) {
    facts.mean += v / static_cast<double>(facts.n);
    facts.max = std::max(facts.max, v);
  }
  return facts;
}

SeriesLine gauge_line(const SeriesPoints& gauge, std::span<const TimeWindow> windows) {
  SeriesLine line;
  for (const TimeWindow& w : windows) {
    for (std::size_t i = first_at(gauge, w.from); i < past_at(gauge, w.to); ++i) {
      line.at_s.push_back(to_seconds(gauge.at[i]));
      line.value.push_back(gauge.value[i]);
    }
  }
  return line;
}

SeriesLine rate_line(const SeriesPoints& counter, std::span<const TimeWindow> windows) {
  SeriesLine line;
  for (const TimeWindow& w : windows) {
    for (std::size_t i = std::max<std::size_t>(first_at(counter, w.from), 1);
         i < past_at(counter, w.to); ++i) {
      const double seconds = to_seconds(counter.at[i] - counter.at[i - 1]);
      if (seconds <= 0) continue;
      line.at_s.push_back(to_seconds(counter.at[i]));
      line.value.push_back(grown(counter.value[i - 1], counter.value[i]) / seconds);
    }
  }
  return line;
}

SeriesLine combine(std::span<const SeriesLine> lines, bool mean) {
  if (lines.size() == 1) return lines.front();
  struct Sum {
    double value = 0;
    std::size_t n = 0;
  };
  std::map<double, Sum> sums;
  for (const SeriesLine& line : lines) {
    for (std::size_t i = 0; i < line.value.size(); ++i) {
      Sum& sum = sums[line.at_s[i]];
      sum.value += line.value[i];
      ++sum.n;
    }
  }
  std::size_t most = 0;
  for (const auto& [at, sum] : sums) most = std::max(most, sum.n);
  SeriesLine all;
  for (const auto& [at, sum] : sums) {
    if (!mean && sum.n < most) continue;
    all.at_s.push_back(at);
    all.value.push_back(mean ? sum.value / static_cast<double>(sum.n) : sum.value);
  }
  return all;
}

std::optional<BucketQuantile> bucket_quantile(double q, std::span<const Bucket> buckets) {
  if (buckets.empty() || !std::isinf(buckets.back().edge) || !(buckets.back().count > 0)) {
    return std::nullopt;
  }
  if (!(q >= 0 && q <= 1)) return std::nullopt;
  const double rank = q * buckets.back().count;
  // Scrapes of a busy server may see a bucket before its neighbours: counts never fall.
  double below = 0;
  std::size_t b = 0;
  double count = std::max(buckets[0].count, 0.0);
  while (b + 1 < buckets.size() && count < rank) {
    below = count;
    ++b;
    count = std::max(buckets[b].count, below);
  }
  const double low = b == 0 ? std::min(0.0, buckets[0].edge) : buckets[b - 1].edge;
  if (b + 1 == buckets.size()) {
    // Nothing is known of it but the highest finite edge.
    if (buckets.size() == 1) return std::nullopt;
    return BucketQuantile{.value = low, .low = low, .high = buckets[b].edge, .lower_bound = true};
  }
  const double high = buckets[b].edge;
  if (b == 0 && high <= 0) return BucketQuantile{.value = high, .low = high, .high = high};
  const double in_bucket = count - below;
  const double share = in_bucket > 0 ? (rank - below) / in_bucket : 0;
  return BucketQuantile{.value = low + (high - low) * share, .low = low, .high = high};
}

std::optional<HistogramGrowth> histogram_growth(const record::Telemetry& telemetry,
                                                std::uint32_t target, std::string_view name,
                                                std::span<const TimeWindow> windows) {
  const std::string base(name);
  const auto count = total_increase(telemetry.of(target, base + "_count"), windows);
  const auto sum = total_increase(telemetry.of(target, base + "_sum"), windows);
  if (!count || !sum || !(*count > 0)) return std::nullopt;
  HistogramGrowth growth{.count = *count, .sum = *sum, .buckets = {}};
  for (const SeriesPoints& bucket : telemetry.of(target, base + "_bucket")) {
    const double edge = edge_of(record::label_of(bucket.series.labels, "le"));
    const auto grew = increase(bucket, windows);
    if (!std::isnan(edge) && grew) growth.buckets.push_back({edge, *grew});
  }
  std::ranges::sort(growth.buckets, {}, &Bucket::edge);
  return growth;
}

}  // namespace tt::analysis
