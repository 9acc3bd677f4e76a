// Several runs over time: each figure from run to run, and where it would be if it goes on so.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/summary.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::TrendLine;
using analysis::TrendReport;
using analysis::TrendVerdict;

// What is shown, where the runs have it: a panel each.
constexpr analysis::Figure kFigures[] = {{MetricId::kTtft, 0.5},       {MetricId::kTtft, 0.99},
                                         {MetricId::kTpot, 0.5},       {MetricId::kE2e, 0.5},
                                         {MetricId::kOutputRate, 0.5}, {MetricId::kGoodput, 0.5},
                                         {MetricId::kSuccessRate, 0.5}};
constexpr std::size_t kMostPanels = 6;

double millis(Nanos instant) { return static_cast<double>(instant) / 1e6; }

bool same(const analysis::Figure& a, const analysis::Figure& b) {
  return a.metric == b.metric &&
         (analysis::metric(a.metric).grain == analysis::Grain::kFigure || a.quantile == b.quantile);
}

/// The lines of one figure, by target.
struct Panel {
  analysis::Figure figure;
  std::vector<const TrendLine*> lines;
};

std::size_t points_in(const TrendLine& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line.points, [](const auto& point) { return point.value.has_value(); }));
}

std::vector<Panel> panels_of(const TrendReport& trend) {
  std::vector<Panel> panels;
  for (const auto& figure : kFigures) {
    Panel panel{figure, {}};
    for (const auto& line : trend.lines) {
      if (same(line.figure, figure) && points_in(line) >= 2) panel.lines.push_back(&line);
    }
    if (!panel.lines.empty() && panels.size() < kMostPanels) panels.push_back(std::move(panel));
  }
  return panels;
}

std::vector<std::string> targets_of(const std::vector<Panel>& panels) {
  std::vector<std::string> names;
  for (const auto& panel : panels) {
    for (const auto* line : panel.lines) {
      if (std::ranges::find(names, line->target) == names.end()) names.push_back(line->target);
    }
  }
  return names;
}

// Targets have their own runs' names here; side by side they may be called by their run, too.
std::vector<Look> looks_of(const Input& input, const std::vector<std::string>& names) {
  std::vector<analysis::TargetInput> targets;
  for (const auto& name : names) {
    analysis::TargetInput target{.name = name};
    for (const auto& known : input.run->run.targets) {
      if (known.name == name || known.name.starts_with(name + " in ")) target = known;
    }
    targets.push_back(std::move(target));
  }
  return looks(targets);
}

// Round instants of the axis, a few of them.
std::vector<double> ticks_of(double from, double to) {
  constexpr double kMinute = 60e3;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  double step = 366 * kDay;
  for (const double one :
       {365 * kDay, 91 * kDay, 30 * kDay, 14 * kDay, 7 * kDay, 2 * kDay, kDay, 12 * kHour,
        6 * kHour, 3 * kHour, kHour, 30 * kMinute, 15 * kMinute, 5 * kMinute, kMinute}) {
    if ((to - from) / one <= 4) step = one;
  }
  std::vector<double> ticks;
  for (double at = std::ceil(from / step) * step; at <= to && ticks.size() < 12; at += step) {
    ticks.push_back(at);
  }
  return ticks;
}

struct Extent {
  double from = 0;
  double to = 1;
};

Extent extent_of(const TrendReport& trend, const std::vector<Panel>& panels) {
  Extent extent{millis(trend.first), millis(trend.last)};
  for (const auto& panel : panels) {
    for (const auto* line : panel.lines) {
      if (line->projection) extent.to = std::max(extent.to, millis(line->projection->at));
    }
  }
  const double room = std::max(0.04 * (extent.to - extent.from), 30e3);
  return {extent.from - room, extent.to + room};
}

double scale_of(const analysis::Figure& figure, double high) {
  return analysis::metric(figure.metric).unit == analysis::Unit::kMillis && high >= 10'000 ? 1000
                                                                                           : 1;
}

