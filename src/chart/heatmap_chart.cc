// Requests by time and latency: a tile a stretch of both, darker the more requests lie in it.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/run_time.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

constexpr std::size_t kMostColumns = 60;
constexpr std::size_t kBands = 36;
// From this ratio on bands are as wide in the logarithm; below, they are about that in any case.
constexpr double kLogFrom = 4;

// Requests by bucket and band.
using Counts = std::map<std::pair<std::size_t, std::size_t>, std::uint64_t>;

struct Side {
  std::size_t target = 0;
  Counts counts;
  double slowest_ms = 0;
  Nanos slowest_at = 0;  // when it was sent
};

struct Parts {
  analysis::TimeGrid grid;
  TimeScale scale;
  MetricSamples samples;
  std::vector<Side> sides;  // of targets that have any
  std::uint64_t most = 0;   // in a tile
};

TimeScale scale_of(const MetricSamples& samples) {
  return samples.high < kLogFrom * samples.low ? shape_scale(samples.low, samples.high)
                                               : time_scale(samples.low, samples.high, kLogFrom);
}

std::size_t band_of(const TimeScale& scale, double ms) {
  if (scale.log && !(ms > 0)) return 0;
  const double place = scale.place(ms) * static_cast<double>(kBands);
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kBands) - 1));
}

// The edge below a band, in the scale's unit.
double edge(const TimeScale& scale, std::size_t band) {
  return scale.value_at(static_cast<double>(band) / static_cast<double>(kBands));
}

Parts parts_of(const RunView& view, MetricId metric) {
  Parts parts{.grid = coarse_grid(view, kMostColumns), .samples = samples_of(view, metric)};
  if (parts.samples.empty() || parts.grid.count == 0) return parts;
  parts.scale = scale_of(parts.samples);
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto& slice = view.slices[t];
    const auto& values = analysis::values(slice, metric);
    Side side{.target = t, .counts = {}};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Nanos at = analysis::start_of(*slice.frame, slice.rows[i]);
      if (std::isnan(values[i]) || at == kNever) continue;
      auto& count = side.counts[{bucket_at(parts.grid, at), band_of(parts.scale, values[i])}];
      parts.most = std::max(parts.most, ++count);
      if (values[i] <= side.slowest_ms) continue;
      side.slowest_ms = values[i];
      side.slowest_at = at;
    }
    if (!side.counts.empty()) parts.sides.push_back(std::move(side));
  }
  return parts;
}

Json tiles(const Parts& parts, const Side& side, const std::string& name, const Look& look) {
  const double all = std::log1p(static_cast<double>(parts.most));
  Json rows = Json::array();
  for (const auto& [at, count] : side.counts) {
    const double from = parts.grid.from_s + parts.grid.width_s * static_cast<double>(at.first);
    const double shade = std::log1p(static_cast<double>(count)) / all;
    rows.push_back({from, from + parts.grid.width_s, edge(parts.scale, at.second),
                    edge(parts.scale, at.second + 1), 0.12 + 0.88 * shade});
  }
  return shape_series(name, "tile", {{"fill", look.ink()}, {"gap", 1}, {"radius", 1}},
                      std::move(rows), look);
}

std::string finding(const RunView& view, const Parts& parts) {
  std::vector<std::string> texts;
  for (const auto& side : parts.sides) {
    const auto& sample = parts.samples.targets[side.target];
    texts.push_back(fmt::format("{} {} to {} (slowest {}, sent at {:.0f} s)",
                                short_name(view.run.targets[side.target].name, 28),
                                time_text(*stats::quantile(sample, 0.25)),
                                time_text(*stats::quantile(sample, 0.75)),
                                time_text(side.slowest_ms), to_seconds(side.slowest_at)));
  }
  std::string text = fmt::format("The middle half of the requests: {}.", list_text(texts, 3));
  std::uint64_t failed = 0;
  for (const auto& slice : view.slices) {
    failed += static_cast<std::uint64_t>(std::ranges::count_if(
        slice.rows, [&](std::uint32_t row) { return !slice.frame->ok(row); }));
  }
  if (failed > 0) text += fmt::format(" Without {} that did not succeed.", format_count(failed));
  return text;
}

Table table_of(const RunView& view, const Parts& parts) {
  Table table{.columns = {"target", "sent from (s)", "sent to (s)", "latency from (ms)",
                          "latency to (ms)", "requests"},
              .rows = {}};
  for (const auto& side : parts.sides) {
    for (const auto& [at, count] : side.counts) {
      const double from = parts.grid.from_s + parts.grid.width_s * static_cast<double>(at.first);
      table.rows.push_back({view.run.targets[side.target].name, from, from + parts.grid.width_s,
                            edge(parts.scale, at.second) * parts.scale.divisor,
                            edge(parts.scale, at.second + 1) * parts.scale.divisor,
                            static_cast<double>(count)});
    }
  }
  return table;
}

Json series_of(const RunView& view, const Parts& parts, const Multiples& grid, MetricId metric) {
  const auto style = looks(view.run.targets);
  const Json lines = limit_lines(slos_on(view, metric), parts.scale);
  Json series = Json::array();
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const Side& side = parts.sides[panel];
    series.push_back(in_panel(
        tiles(parts, side, view.run.targets[side.target].name, style[side.target]), panel));
    if (!lines.empty()) series.back()["markLine"] = mark_line(lines, "@bad");
  }
  return series;
}

Chart make(const Input& input, MetricId metric) {
  const RunView& view = *input.run;
  const Parts parts = parts_of(view, metric);
  const auto words = metric_words(metric);
  Chart chart;
  chart.source = source_text(view, parts.samples.n, metric);
  if (parts.samples.empty()) {
    chart.empty = nothing_text(view, to_lower(words));
    return chart;
  }
  if (parts.sides.empty()) {
    chart.empty = "Nothing to draw: the run does not tell when its requests were sent.";
    return chart;
  }
  std::vector<std::size_t> targets;
  for (const auto& side : parts.sides) targets.push_back(side.target);
  Json x = run_time_axis(parts.grid);
  x["splitLine"] = {{"show", false}};  // it would shine through the tiles
  const Multiples grid = multiples(view, targets, x, time_axis(parts.scale, words));
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = fmt::format("{} A tile: requests sent in {:g} s; faintest 1, strongest {}.{}",
                               finding(view, parts), parts.grid.width_s, format_count(parts.most),
                               left_out_text(grid));
  chart.alt = fmt::format("How many requests had which {} at which time, a panel a target. {}",
                          to_lower(words), chart.subtitle);
  chart.option = dump(
      {{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series_of(view, parts, grid, metric)}});
  chart.table = table_of(view, parts);
  return chart;
}

}  // namespace

Entry heatmap_chart(MetricId metric) {
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-heatmap", analysis::metric(metric).name),
          .title = words + ": heatmap over time",
          .question = fmt::format(
              "Which times does the {} take all through the run, and when do slow requests come?",
              to_lower(words)),
          .how_to_read =
              "Each column is a stretch of the run, each tile a band of latency; the stronger, "
              "the more requests lie in it, by the same scale in every panel. One strong band is a "
              "steady target. Two bands are two kinds of requests; a column of tiles that reaches "
              "high up, a stall that many felt; a band that bends upwards, a target that gets "
              "slower. Medians hide all of these.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
