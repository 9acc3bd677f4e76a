// How a latency depends on a request's tokens: all requests, the median and p95 along them, and
// those that do not fit.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/token_effects.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/option.h"
#include "chart/pairs.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::Quantity;

struct Kind {
  MetricId metric;
  Quantity latency;
  Quantity tokens;
  const char* side;   // "input", "output"
  double step;        // of tokens, that the sentence tells of
  const char* where;  // the words of the sentence
};

Kind kind_of(MetricId metric) {
  if (metric == MetricId::kTtft) {
    return {metric, Quantity::kTtft, Quantity::kInputTokens, "input", 1000, "the first token"};
  }
  if (metric == MetricId::kTpot) {
    return {metric, Quantity::kTpot, Quantity::kOutputTokens, "output", 100, "each token"};
  }
  return {metric, Quantity::kE2e, Quantity::kOutputTokens, "output", 100, "the answer"};
}

struct Side {
  std::size_t target = 0;
  Pairs pairs;
  RunningQuantiles running;
  analysis::Scatter scatter;
  analysis::Anomalies odd;
};

struct Parts {
  std::vector<Side> sides;  // of targets that have any
  std::vector<std::uint64_t> n;
  double low_x = 0, high_x = 0, low_y = 0, high_y = 0;
};

void widen(double& low, double& high, double from, double to) {
  if (from > 0) low = low > 0 ? std::min(low, from) : from;
  high = std::max(high, to);
}

Parts parts_of(const RunView& view, const Kind& kind) {
  Parts parts;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    Side side{.target = t, .pairs = pairs_of(view.slices[t], kind.tokens, kind.latency)};
    parts.n.push_back(side.pairs.x.size());
    if (side.pairs.empty()) continue;
    side.scatter = analysis::scatter(view.slices[t], kind.tokens, kind.latency);
    side.running = running_quantiles(side.pairs, side.scatter.line ? side.scatter.line->slope : 0);
    side.odd = analysis::find_anomalies(view.slices[t], kind.tokens, kind.latency);
    widen(parts.low_x, parts.high_x, side.pairs.low_x, side.pairs.high_x);
    widen(parts.low_y, parts.high_y, side.pairs.low_y, side.pairs.high_y);
    parts.sides.push_back(std::move(side));
  }
  return parts;
}

// What more tokens cost: by the slope of a line that outliers hardly move.
std::string effect_text(const Side& side, const Kind& kind) {
  const auto& line = side.scatter.line;
  if (!line || !line->interval) return "cannot be told";
  if (line->interval->low <= 0 && line->interval->high >= 0) return "no certain change";
  return fmt::format("{}{}", line->slope > 0 ? "+" : "−",
                     time_text(std::fabs(line->slope) * kind.step));
}

std::string finding(const RunView& view, const Parts& parts, const Kind& kind) {
  std::vector<std::string> effects;
  std::uint64_t odd = 0;
  for (const auto& side : parts.sides) {
    effects.push_back(fmt::format("{} {}", short_name(view.run.targets[side.target].name, 32),
                                  effect_text(side, kind)));
    odd += side.odd.slow + side.odd.fast;
  }
  std::string text;
  if (parts.high_x < 1.2 * parts.low_x) {
    text = fmt::format("All requests have about as many {} tokens, so that no dependence shows.",
                       kind.side);
  } else {
    text = fmt::format("For {} more {} tokens {} takes: {}.",
                       format_count(static_cast<std::uint64_t>(kind.step)), kind.side, kind.where,
                       list_text(effects));
  }
  if (odd > 0) {
    text += fmt::format(" Ringed: {}requests that do not fit their tokens ({} in all).",
                        odd > analysis::kWorstAnomalies ? "the farthest of the " : "", odd);
  }
  return text;
}

Json running_line(const RunningQuantiles& running, bool tail, const TimeScale& x,
                  const TimeScale& y) {
  Json points = Json::array();
  for (const auto& p : running.points) {
    points.push_back({x.at(p.x), y.at(tail ? p.p95 : p.p50)});
  }
  const Look look{.colour = "text", .dash = tail ? Json({4, 4}) : Json("solid"), .symbol = "none"};
  Json line = line_series(tail ? "p95" : "median", look, points, tail ? 1.75 : 2.25);
  line["z"] = 5;
  return line;
}

