// Output tokens over input tokens: what kind of requests the load is made of.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/token_effects.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/option.h"
#include "chart/pairs.h"
#include "stats/quantile.h"

namespace tt::chart {
namespace {

using analysis::Quantity;

struct Side {
  std::size_t target = 0;
  Pairs pairs;
  stats::Sorted input;
  stats::Sorted output;
  std::optional<stats::Correlation> spearman;
};

double median(const stats::Sorted& sample) { return *stats::quantile(sample, 0.5); }

std::vector<Side> sides_of(const RunView& view) {
  std::vector<Side> sides;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto& slice = view.slices[t];
    Side side{.target = t,
              .pairs = pairs_of(slice, Quantity::kInputTokens, Quantity::kOutputTokens)};
    if (side.pairs.empty()) continue;
    side.input = stats::Sorted(side.pairs.x);
    side.output = stats::Sorted(side.pairs.y);
    side.spearman =
        analysis::scatter(slice, Quantity::kInputTokens, Quantity::kOutputTokens).spearman;
    sides.push_back(std::move(side));
  }
  return sides;
}

Json medians(const Side& side, const TimeScale& x, const TimeScale& y) {
  return {{"type", "scatter"},
          {"name", "median of both"},
          {"data", {{x.at(median(side.input)), y.at(median(side.output))}}},
          {"symbol", "diamond"},
          {"symbolSize", 16},
          {"itemStyle", {{"color", "@text"}, {"borderColor", "@background"}, {"borderWidth", 2}}},
          {"silent", true},
          {"z", 6}};
}

std::string tokens_text(const stats::Sorted& sample) {
  return format_count(static_cast<std::uint64_t>(std::llround(median(sample))));
}

std::string finding(const RunView& view, const std::vector<Side>& sides) {
  std::vector<std::string> texts;
  for (const auto& side : sides) {
    texts.push_back(fmt::format("{} {} in, {} out",
                                short_name(view.run.targets[side.target].name, 28),
                                tokens_text(side.input), tokens_text(side.output)));
  }
  return fmt::format("Medians: {}.", list_text(texts, 4));
}

Table table_of(const RunView& view, const std::vector<Side>& sides) {
  Table table{.columns = {"target", "n", "input p5", "input p50", "input p95", "output p5",
                          "output p50", "output p95", "Spearman", "95% from", "95% to"},
              .rows = {}};
  for (const auto& side : sides) {
    std::vector<Cell> row = {view.run.targets[side.target].name,
                             static_cast<double>(side.input.size())};
    for (const auto* sample : {&side.input, &side.output}) {
      for (const double p : {0.05, 0.5, 0.95}) row.emplace_back(*stats::quantile(*sample, p));
    }
    const auto& r = side.spearman;
    row.push_back(r ? Cell(r->r) : Cell());
    row.push_back(r ? Cell(r->interval.low) : Cell());
    row.push_back(r ? Cell(r->interval.high) : Cell());
    table.rows.push_back(std::move(row));
  }
  return table;
}

struct Scales {
  TimeScale x, y;
};

Scales scales_of(const std::vector<Side>& sides) {
  double low_x = sides.front().pairs.low_x;
  double low_y = sides.front().pairs.low_y;
  double high_x = 0;
  double high_y = 0;
  for (const auto& side : sides) {
    low_x = std::min(low_x, side.pairs.low_x);
    low_y = std::min(low_y, side.pairs.low_y);
    high_x = std::max(high_x, side.pairs.high_x);
    high_y = std::max(high_y, side.pairs.high_y);
  }
  return {plain_scale(low_x, high_x, "", 50), plain_scale(low_y, high_y, "", 50)};
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const auto sides = sides_of(view);
  std::vector<std::uint64_t> n;
  for (const auto& side : sides) n.push_back(side.pairs.x.size());
  Chart chart;
  chart.source = source_text(view, n, {}) + " · of requests whose tokens were counted";
  if (sides.empty()) {
    chart.empty = nothing_text(view, "count of input tokens beside one of output tokens");
    return chart;
  }
  const Scales scale = scales_of(sides);
  std::vector<std::size_t> targets;
  for (const auto& side : sides) targets.push_back(side.target);
  const Multiples grid = multiples(view, targets, time_axis(scale.x, "Input tokens of a request"),
                                   time_axis(scale.y, "Output tokens of a request"));
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const Side& side = sides[panel];
    series.push_back(in_panel(cloud_series("requests", side.pairs, scale.x, scale.y,
                                           style[side.target], panel_aspect(grid)),
                              panel));
    series.push_back(in_panel(medians(side, scale.x, scale.y), panel));
  }
  chart.legend = {"median of both"};
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = finding(view, sides) +
                   " Targets should have been asked for the same: a cloud of another shape means "
                   "that they were not, or counted otherwise." +
                   left_out_text(grid);
  chart.alt =
      fmt::format("The output tokens of requests over their input tokens. {}", chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_of(view, sides);
  return chart;
}

}  // namespace

Entry token_counts_chart() {
  return {.id = "output-by-input-tokens",
          .title = "Output tokens by input tokens",
          .question = "What requests was the load made of, and did every target answer the same?",
          .how_to_read =
              "Each point is a request; of many, each hexagon is stronger the more requests lie in "
              "it. Far to the right are long prompts, far up long answers. Panels should look "
              "alike: a target that answers more briefly is not faster for it, and counts of "
              "different tokenizers are not the same unit.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
