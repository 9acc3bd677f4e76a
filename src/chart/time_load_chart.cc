// TTFT by time and by requests in flight: a tile a stretch of both, darker the slower.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/timeline.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/run_time.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::Heatmap;

constexpr auto kMetric = analysis::MetricId::kTtft;
constexpr std::size_t kMostColumns = 60;
// Of requests in flight: with fewer the load stays about the same, and there is but one row.
constexpr std::size_t kFewestRanges = 4;
// A slowest tile of fewer requests is no finding, unless there are no others.
constexpr std::uint64_t kFewestInTile = 5;
// Medians that differ by less are all drawn in the same shade.
constexpr double kLeastRatio = 1.05;

struct Parts {
  analysis::TimeGrid grid;
  std::vector<Heatmap> maps;              // one a target
  std::vector<std::size_t> targets = {};  // that have any cell
  double low = 0, high = 0;               // of the medians
  double most_in_flight = 1;
};

Parts parts_of(const RunView& view) {
  Parts parts{.grid = coarse_grid(view, kMostColumns), .maps = {}};
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    parts.maps.push_back(analysis::make_heatmap(view.slices[t], kMetric, parts.grid));
    const Heatmap& map = parts.maps.back();
    if (map.cells.empty()) continue;
    parts.targets.push_back(t);
    for (const auto& cell : map.cells) {
      const double median = cell.latency.p50.value_or(0);
      if (median > 0) parts.low = parts.low > 0 ? std::min(parts.low, median) : median;
      parts.high = std::max(parts.high, median);
      parts.most_in_flight = std::max(parts.most_in_flight, map.concurrency[cell.range].high);
    }
  }
  return parts;
}

bool load_varies(const Input& input) {
  return std::ranges::any_of(input.run->slices, [](const analysis::Slice& slice) {
    const auto in_flight =
        analysis::present(analysis::values(slice, analysis::Quantity::kConcurrency));
    return analysis::doubling_ranges(in_flight).size() >= kFewestRanges;
  });
}

// By ratio: twice as slow is as much darker everywhere.
double shade(const Parts& parts, double median) {
  if (parts.high < kLeastRatio * parts.low || !(median > 0)) return 0.3;
  return 0.12 + 0.88 * std::log(median / parts.low) / std::log(parts.high / parts.low);
}

double from_of(const Parts& parts, const Heatmap::Cell& cell) {
  return parts.grid.from_s + parts.grid.width_s * cell.bucket;
}

Json tiles(const RunView& view, const Parts& parts, std::size_t target, const Look& look) {
  const Heatmap& map = parts.maps[target];
  Json rows = Json::array();
  for (const auto& cell : map.cells) {
    const auto& range = map.concurrency[cell.range];
    const double from = from_of(parts, cell);
    rows.push_back({from, from + parts.grid.width_s, range.low, range.high + 1,
                    shade(parts, cell.latency.p50.value_or(0))});
  }
  return shape_series(view.run.targets[target].name, "tile",
                      {{"fill", look.ink()}, {"gap", 1.5}, {"radius", 2}}, std::move(rows), look);
}

std::string slowest_text(const RunView& view, const Parts& parts, std::size_t target) {
  const Heatmap& map = parts.maps[target];
  const bool many = std::ranges::any_of(
      map.cells, [](const auto& cell) { return cell.latency.n >= kFewestInTile; });
  const auto key = [&](const auto& cell) {
    return many && cell.latency.n < kFewestInTile ? -1.0 : cell.latency.p50.value_or(0);
  };
  const auto& worst = *std::ranges::max_element(map.cells, {}, key);
  return fmt::format("{} {} from {:g} s on with {} in flight",
                     short_name(view.run.targets[target].name, 32),
                     time_text(worst.latency.p50.value_or(0)), from_of(parts, worst),
                     map.concurrency[worst.range].label());
}

std::string finding(const RunView& view, const Parts& parts) {
  if (parts.high < kLeastRatio * parts.low) {
    return fmt::format("All tiles have about the same median: {}.", time_text(parts.high));
  }
  std::vector<std::string> texts;
  for (const auto target : parts.targets) texts.push_back(slowest_text(view, parts, target));
  return fmt::format("Slowest by median: {}. Faintest: {}; strongest: {}.", list_text(texts, 3),
                     time_text(parts.low), time_text(parts.high));
}

Table table_of(const RunView& view, const Parts& parts) {
  Table table{.columns = {"target", "sent from (s)", "in flight", "n", "p50 (ms)", "p95 (ms)"},
              .rows = {}};
  for (const auto target : parts.targets) {
    const Heatmap& map = parts.maps[target];
    for (const auto& cell : map.cells) {
      table.rows.push_back(
          {view.run.targets[target].name, from_of(parts, cell), map.concurrency[cell.range].label(),
           static_cast<double>(cell.latency.n), cell.latency.p50 ? Cell(*cell.latency.p50) : Cell(),
           cell.latency.p95 ? Cell(*cell.latency.p95) : Cell()});
    }
  }
  return table;
}

Json series_of(const RunView& view, const Parts& parts, const Multiples& grid) {
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const auto target = grid.targets[panel];
    series.push_back(in_panel(tiles(view, parts, target, style[target]), panel));
  }
  return series;
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  Chart chart;
  chart.source = source_text(view, samples_of(view, kMetric).n, kMetric);
  const Parts parts = parts_of(view);
  if (parts.targets.empty() || !(parts.high > 0)) {
    chart.empty = nothing_text(view, to_lower(metric_words(kMetric)) + " over time");
    return chart;
  }
  if (!load_varies(input)) {
    chart.empty =
        "Nothing to draw: about as many requests are in flight all through the run. The heatmap of "
        "latency over time says more of it.";
    return chart;
  }
  Json x = run_time_axis(parts.grid);
  x["splitLine"] = {{"show", false}};
  const Json y = {{"type", "log"},
                  {"name", "Requests in flight at the send"},
                  {"min", 1},
                  {"max", parts.most_in_flight + 1},
                  {"splitLine", {{"show", false}}}};
  const Multiples grid = multiples(view, parts.targets, x, y);
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = fmt::format("{} A tile: the median of requests sent in {:g} s.{}",
                               finding(view, parts), parts.grid.width_s, left_out_text(grid));
  chart.alt = fmt::format("{} by time and by requests in flight, as tiles, a panel a target. {}",
                          metric_words(kMetric), chart.subtitle);
  chart.option =
      dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series_of(view, parts, grid)}});
  chart.table = table_of(view, parts);
  return chart;
}

}  // namespace

Entry time_load_chart() {
  return {
      .id = "ttft-by-time-and-load",
      .title = metric_words(kMetric) + " by time and requests in flight",
      .question = "Where the load varies: is it slow because of the load, or because of the time?",
      .how_to_read =
          "A tile is a stretch of time and of requests in flight; the stronger, the slower its "
          "median, by the same scale in every panel. Tiles that darken upwards say that load "
          "makes it slow; that darken to the right at the same height, that it gets slower "
          "with time.",
      .needs = Needs::kRun,
      .level = Level::kTechnical,
      .make = make,
      .offered = load_varies};
}

}  // namespace tt::chart