Json odd_ones(const analysis::Anomalies& odd, const TimeScale& x, const TimeScale& y) {
  Json points = Json::array();
  for (const auto& one : odd.worst) {
    if ((x.log && !(one.tokens > 0)) || (y.log && !(one.value_ms > 0))) continue;
    points.push_back({x.at(one.tokens), y.at(one.value_ms)});
  }
  return {{"type", "scatter"},
          {"name", "does not fit"},
          {"data", points},
          {"symbol", "circle"},
          {"symbolSize", 11},
          {"itemStyle", {{"color", "@bad/0"}, {"borderColor", "@bad"}, {"borderWidth", 1.75}}},
          {"silent", true},
          {"z", 6}};
}

Table table_of(const RunView& view, const Parts& parts, const Kind& kind) {
  Table table{.columns = {"target", fmt::format("{} tokens (of the middle)", kind.side), "n",
                          "p50 (ms)", "p95 (ms)"},
              .rows = {}};
  for (const auto& side : parts.sides) {
    const auto& name = view.run.targets[side.target].name;
    for (const auto& p : side.running.points) {
      table.rows.push_back({name, p.x, static_cast<double>(p.n), p.p50, p.p95});
    }
    if (!side.running.points.empty()) continue;
    const stats::Sorted x(side.pairs.x);
    const stats::Sorted y(side.pairs.y);
    table.rows.push_back({name, *stats::quantile(x, 0.5), static_cast<double>(side.pairs.x.size()),
                          *stats::quantile(y, 0.5),
                          y.size() >= 20 ? Cell(*stats::quantile(y, 0.95)) : Cell()});
  }
  return table;
}

Json series_of(const RunView& view, const Parts& parts, const Multiples& grid, const TimeScale& x,
               const TimeScale& y, Chart& chart) {
  const auto style = looks(view.run.targets);
  const double aspect = panel_aspect(grid);
  Json series = Json::array();
  bool lines = false;
  bool odd = false;
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const Side& side = parts.sides[panel];
    series.push_back(
        in_panel(cloud_series("requests", side.pairs, x, y, style[side.target], aspect), panel));
    if (!side.running.points.empty()) {
      lines = true;
      series.push_back(in_panel(running_line(side.running, false, x, y), panel));
      series.push_back(in_panel(running_line(side.running, true, x, y), panel));
    }
    if (side.odd.worst.empty()) continue;
    odd = true;
    series.push_back(in_panel(odd_ones(side.odd, x, y), panel));
  }
  if (lines) chart.legend = {"median", "p95"};
  if (odd) chart.legend.emplace_back("does not fit");
  return series;
}

Chart make(const Input& input, MetricId metric) {
  const RunView& view = *input.run;
  const Kind kind = kind_of(metric);
  const Parts parts = parts_of(view, kind);
  const auto words = metric_words(metric);
  Chart chart;
  chart.source = source_text(view, parts.n, metric) +
                 " · a slope by Theil and Sen; a request does not fit where it lies over 3.5 "
                 "robust deviations and 25% off it";
  if (parts.sides.empty()) {
    chart.empty = nothing_text(
        view, fmt::format("{} beside a count of {} tokens", to_lower(words), kind.side));
    return chart;
  }
  const TimeScale x = plain_scale(parts.low_x, parts.high_x, "", 50);
  const TimeScale y = time_scale(parts.low_y, parts.high_y);
  std::vector<std::size_t> targets;
  for (const auto& side : parts.sides) targets.push_back(side.target);
  const Multiples grid =
      multiples(view, targets,
                time_axis(x, kind.tokens == Quantity::kInputTokens ? "Input tokens of a request"
                                                                   : "Output tokens of a request"),
                time_axis(y, words));
  const Json series = series_of(view, parts, grid, x, y, chart);
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = finding(view, parts, kind) + left_out_text(grid);
  chart.alt = fmt::format("{} of requests over their {} tokens, a panel a target. {}", words,
                          kind.side, chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_of(view, parts, kind);
  return chart;
}

}  // namespace

Entry dependence_chart(MetricId metric) {
  const Kind kind = kind_of(metric);
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-by-{}-tokens", analysis::metric(metric).name, kind.side),
          .title = fmt::format("{} by {} tokens", words, kind.side),
          .question = fmt::format("How does the {} grow with the {} tokens of a request, and which "
                                  "requests do not fit?",
                                  to_lower(words), kind.side),
          .how_to_read =
              "Each point is a request; of many, each hexagon is stronger the more requests lie in "
              "it. The full line is the median of requests with about so many tokens, the dotted "
              "one p95. A line that rises says what longer requests cost. Rings are requests that "
              "took much longer, or much less, than others of their length.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
