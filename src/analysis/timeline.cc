#include "analysis/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <ranges>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::analysis {
namespace {

using record::Frame;

constexpr std::size_t kMostAutomatic = 120;
constexpr std::array kWidths = {1.0,   2.0,   5.0,   10.0,   15.0,   30.0,    60.0,   120.0,  300.0,
                                600.0, 900.0, 1800., 3600.0, 7200.0, 21600.0, 43200., 86400.0};
constexpr std::size_t kFewestBuckets = 3;  // that say how a rate scatters

// Where an instant falls; clamped to the grid.
class Places {
 public:
  explicit Places(const TimeGrid& grid)
      : from_(grid.from_s), per_s_(1 / grid.width_s), last_(static_cast<double>(grid.count) - 1) {}
  // In buckets from the first one's beginning, with a fraction.
  double exact(Nanos at) const { return (to_seconds(at) - from_) * per_s_; }
  std::size_t of(Nanos at) const {
    return static_cast<std::size_t>(std::clamp(exact(at), 0.0, last_));
  }

 private:
  double from_;
  double per_s_;
  double last_;
};

// Amounts of something by bucket, added at instants or spread evenly over intervals. Intervals cost
// the same however long they are.
class Amounts {
 public:
  explicit Amounts(const TimeGrid& grid)
      : places_(grid), sums_(grid.count, 0.0), steps_(grid.count + 1, 0.0) {}

  void add(Nanos at, double amount) { sums_[places_.of(at)] += amount; }

  // What lies outside of the grid is left out.
  void spread(Nanos from, Nanos to, double amount) {
    if (to <= from) return add(to, amount);
    const double density = amount / (places_.exact(to) - places_.exact(from));
    const auto edge = static_cast<double>(sums_.size());
    const double start = std::clamp(places_.exact(from), 0.0, edge);
    const double end = std::clamp(places_.exact(to), 0.0, edge);
    const std::size_t first = places_.of(from);
    const std::size_t last = places_.of(to);
    if (first == last) {
      sums_[first] += density * (end - start);
      return;
    }
    sums_[first] += density * (static_cast<double>(first + 1) - start);
    sums_[last] += density * (end - static_cast<double>(last));
    steps_[first + 1] += density;
    steps_[last] -= density;
  }

  std::vector<double> take() && {
    double level = 0;
    for (std::size_t b = 0; b < sums_.size(); ++b) {
      level += steps_[b];
      sums_[b] += level;
    }
    return std::move(sums_);
  }