std::string unit_of(const analysis::Figure& figure, double divisor) {
  const auto unit = analysis::metric(figure.metric).unit;
  if (unit == analysis::Unit::kShare) return "";
  return divisor > 1 ? "s" : std::string(analysis::unit_name(unit));
}

double highest(const Panel& panel) {
  double high = 0;
  for (const auto* line : panel.lines) {
    for (const auto& point : line->points) high = std::max(high, point.value.value_or(0));
    if (line->projection) high = std::max(high, line->projection->value);
  }
  return high;
}

double top_of(double high) {
  if (!(high > 0)) return 1;
  const double step = std::pow(10.0, std::floor(std::log10(high))) / 2;
  return std::ceil(high * 1.05 / step - 1e-9) * step;
}

void add_line(Json& series, const TrendLine& line, const Look& look, double divisor,
              std::size_t panel) {
  Json points = Json::array();
  Json whiskers = Json::array();
  const analysis::TrendPoint* last = nullptr;
  for (const auto& point : line.points) {
    if (!point.value) continue;
    last = &point;
    points.push_back({millis(point.started), *point.value / divisor});
    if (point.interval) {
      whiskers.push_back(
          {millis(point.started), point.interval->low / divisor, point.interval->high / divisor});
    }
  }
  Json drawn = in_panel(line_series(line.target, look, points, 2), panel);
  drawn["showSymbol"] = true;
  drawn["z"] = 4;
  if (line.slo) {
    drawn["markLine"] =
        mark_line(Json::array({{{"yAxis", line.slo->limit / divisor},
                                {"label", {{"content", "SLO"}, {"position", "insideEndTop"}}}}}),
                  "@bad");
  }
  series.push_back(drawn);
  if (line.projection && last != nullptr) {
    const auto& goal = *line.projection;
    Json ahead = in_panel(line_series(line.target, look,
                                      {{millis(last->started), *last->value / divisor},
                                       {millis(goal.at), goal.value / divisor}},
                                      1.5),
                          panel);
    ahead["lineStyle"]["type"] = "dotted";
    series.push_back(ahead);
    whiskers.push_back(
        {millis(goal.at), goal.interval.low / divisor, goal.interval.high / divisor});
  }
  if (whiskers.empty()) return;
  series.push_back(in_panel(
      shape_series(line.target, "whisker", {{"stroke", look.wash(0.7)}}, whiskers, look), panel));
}

std::string change_text(const TrendLine& line) {
  const bool share = analysis::metric(line.figure.metric).unit == analysis::Unit::kShare;
  return fmt::format("{} of {} {}{:.0f}{}", analysis::figure_title(line.figure),
                     short_name(line.target, 24), *line.change < 0 ? "−" : "+",
                     std::fabs(*line.change) * 100, share ? " points" : "%");
}

std::string finding(const TrendReport& trend) {
  if (trend.run_ids.size() < analysis::kFewestTrendRuns) {
    return fmt::format("{} runs: with fewer than {} no trend can be told from chance.",
                       trend.run_ids.size(), analysis::kFewestTrendRuns);
  }
  std::vector<std::string> worse;
  std::vector<std::string> better;
  std::size_t steady = 0;
  std::size_t untold = 0;
  for (const auto& line : trend.lines) {
    if (line.verdict == TrendVerdict::kWorse && line.change) worse.push_back(change_text(line));
    if (line.verdict == TrendVerdict::kBetter && line.change) better.push_back(change_text(line));
    steady += line.verdict == TrendVerdict::kSteady ? 1 : 0;
    untold += line.verdict == TrendVerdict::kCannotTell ? 1 : 0;
  }
  std::string text = fmt::format("Over {} runs", trend.run_ids.size());
  text += worse.empty() ? ", nothing surely gets worse."
                        : fmt::format(", surely worse: {}.", list_text(worse, 3));
  if (!better.empty()) text += fmt::format(" Surely better: {}.", list_text(better, 3));
  return text + fmt::format(" Steady: {} figure{}; cannot tell: {}.", steady,
                            steady == 1 ? "" : "s", untold);
}

