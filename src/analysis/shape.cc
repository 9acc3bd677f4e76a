#include "analysis/shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/jobs.h"
#include "stats/histogram_bins.h"
#include "stats/quantile.h"
#include "stats/ratio.h"
#include "stats/select.h"

namespace tt::analysis {
namespace {

using Spans = std::vector<std::span<const double>>;

constexpr std::size_t kGapStretches = 10;  // of a run with too few blocks
constexpr std::size_t kMostBins = 60;
constexpr std::size_t kCurvePoints = 256;
constexpr double kTailFrom = 0.99;  // where the cumulative curve becomes exact
constexpr std::size_t kTailSteps = 40;
constexpr std::size_t kWorthThreads = 200'000;
constexpr double kManyTimes = 20;  // from p1 to p99, from which a logarithmic axis reads better

// Mean and sum of squared deviations, piece by piece: each stretch that fits the fastest cache is
// read twice, which neither cancels nor makes one value wait for the one before it; stretches are
// joined as Chan, Golub and LeVeque (1979) do. The stretches are the same on any machine.
struct Moments {
  static constexpr std::size_t kStretch = 2048;
  static constexpr std::size_t kLanes = 8;

  double n = 0;
  double mean = 0;
  double squares = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  void add(std::span<const double> all) {
    for (; !all.empty(); all = all.subspan(std::min(kStretch, all.size()))) {
      add_stretch(all.first(std::min(kStretch, all.size())));
    }
  }

 private:
  void add_stretch(std::span<const double> part) {
    const auto size = static_cast<double>(part.size());
    const double own = sum_of(part, [](double x) { return x; }) / size;
    const double around = sum_of(part, [own](double x) { return (x - own) * (x - own); });
    const auto [least, most] = std::ranges::minmax(part);
    min = std::min(min, least);
    max = std::max(max, most);
    const double off = own - mean;
    squares += around + off * off * n * size / (n + size);
    n += size;
    mean += off * size / n;
  }

  // In lanes that do not wait for each other.
  template <class Take>
  static double sum_of(std::span<const double> part, Take take) {
    std::array<double, kLanes> lanes{};
    std::size_t i = 0;
    for (; i + kLanes <= part.size(); i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += take(part[i + lane]);
    }
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    for (; i < part.size(); ++i) sum += take(part[i]);
    return sum;
  }
};

Moments moments_of(const Pieces& pieces) {
  Moments m;
  for (const auto& piece : pieces) m.add(piece);
  return m;
}

std::size_t samples_above(double p) {
  return static_cast<std::size_t>(std::ceil(1 / (1 - p) - 1e-9));
}

// The pieces, or equal stretches of all of them where they are too few to tell how a quantile
// scatters.
std::vector<Spans> sections_of(const Pieces& pieces, std::size_t n) {
  std::vector<Spans> sections;
  if (pieces.size() >= stats::kMinSections) {
    for (const auto& piece : pieces) {
      if (!piece.empty()) sections.push_back({std::span<const double>(piece)});
    }
    return sections;
  }
  sections.resize(kGapStretches);
  std::size_t before = 0;
  for (const auto& piece : pieces) {
    const std::span<const double> all(piece);
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t section = (before + at) * kGapStretches / n;
      const std::size_t past = (section + 1) * n / kGapStretches + 1;  // may be one too far
      std::size_t end = std::min(all.size(), past > before ? past - before : 0);
      while (end > at + 1 && (before + end - 1) * kGapStretches / n > section) --end;
      end = std::max(end, at + 1);
      sections[section].push_back(all.subspan(at, end - at));
      at = end;
    }
    before += all.size();
  }
  return sections;
}

std::size_t size_of(const Spans& spans) {
  std::size_t n = 0;
  for (const auto span : spans) n += span.size();
  return n;
}

// How the quantiles of the table scatter over sections of the run.
struct SectionQuantiles {
  std::vector<std::vector<double>> by_section;  // as kTableQuantiles; empty where one has no sample
  std::size_t sections = 0;
  std::size_t fewest = 0;  // samples in one
};

SectionQuantiles section_quantiles(const Pieces& pieces, std::size_t n) {
  const auto sections = sections_of(pieces, n);
  SectionQuantiles q{.by_section = {}, .sections = sections.size(), .fewest = n};
  for (const Spans& section : sections) q.fewest = std::min(q.fewest, size_of(section));
  if (q.fewest == 0) return q;
  for (const Spans& section : sections) {
    q.by_section.push_back(stats::select_quantiles(section, kTableQuantiles));
  }
  return q;
}

void add_section_intervals(Shape& shape, const SectionQuantiles& sections) {
  if (sections.by_section.empty()) return;
  for (std::size_t q = 0; q < shape.percentiles.size(); ++q) {
    Percentile& p = shape.percentiles[q];
    p.needed_for_interval = samples_above(p.quantile) * std::max(sections.sections, kGapStretches);
    if (!p.value || static_cast<double>(sections.fewest) * (1 - p.quantile) < 1) continue;
    std::vector<double> values;
    for (const auto& section : sections.by_section) values.push_back(section[q]);
    p.interval = stats::sectioned_interval(*p.value, values);
  }
}

// What a shape needs of the sorted sample, found together: the percentiles and quartiles; bounds of
// the intervals that come from ranks; the tail of the cumulative curve.
class OrderFigures {
 public:
  explicit OrderFigures(Shape& shape) : shape_(shape) {
    wanted_.quantiles.assign(kTableQuantiles.begin(), kTableQuantiles.end());
    wanted_.quantiles.insert(wanted_.quantiles.end(), {0.25, 0.75});
    if (metric(shape.metric).grain == Grain::kRequest) want_bounds();
    bounds_end_ = wanted_.ranks.size();
    if (shape.n > kMostForCurves) want_tail();
  }