 private:
  Places places_;
  std::vector<double> sums_;
  std::vector<double> steps_;  // where the level of what covers whole buckets changes
};

// Spreads a successful request's output tokens. Chunks may disagree with the server's count, which
// is the truth: each gets its share of that. False where the instants are not known.
bool spread_tokens(const Frame& frame, std::size_t row, Amounts& amounts) {
  const auto tokens = static_cast<double>(frame.output_tokens[row]);
  const auto at = frame.chunks_at(row);
  if (at.size() >= 2 && frame.sent[row] != kNever) {
    const auto counts = frame.chunks_tokens(row);
    double seen = 0;
    for (const std::uint32_t count : counts) seen += std::max(1U, count);
    for (std::size_t i = 0; i < at.size(); ++i) {
      amounts.add(at[i], std::max(1U, counts[i]) * (tokens / seen));
    }
    return true;
  }
  if (frame.end[row] == kNever) return false;
  const Nanos first =
      frame.first_token[row] != kNever ? frame.first_token[row] : start_of(frame, row);
  const Nanos last = frame.last_token[row] > first ? frame.last_token[row] : frame.end[row];
  amounts.spread(first, last, tokens);
  return at.size() == 1;  // all at one instant, which is known
}

// One limit a metric: what binds a single request.
std::vector<Slo> binding(std::span<const Slo> slos) {
  std::vector<Slo> limits;
  for (const Slo& slo : slos) {
    if (metric(slo.figure.metric).unit != Unit::kMillis) continue;
    const auto same = [&](const Slo& other) { return other.figure.metric == slo.figure.metric; };
    const auto highest = std::ranges::max(slos | std::views::filter(same), {},
                                          [](const Slo& s) { return s.figure.quantile; });
    if (slo.figure.quantile == highest.figure.quantile) limits.push_back(slo);
  }
  return limits;
}

bool meets(const Slice& slice, std::size_t row, std::span<const Slo> limits) {
  if (!slice.frame->ok(row)) return false;
  for (const Slo& slo : limits) {
    const MetricId id = slo.figure.metric;
    if (metric(id).grain == Grain::kRequest) {
      if (request_value(slice.facts(row), id) > slo.limit) return false;
      continue;
    }
    std::vector<double> own;
    for_each_gap(slice.frame->chunks_at(row), slice.frame->chunks_tokens(row), id == MetricId::kItl,
                 [&](double gap, std::uint32_t times) { own.insert(own.end(), times, gap); });
    const auto value = stats::quantile_in_place(own, slo.figure.quantile);
    if (value && *value > slo.limit) return false;
  }
  return true;
}

void place_latencies(const Slice& slice, MetricId id, const Places& places,
                     std::vector<TimeBucket>& buckets, GroupQuantiles TimeBucket::* member) {
  const auto& all = values(slice, id);
  std::vector<std::vector<double>> by_bucket(buckets.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::isnan(all[i])) continue;
    by_bucket[places.of(start_of(*slice.frame, slice.rows[i]))].push_back(all[i]);
  }
  for (std::size_t b = 0; b < buckets.size(); ++b) {
    buckets[b].*member = quantiles_of(by_bucket[b]);
  }
}

std::vector<double> active_seconds(const Slice& slice, const TimeGrid& grid) {
  Amounts active(grid);
  for (const Stretch& s : slice.stretches) active.spread(s.from, s.to, to_seconds(s.to - s.from));
  return std::move(active).take();
}

std::optional<double> per(double amount, double seconds) {
  if (seconds <= 0) return std::nullopt;
  return amount / seconds;
}

// What a pass over the rows gathers by bucket.
struct Gathered {
  explicit Gathered(const TimeGrid& grid)
      : tokens(grid), requests(grid), good(grid), in_flight(grid), met(grid.count, 0) {}
  Amounts tokens;
  Amounts requests;
  Amounts good;
  Amounts in_flight;
  std::vector<std::uint64_t> met;  // by the instant of sending
  double all_tokens = 0;
  double tokens_spread = 0;
};

void gather(const Slice& slice, const Places& places, std::span<const Slo> slos, Gathered& g,
            std::vector<TimeBucket>& buckets) {
  const Frame& frame = *slice.frame;
  const std::vector<Slo> limits = binding(slos);
  for (const std::uint32_t row : slice.rows) {
    const Nanos start = start_of(frame, row);
    if (start == kNever) continue;
    const std::size_t place = places.of(start);
    TimeBucket& bucket = buckets[place];
    ++bucket.sent;
    if (frame.end[row] != kNever) {
      g.in_flight.spread(start, frame.end[row], to_seconds(frame.end[row] - start));
    }
    if (!frame.ok(row)) {
      bucket.failed += ended_by_client(frame.status[row]) ? 0 : 1;
      continue;
    }
    ++bucket.ok;
    const auto tokens = static_cast<double>(frame.output_tokens[row]);
    g.all_tokens += tokens;
    if (tokens > 0 && !spread_tokens(frame, row, g.tokens)) g.tokens_spread += tokens;
    const bool good = !slos.empty() && meets(slice, row, limits);
    if (good) ++g.met[place];
    if (frame.end[row] == kNever) continue;
    g.requests.add(frame.end[row], 1);
    if (good) g.good.add(frame.end[row], 1);
  }
}

