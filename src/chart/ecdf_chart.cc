// What share of the requests is answered within a time, with the objectives marked.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"
#include "stats/ecdf.h"

namespace tt::chart {
namespace {

constexpr std::size_t kMostSteps = 700;
constexpr double kTableShares[] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

bool gaps(analysis::MetricId metric) {
  return analysis::metric(metric).grain == analysis::Grain::kGap;
}

Json steps(const stats::Sorted& sample, const TimeScale& scale) {
  Json rows = Json::array();
  // From the ground up, and on to the axis's end: all of the requests are within that.
  // On a logarithmic axis what is 0 lies at its beginning.
  const auto drawn = [&](double x) {
    return scale.log ? std::max(scale.at(x), scale.low) : scale.at(x);
  };
  rows.push_back({drawn(sample.min()), 0});
  for (const auto& step : stats::ecdf_steps(sample, kMostSteps)) {
    rows.push_back({drawn(step.x), step.share});
  }
  rows.push_back({scale.high, 1});
  return rows;
}

Json slo_marks(std::span<const analysis::Slo> slos, const TimeScale& scale) {
  Json marks = Json::array();
  for (const auto& slo : slos) {
    const double at = scale.at(slo.limit);
    if (at < scale.low || at > scale.high) continue;
    const auto name = analysis::quantile_name(slo.figure.quantile);
    marks.push_back({{"xAxis", at},
                     {"label",
                      {{"content", fmt::format("SLO: {} within {}", name, time_text(slo.limit))},
                       {"position", "end"}}}});
    marks.push_back({{"yAxis", slo.figure.quantile},
                     {"label", {{"content", name}, {"position", "insideStartTop"}}}});
  }
  return marks;
}

// Why no line is drawn at an objective that lies outside of what was measured; else nothing.
std::string_view beyond(double limit, const TimeScale& scale) {
  const double at = scale.at(limit);
  if (at > scale.high) return " The limit lies to the right of what is drawn.";
  if (at < scale.low) return " The limit lies to the left of what is drawn.";
  return "";
}

std::string within(const RunView& view, const MetricSamples& samples, const TimeScale& scale,
                   const analysis::Slo& slo) {
  const double limit = slo.limit;
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    if (samples.targets[t].empty()) continue;
    parts.push_back(fmt::format("{} {:.1f}%", short_name(view.run.targets[t].name),
                                // Rounded down: one miss in a thousand is not 100%.
                                std::floor(stats::ecdf(samples.targets[t], limit) * 1000) / 10));
  }
  return fmt::format("Within {} ({} is asked of each target): {}.{}", time_text(limit),
                     analysis::quantile_name(slo.figure.quantile), list_text(parts),
                     beyond(limit, scale));
}

std::string without_slo(const RunView& view, const MetricSamples& samples,
                        analysis::MetricId metric) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    if (const auto p95 = resolved(samples.targets[t], 0.95)) {
      parts.push_back(fmt::format("{} {}", short_name(view.run.targets[t].name), time_text(*p95)));
    }
  }
  if (parts.empty()) return fmt::format("There are too few {} for a p95.", counted(metric));
  return fmt::format("95% of the {}: {}.",
                     gaps(metric) ? "gaps are at most" : "requests are answered within",
                     list_text(parts));
}

Table table_of(const RunView& view, const MetricSamples& samples, analysis::MetricId metric) {
  Table table{.columns = {fmt::format("share of {}", counted(metric))}, .rows = {}};
  for (const auto& target : view.run.targets) table.columns.push_back(target.name + " (ms)");
  for (const double share : kTableShares) {
    std::vector<Cell> row = {share};
    for (const auto& sample : samples.targets) {
      const auto value = share < 1 ? resolved(sample, share) : stats::quantile(sample, 1);
      row.push_back(value ? Cell(*value) : Cell());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Chart make(const Input& input, analysis::MetricId metric) {
  const RunView& view = *input.run;
  const MetricSamples samples = samples_of(view, metric);
  Chart chart;
  chart.source = source_text(view, samples.n, metric);
  if (samples.empty()) {
    chart.empty = nothing_text(view, to_lower(metric_words(metric)));
    return chart;
  }
  const auto slos = slos_on(view, metric);
  const TimeScale scale = shape_scale(samples.low, samples.high);
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    if (samples.targets[t].empty()) continue;
    const auto& name = view.run.targets[t].name;
    chart.legend.push_back(name);
    Json line = line_series(name, style[t], steps(samples.targets[t], scale));
    line["step"] = "end";
    series.push_back(line);
  }
  series.front()["markLine"] = mark_line(slo_marks(slos, scale), "@bad");
  chart.subtitle = slos.empty() ? without_slo(view, samples, metric)
                                : within(view, samples, scale, slos.front());
  chart.alt = fmt::format("Cumulative curve of {} by target. {}", to_lower(metric_words(metric)),
                          chart.subtitle);
  chart.option = dump({{"xAxis", time_axis(scale, metric_words(metric))},
                       {"yAxis",
                        {{"type", "value"},
                         {"name", gaps(metric) ? "Share of gaps" : "Share of requests answered"},
                         {"min", 0},
                         {"max", 1},
                         {"interval", 0.1},
                         {"axisLabel", {{"formatter", "percent"}}}}},
                       {"series", series}});
  chart.table = table_of(view, samples, metric);
  return chart;
}

}  // namespace

Entry ecdf_chart(analysis::MetricId metric) {
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-ecdf", analysis::metric(metric).name),
          .title = fmt::format("{}: share of {} within a time", words, counted(metric)),
          .question = gaps(metric) ? std::string("What share of the gaps between tokens is at most "
                                                 "so long, and is the objective kept?")
                                   : fmt::format("What share of requests has a {} of at most so "
                                                 "long, and is the objective kept?",
                                                 to_lower(words)),
          .how_to_read = fmt::format(
              "Choose a time on the axis below and go up to a target's curve: that share "
              "of its {} was at least as fast. The curve further left and higher is "
              "better. An objective is kept where the curve is above the crossing of "
              "its two red lines.",
              counted(metric)),
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