  void find(const Spans& all) {
    const stats::Found found = stats::select(all, wanted_);
    for (std::size_t i = 0; i < kTableQuantiles.size(); ++i) {
      Percentile p{.quantile = kTableQuantiles[i], .value = {}, .interval = {}};
      p.needed = samples_above(p.quantile);
      if (shape_.n >= p.needed) p.value = found.quantiles[i];
      shape_.percentiles.push_back(p);
    }
    shape_.q25 = found.quantiles[kTableQuantiles.size()];
    shape_.q75 = found.quantiles[kTableQuantiles.size() + 1];
    std::size_t next = 0;
    for (std::size_t i = 0; i < bounds_.size(); ++i) {
      Percentile& p = shape_.percentiles[i];
      p.needed_for_interval = stats::samples_needed(p.quantile);
      if (!bounds_[i]) continue;
      p.interval = stats::Interval{.low = found.ranks[next],
                                   .high = found.ranks[next + 1],
                                   .confidence = bounds_[i]->confidence};
      next += 2;
    }
    const auto n = static_cast<double>(shape_.n);
    for (std::size_t i = bounds_end_; i < wanted_.ranks.size(); ++i) {
      tail_.push_back({found.ranks[i], static_cast<double>(wanted_.ranks[i] + 1) / n});
    }
  }

  /// Shares from kTailFrom to the last sample, ever closer to 1; empty where the sample is small
  /// enough for the curve to hold all of it.
  const std::vector<stats::EcdfStep>& tail() const { return tail_; }

 private:
  void want_bounds() {
    for (const double p : kTableQuantiles) {
      bounds_.push_back(stats::quantile_ranks(shape_.n, p));
      if (!bounds_.back()) continue;
      wanted_.ranks.push_back(bounds_.back()->low);
      wanted_.ranks.push_back(bounds_.back()->high);
    }
  }

  void want_tail() {
    const auto n = static_cast<double>(shape_.n);
    const double closest = 1 / n;
    for (std::size_t i = 1; i <= kTailSteps; ++i) {
      const double above = (1 - kTailFrom) *
                           std::pow(closest / (1 - kTailFrom), static_cast<double>(i) / kTailSteps);
      const auto rank = static_cast<std::size_t>(std::llround((1 - above) * n)) - 1;
      const bool first = wanted_.ranks.size() == bounds_end_;
      if (first || rank > wanted_.ranks.back()) wanted_.ranks.push_back(rank);
    }
    wanted_.ranks.back() = shape_.n - 1;
  }

  Shape& shape_;
  stats::Wanted wanted_;
  std::vector<std::optional<stats::RankBounds>> bounds_;  // of kTableQuantiles; empty: not by rank
  std::size_t bounds_end_ = 0;                            // in the ranks wanted
  std::vector<stats::EcdfStep> tail_;
};

std::vector<double> pick(const Pieces& pieces, std::size_t n) {
  std::vector<double> picked;
  const auto places = thin(n, kMostForCurves);
  picked.reserve(places.size());
  auto next = places.begin();
  std::size_t before = 0;
  for (const auto& piece : pieces) {
    for (; next != places.end() && *next < before + piece.size(); ++next) {
      picked.push_back(piece[*next - before]);
    }
    before += piece.size();
  }
  return picked;
}

bool wants_log(const stats::Sorted& sorted) {
  if (sorted.empty() || sorted.min() <= 0) return false;
  return *stats::quantile(sorted, 0.99) > kManyTimes * *stats::quantile(sorted, 0.01);
}

Histogram histogram(const stats::Sorted& sorted) {
  Histogram h{.edges = {}, .counts = {}, .log_scale = wants_log(sorted)};
  h.edges = stats::bin_edges(sorted, {.max_bins = kMostBins, .log_scale = h.log_scale});
  h.counts = stats::count_in_bins(sorted, h.edges);
  return h;
}

void add_exact_tail(Shape& shape, const std::vector<stats::EcdfStep>& tail) {
  if (tail.empty()) return;
  std::erase_if(shape.ecdf, [](const auto& step) { return step.share > kTailFrom; });
  shape.ecdf.insert(shape.ecdf.end(), tail.begin(), tail.end());
}

// All but the exact tail.
void add_curves(Shape& shape, const Pieces& pieces) {
  const stats::Sorted picked(pick(pieces, shape.n));
  shape.curve_samples = picked.size();
  shape.histogram = histogram(picked);
  stats::KdeOptions options{.points = kCurvePoints, .log_scale = shape.histogram.log_scale};
  if (!options.log_scale && picked.min() >= 0) options.lower = 0;  // no latency lies below 0
  shape.density = stats::kde(picked, options);
  shape.ecdf = stats::ecdf_steps(picked, kCurvePoints);
}

}  // namespace