// Buckets wholly within a stretch and away from its ends; else those with half of their time.
std::vector<std::size_t> steady_buckets(const Timeline& t, const Slice& slice) {
  const Places places(t.grid);
  std::vector<bool> edge(t.buckets.size(), false);
  for (const Stretch& s : slice.stretches) {
    edge[places.of(s.from)] = true;
    for (std::size_t b = places.of(s.last_sent); b <= places.of(s.to); ++b) edge[b] = true;
  }
  const auto pick = [&](double share, bool edges) {
    std::vector<std::size_t> picked;
    for (std::size_t b = 0; b < t.buckets.size(); ++b) {
      const bool enough = t.buckets[b].active_s >= share * t.grid.width_s;
      if (enough && (edges || !edge[b])) picked.push_back(b);
    }
    return picked;
  };
  auto inner = pick(0.999, false);
  if (inner.size() >= kFewestBuckets) return inner;
  auto half = pick(0.5, true);
  return half.empty() ? pick(1e-9, true) : half;
}

RateOverTime over_time(const Timeline& t, std::span<const std::size_t> steady,
                       std::optional<double> mean, std::optional<double> TimeBucket::* rate) {
  RateOverTime r{.mean = mean, .sustained = {}, .peak = {}, .peak_at_s = {}, .cv = {}};
  std::vector<double> rates;
  for (const std::size_t b : steady) {
    const auto value = t.buckets[b].*rate;
    if (!value) continue;
    rates.push_back(*value);
    if (r.peak && *value <= *r.peak) continue;
    r.peak = value;
    r.peak_at_s = t.buckets[b].from_s;
  }
  r.buckets = rates.size();
  const double level = stats::mean(rates).value_or(0);
  const auto deviation = stats::standard_deviation(rates, 1);
  if (rates.size() >= kFewestBuckets && deviation && level > 0) r.cv = *deviation / level;
  r.sustained = stats::quantile_in_place(rates, 0.5);
  return r;
}

}  // namespace

TimeGrid make_grid(std::span<const Slice> slices, double width_s) {
  Nanos from = kNever;
  Nanos to = kNever;
  for (const Slice& slice : slices) {
    for (const Stretch& s : slice.stretches) {
      from = from == kNever ? s.from : std::min(from, s.from);
      to = std::max(to, s.to);
    }
  }
  TimeGrid grid;
  if (from == kNever) return grid;
  const double first = to_seconds(from);
  const double last = to_seconds(to);
  const auto buckets = [&](double width) {
    return std::max(std::ceil(last / width) - std::floor(first / width), 1.0);
  };
  grid.width_s = width_s;
  if (!(width_s > 0)) {
    const auto fits = [&](double width) { return buckets(width) <= kMostAutomatic; };
    const auto* found = std::ranges::find_if(kWidths, fits);
    grid.width_s = found == kWidths.end() ? kWidths.back() : *found;
  }
  while (buckets(grid.width_s) > kMostBuckets) grid.width_s *= 2;
  grid.from_s = std::floor(first / grid.width_s) * grid.width_s;
  grid.count = static_cast<std::size_t>(buckets(grid.width_s));
  return grid;
}

std::optional<double> TimeBucket::error_rate() const {
  if (ok + failed == 0) return std::nullopt;
  return static_cast<double>(failed) / static_cast<double>(ok + failed);
}

