#include "analysis/shape.h"

#include <algorithm>
#include <cmath>
#include <utility>

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
constexpr double kManyTimes = 20;  // from p1 to p99, from which a logarithmic axis reads better

// Sum and sum of squares by Welford's way, which does not cancel.
struct Moments {
  double n = 0;
  double mean = 0;
  double squares = 0;
  double min = 0;
  double max = 0;
  void add(double x) {
    if (n == 0) min = max = x;
    min = std::min(min, x);
    max = std::max(max, x);
    n += 1;
    const double off = x - mean;
    mean += off / n;
    squares += off * (x - mean);
  }
};

Moments moments_of(const Pieces& pieces) {
  Moments m;
  for (const auto& piece : pieces) {
    for (const double x : piece) m.add(x);
  }
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

void add_section_intervals(Shape& shape, const Pieces& pieces) {
  const auto sections = sections_of(pieces, shape.n);
  std::vector<std::vector<double>> by_section;  // as kTableQuantiles
  std::size_t fewest = shape.n;
  for (const Spans& section : sections) {
    fewest = std::min(fewest, size_of(section));
    if (fewest == 0) return;
    by_section.push_back(stats::select_quantiles(section, kTableQuantiles));
  }
  for (std::size_t q = 0; q < shape.percentiles.size(); ++q) {
    Percentile& p = shape.percentiles[q];
    p.needed_for_interval = samples_above(p.quantile) * std::max(sections.size(), kGapStretches);
    if (!p.value || static_cast<double>(fewest) * (1 - p.quantile) < 1) continue;
    std::vector<double> values;
    for (const auto& section : by_section) values.push_back(section[q]);
    p.interval = stats::sectioned_interval(*p.value, values);
  }
}

void add_rank_intervals(Shape& shape, const Spans& all) {
  std::vector<std::size_t> ranks;
  for (Percentile& p : shape.percentiles) {
    p.needed_for_interval = stats::samples_needed(p.quantile);
    const auto bounds = stats::quantile_ranks(shape.n, p.quantile);
    if (!bounds) continue;
    p.interval = stats::Interval{.low = 0, .high = 0, .confidence = bounds->confidence};
    ranks.push_back(bounds->low);
    ranks.push_back(bounds->high);
  }
  const auto found = stats::values_at_ranks(all, ranks);
  auto next = found.begin();
  for (Percentile& p : shape.percentiles) {
    if (!p.interval) continue;
    p.interval->low = *next++;
    p.interval->high = *next++;
  }
}

void add_percentiles(Shape& shape, const Spans& all) {
  std::vector<double> ps(kTableQuantiles.begin(), kTableQuantiles.end());
  ps.insert(ps.end(), {0.25, 0.75});
  const auto values = stats::select_quantiles(all, ps);
  for (std::size_t i = 0; i < kTableQuantiles.size(); ++i) {
    Percentile p{.quantile = kTableQuantiles[i], .value = {}, .interval = {}};
    p.needed = samples_above(p.quantile);
    if (shape.n >= p.needed) p.value = values[i];
    shape.percentiles.push_back(p);
  }
  shape.q25 = values[kTableQuantiles.size()];
  shape.q75 = values[kTableQuantiles.size() + 1];
}

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

// Shares from kTailFrom to the last sample, ever closer to 1.
void add_exact_tail(Shape& shape, const Spans& all) {
  std::erase_if(shape.ecdf, [](const auto& step) { return step.share > kTailFrom; });
  const auto n = static_cast<double>(shape.n);
  const double closest = 1 / n;
  std::vector<std::size_t> ranks;
  for (std::size_t i = 1; i <= kTailSteps; ++i) {
    const double above =
        (1 - kTailFrom) * std::pow(closest / (1 - kTailFrom), static_cast<double>(i) / kTailSteps);
    const auto rank = static_cast<std::size_t>(std::llround((1 - above) * n)) - 1;
    if (ranks.empty() || rank > ranks.back()) ranks.push_back(rank);
  }
  ranks.back() = shape.n - 1;
  const auto values = stats::values_at_ranks(all, ranks);
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    shape.ecdf.push_back({values[i], static_cast<double>(ranks[i] + 1) / n});
  }
}

void add_curves(Shape& shape, const Pieces& pieces, const Spans& all) {
  const stats::Sorted picked(pick(pieces, shape.n));
  shape.curve_samples = picked.size();
  shape.histogram = histogram(picked);
  stats::KdeOptions options{.points = kCurvePoints, .log_scale = shape.histogram.log_scale};
  if (!options.log_scale && shape.min >= 0) options.lower = 0;  // no latency lies below 0
  shape.density = stats::kde(picked, options);
  shape.ecdf = stats::ecdf_steps(picked, kCurvePoints);
  if (shape.curve_samples < shape.n) add_exact_tail(shape, all);
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

Pieces pieces_of(const Slice& slice, MetricId id) {
  const record::Frame& frame = *slice.frame;
  const bool gaps = metric(id).grain == Grain::kGap;
  if (gaps && !frame.has_chunks()) return {};
  Pieces pieces;
  for (std::size_t first = 0; first < slice.rows.size();) {
    const std::uint32_t block = frame.block[slice.rows[first]];
    std::size_t past = first;
    std::size_t expected = 0;
    for (; past < slice.rows.size() && frame.block[slice.rows[past]] == block; ++past) {
      expected += gaps ? frame.chunks_at(slice.rows[past]).size() : 1;
    }
    auto& piece = pieces.emplace_back();
    piece.reserve(expected);
    for (std::size_t i = first; i < past; ++i) {
      if (gaps) {
        add_gaps(piece, frame, slice.rows[i], id == MetricId::kItl);
      } else if (const double value = values(slice, id)[i]; !std::isnan(value)) {
        piece.push_back(value);
      }
    }
    first = past;
  }
  return pieces;
}

Shape shape(const Slice& slice, MetricId metric) {
  return shape_of(metric, pieces_of(slice, metric));
}

Shape shape_of(MetricId id, const Pieces& pieces) {
  const Moments m = moments_of(pieces);
  Shape shape{.metric = id, .n = static_cast<std::uint64_t>(m.n), .stddev = {}, .density = {}};
  if (shape.n == 0) return shape;
  shape.mean = m.mean;
  if (shape.n > 1) shape.stddev = std::sqrt(m.squares / (m.n - 1));
  shape.min = m.min;
  shape.max = m.max;
  const Spans all(pieces.begin(), pieces.end());
  add_percentiles(shape, all);
  if (metric(id).grain == Grain::kRequest) {
    add_rank_intervals(shape, all);
  } else {
    add_section_intervals(shape, pieces);
  }
  add_curves(shape, pieces, all);
  return shape;
}

Histogram histogram_of(std::vector<double> values) {
  return histogram(stats::Sorted(std::move(values)));
}

}  // namespace tt::analysis