std::optional<double> Shape::at(double quantile) const {
  const auto found = std::ranges::find(percentiles, quantile, &Percentile::quantile);
  return found == percentiles.end() ? std::nullopt : found->value;
}

namespace {

void add_gaps(std::vector<double>& piece, const record::Frame& frame, std::uint32_t row,
              bool by_token) {
  if (!frame.ok(row)) return;
  for_each_gap(frame.chunks_at(row), frame.chunks_tokens(row), by_token,
               [&](double gap, std::uint32_t times) {
                 if (times == 1) {
                   piece.push_back(gap);
                 } else {
                   piece.insert(piece.end(), times, gap);
                 }
               });
}

}  // namespace

namespace {

// Positions in a slice's rows.
struct RowRange {
  std::size_t first = 0;
  std::size_t past = 0;
};

// The blocks; one block with many gaps as two halves, so that two threads can gather them. Nothing
// but the number of rows decides, so the figures are the same on any machine.
std::vector<RowRange> ranges_of(const Slice& slice, bool gaps) {
  constexpr std::size_t kManyRows = 20'000;
  std::vector<RowRange> ranges;
  for (std::size_t i = 0; i < slice.rows.size(); ++i) {
    const auto block = [&](std::size_t at) { return slice.frame->block[slice.rows[at]]; };
    if (i == 0 || block(i) != block(i - 1)) ranges.push_back({i, i});
    ranges.back().past = i + 1;
  }
  if (ranges.size() == 1 && gaps && slice.rows.size() >= kManyRows) {
    const std::size_t middle = slice.rows.size() / 2;
    ranges = {{0, middle}, {middle, slice.rows.size()}};
  }
  return ranges;
}

void gather_gaps(std::vector<double>& piece, const Slice& slice, RowRange range, bool by_token) {
  const record::Frame& frame = *slice.frame;
  std::size_t expected = 0;
  for (std::size_t i = range.first; i < range.past; ++i) {
    expected += frame.chunks_at(slice.rows[i]).size();
  }
  piece.reserve(expected);
  for (std::size_t i = range.first; i < range.past; ++i) {
    add_gaps(piece, frame, slice.rows[i], by_token);
  }
}

}  // namespace

Pieces pieces_of(const Slice& slice, MetricId id) {
  const bool gaps = metric(id).grain == Grain::kGap;
  if (gaps && !slice.frame->has_chunks()) return {};
  const auto ranges = ranges_of(slice, gaps);
  Pieces pieces(ranges.size());
  if (gaps) {
    std::vector<Job> jobs;
    for (std::size_t r = 0; r < ranges.size(); ++r) {
      jobs.emplace_back([&, r] { gather_gaps(pieces[r], slice, ranges[r], id == MetricId::kItl); });
    }
    run_jobs(jobs);
    return pieces;
  }
  const std::vector<double>& column = values(slice, id);
  for (std::size_t r = 0; r < ranges.size(); ++r) {
    pieces[r].reserve(ranges[r].past - ranges[r].first);
    for (std::size_t i = ranges[r].first; i < ranges[r].past; ++i) {
      if (!std::isnan(column[i])) pieces[r].push_back(column[i]);
    }
  }
  return pieces;
}

Shape shape(const Slice& slice, MetricId metric) {
  return shape_of(metric, pieces_of(slice, metric));
}

Shape shape_of(MetricId id, const Pieces& pieces) {
  Shape shape{.metric = id, .stddev = {}, .density = {}};
  for (const auto& piece : pieces) shape.n += piece.size();
  if (shape.n == 0) return shape;
  const Spans all(pieces.begin(), pieces.end());
  OrderFigures order(shape);
  SectionQuantiles sections;
  Moments moments;
  const std::array<Job, 4> jobs = {[&] { order.find(all); },
                                   [&] {
                                     if (metric(id).grain == Grain::kGap)
                                       sections = section_quantiles(pieces, shape.n);
                                   },
                                   [&] { moments = moments_of(pieces); },
                                   [&] { add_curves(shape, pieces); }};
  if (shape.n >= kWorthThreads) {
    run_jobs(jobs);
  } else {
    for (const Job& job : jobs) job();
  }
  add_section_intervals(shape, sections);
  add_exact_tail(shape, order.tail());
  shape.mean = moments.mean;
  if (shape.n > 1) shape.stddev = std::sqrt(moments.squares / (moments.n - 1));
  shape.min = moments.min;
  shape.max = moments.max;
  return shape;
}

Histogram histogram_of(std::vector<double> values) {
  return histogram(stats::Sorted(std::move(values)));
}

}  // namespace tt::analysis