Table table_of(const std::vector<Panel>& panels) {
  Table table{.columns = {"figure", "target", "run", "started (UTC)", "value", "95% low",
                          "95% high", "trend"},
              .rows = {}};
  for (const auto& panel : panels) {
    for (const auto* line : panel.lines) {
      for (const auto& point : line->points) {
        table.rows.push_back({analysis::figure_title(panel.figure), line->target, point.run_id,
                              format_utc(point.started), point.value ? Cell(*point.value) : Cell(),
                              point.interval ? Cell(point.interval->low) : Cell(),
                              point.interval ? Cell(point.interval->high) : Cell(),
                              std::string(analysis::trend_verdict_name(line->verdict))});
      }
      if (!line->projection) continue;
      const auto& goal = *line->projection;
      table.rows.push_back({analysis::figure_title(panel.figure), line->target, "projected",
                            format_utc(goal.at), goal.value, goal.interval.low, goal.interval.high,
                            Cell()});
    }
  }
  return table;
}

Chart make(const Input& input) {
  const TrendReport& trend = *input.trend;
  const auto panels = panels_of(trend);
  Chart chart;
  chart.source = fmt::format(
      "Tokentrial · {} runs, {} to {} UTC · whiskers: 95% intervals of each run · dotted: where it "
      "would be after half that time more, with the 95% interval of one new run · method {}",
      trend.run_ids.size(), format_utc(trend.first).substr(0, 10),
      format_utc(trend.last).substr(0, 10), analysis::kMethodVersion);
  if (panels.empty()) {
    chart.empty = "Nothing to draw: no target has a figure in two runs or more.";
    return chart;
  }
  const auto names = targets_of(panels);
  const auto style = looks_of(input, names);
  const Extent extent = extent_of(trend, panels);
  const char* dates = extent.to - extent.from > 3 * 86'400e3 ? "day" : "minute";
  chart.columns = panels.size() > 2 ? 2 : 1;
  chart.legend = names;
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t at = 0; at < panels.size(); ++at) {
    const Panel& panel = panels[at];
    const double divisor = scale_of(panel.figure, highest(panel));
    for (const auto* line : panel.lines) {
      const auto t = std::ranges::find(names, line->target) - names.begin();
      add_line(series, *line, style[static_cast<std::size_t>(t)], divisor, at);
    }
    const bool labels = at + chart.columns >= panels.size();
    const auto unit = unit_of(panel.figure, divisor);
    const auto title = analysis::figure_title(panel.figure);
    chart.panels.push_back(
        {1, unit.empty() || title.ends_with(unit) ? title : fmt::format("{} ({})", title, unit),
         labels});
    x.push_back({{"type", "value"},
                 {"gridIndex", at},
                 {"min", extent.from},
                 {"max", extent.to},
                 {"ticks", ticks_of(extent.from, extent.to)},
                 {"axisLabel", {{"show", labels}, {"formatter", dates}}}});
    if (labels) x.back()["name"] = "Start of the run (UTC)";
    y.push_back({{"type", "value"},
                 {"gridIndex", at},
                 {"min", 0},
                 {"max", top_of(highest(panel) / divisor)},
                 {"splitNumber", 4}});
    if (unit.empty()) {
      y.back()["max"] = 1.0;
      y.back()["axisLabel"] = {{"formatter", "percent"}};
    }
  }
  chart.subtitle = finding(trend);
  for (const auto& warning : trend.warnings) chart.subtitle += " " + warning;
  chart.alt = fmt::format("Figures of {} runs by the time of their start, by target. {}",
                          trend.run_ids.size(), chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(panels);
  return chart;
}

}  // namespace

Entry trend_chart() {
  return {.id = "trend",
          .title = "From run to run",
          .question = "Do the figures get better or worse over time, and where does that lead?",
          .how_to_read =
              "Each point is a run. A level line is what you want of a service that nobody "
              "changes. The dotted end is where the line would be if it goes on so; its whisker "
              "tells how little that may mean. Runs are only alike if load and workload are.",
          .needs = Needs::kHistory,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