Timeline make_timeline(const Slice& slice, const TimeGrid& grid, std::span<const Slo> slos) {
  Timeline t{.grid = grid, .buckets = {}, .output_tokens = {}, .requests = {}, .goodput = {}};
  if (grid.count == 0 || !slice.has_times()) return t;
  t.buckets.resize(grid.count);
  const Places places(grid);
  Gathered g(grid);
  gather(slice, places, slos, g, t.buckets);
  const auto active = active_seconds(slice, grid);
  const auto tokens = std::move(g.tokens).take();
  const auto requests = std::move(g.requests).take();
  const auto good = std::move(g.good).take();
  const auto in_flight = std::move(g.in_flight).take();
  for (std::size_t b = 0; b < grid.count; ++b) {
    TimeBucket& bucket = t.buckets[b];
    bucket.from_s = grid.from_s + static_cast<double>(b) * grid.width_s;
    bucket.active_s = active[b];
    bucket.output_tokens_per_s = per(tokens[b], active[b]);
    bucket.requests_per_s = per(requests[b], active[b]);
    bucket.in_flight = per(in_flight[b], active[b]);
    if (slos.empty()) continue;
    bucket.goodput = per(good[b], active[b]);
    bucket.slo_attainment =
        per(static_cast<double>(g.met[b]), static_cast<double>(bucket.ok + bucket.failed));
  }
  place_latencies(slice, MetricId::kTtft, places, t.buckets, &TimeBucket::ttft);
  place_latencies(slice, MetricId::kTpot, places, t.buckets, &TimeBucket::tpot);
  place_latencies(slice, MetricId::kE2e, places, t.buckets, &TimeBucket::e2e);
  t.spread_evenly = g.all_tokens > 0 ? g.tokens_spread / g.all_tokens : 0;
  const auto steady = steady_buckets(t, slice);
  const auto mean = [&](const std::vector<double>& amounts) {
    return per(std::accumulate(amounts.begin(), amounts.end(), 0.0), slice.seconds());
  };
  t.output_tokens = over_time(t, steady, mean(tokens), &TimeBucket::output_tokens_per_s);
  t.requests = over_time(t, steady, mean(requests), &TimeBucket::requests_per_s);
  if (!slos.empty()) t.goodput = over_time(t, steady, mean(good), &TimeBucket::goodput);
  return t;
}

bool meets_all(const Slice& slice, std::size_t row, std::span<const Slo> slos) {
  return meets(slice, row, binding(slos));
}

std::vector<RollingPoint> rolling_mean(const Slice& slice, MetricId id, std::size_t window,
                                       std::size_t most) {
  const auto& all = values(slice, id);
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!std::isnan(all[i])) there.push_back(i);
  }
  std::vector<double> sums(there.size() + 1, 0.0);
  for (std::size_t i = 0; i < there.size(); ++i) sums[i + 1] = sums[i] + all[there[i]];
  std::vector<RollingPoint> points;
  for (const std::size_t i : thin(there.size(), most)) {
    const std::size_t first = i + 1 > window ? i + 1 - window : 0;
    const std::uint32_t row = slice.rows[there[i]];
    const Nanos at = start_of(*slice.frame, row);
    points.push_back({.at_s = at == kNever ? kNoValue : to_seconds(at),
                      .value = all[there[i]],
                      .mean = (sums[i + 1] - sums[first]) / static_cast<double>(i + 1 - first),
                      .row = {row, slice.frame->index[row]}});
  }
  return points;
}

Heatmap make_heatmap(const Slice& slice, MetricId id, const TimeGrid& grid) {
  Heatmap map{.metric = id, .grid = grid, .concurrency = {}, .cells = {}};
  if (grid.count == 0) return map;
  const auto& in_flight = values(slice, Quantity::kConcurrency);
  map.concurrency = doubling_ranges(in_flight);
  const std::size_t ranges = map.concurrency.size();
  const auto range_of = place_in(map.concurrency, in_flight);
  const auto& latency = values(slice, id);
  const Places places(grid);
  std::vector<std::vector<double>> cells(grid.count * ranges);
  for (std::size_t i = 0; i < latency.size(); ++i) {
    if (std::isnan(latency[i]) || range_of[i] >= ranges) continue;
    const std::size_t bucket = places.of(start_of(*slice.frame, slice.rows[i]));
    cells[bucket * ranges + range_of[i]].push_back(latency[i]);
  }
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (cells[c].empty()) continue;
    map.cells.push_back({.bucket = static_cast<std::uint32_t>(c / ranges),
                         .range = static_cast<std::uint32_t>(c % ranges),
                         .latency = quantiles_of(cells[c])});
  }
  return map;
}

}  // namespace tt::analysis
