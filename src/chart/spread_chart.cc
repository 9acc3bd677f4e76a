// Box and violin of a metric, a lane for each target.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/outline.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

constexpr double kBox[] = {0.05, 0.25, 0.5, 0.75, 0.95};

Json box_row(const stats::Sorted& sample, const TimeScale& scale, std::size_t lane) {
  Json row = Json::array({lane});
  for (const double p : kBox) row.push_back(scale.at(*stats::quantile(sample, p)));
  return row;
}

Json lane_series(const std::string& name, const Look& look, const stats::Sorted& sample,
                 const TimeScale& scale, std::size_t lane) {
  Json shape = {{"fill", look.wash(0.28)},
                {"stroke", look.ink()},
                {"median", "@halo"},
                {"outline", outline_of(sample, scale)}};
  Json series =
      shape_series(name, "violin", shape, Json::array({box_row(sample, scale, lane)}), look);
  return series;
}

// p99 and the mean, as points on the lane.
Json points(const MetricSamples& samples, const TimeScale& scale, std::span<const Look> style) {
  Json tails = Json::array();
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    const auto p99 = resolved(samples.targets[t], 0.99);
    if (!p99) continue;
    tails.push_back({{"value", {scale.at(*p99), t}},
                     {"itemStyle", {{"color", "@background"}, {"borderColor", style[t].ink()}}}});
  }
  return {{"type", "scatter"}, {"name", "p99"},
          {"data", tails},     {"symbol", "diamond"},
          {"symbolSize", 11},  {"itemStyle", {{"borderWidth", 2}}},
          {"silent", true},    {"z", 6}};
}

// The name, and below it what the lane is about in figures.
std::string lane_name(const std::string& name, const stats::Sorted& sample) {
  const auto p50 = stats::quantile(sample, 0.5);
  const auto p99 = resolved(sample, 0.99);
  return fmt::format("{}\n{}{}", short_name(name, 34), p50 ? "p50 " + time_text(*p50) : "no value",
                     p99 ? " · p99 " + time_text(*p99) : "");
}

Table table_of(const RunView& view, const MetricSamples& samples) {
  Table table{.columns = {"target", "n", "mean (ms)", "p5 (ms)", "p25 (ms)", "p50 (ms)", "p75 (ms)",
                          "p95 (ms)", "p99 (ms)"},
              .rows = {}};
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    const auto& sample = samples.targets[t];
    std::vector<Cell> row = {view.run.targets[t].name, static_cast<double>(sample.size())};
    double sum = 0;
    for (const double value : sample.values()) sum += value;
    row.push_back(sample.empty() ? Cell() : Cell(sum / static_cast<double>(sample.size())));
    for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) {
      const auto value = resolved(sample, p);
      row.push_back(value ? Cell(*value) : Cell());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string middles(const RunView& view, const MetricSamples& samples) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    const auto low = stats::quantile(samples.targets[t], 0.25);
    const auto high = stats::quantile(samples.targets[t], 0.75);
    const auto name = short_name(view.run.targets[t].name, 32);
    if (low) parts.push_back(fmt::format("{} {} to {}", name, time_text(*low), time_text(*high)));
  }
  return fmt::format("The middle half of the requests: {}.", list_text(parts));
}

Chart make(const Input& input, analysis::MetricId metric) {
  const RunView& view = *input.run;
  const MetricSamples samples = samples_of(view, metric);
  Chart chart;
  chart.source = source_text(view, samples.n, metric) +
                 " · box: middle half, whiskers: p5 to p95, diamond: p99, outline: density between "
                 "the extremes";
  if (samples.empty()) {
    chart.empty = nothing_text(view, to_lower(metric_words(metric)));
    return chart;
  }
  const TimeScale scale = shape_scale(samples.low, samples.high);
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json lanes = Json::array();
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    const auto& name = view.run.targets[t].name;
    // Lanes are told apart by their place: two targets may have one name.
    lanes.push_back({{"value", lane_name(name, samples.targets[t])}});
    if (samples.targets[t].empty()) continue;
    series.push_back(lane_series(name, style[t], samples.targets[t], scale, t));
  }
  series.push_back(points(samples, scale, style));
  series.back()["markLine"] = mark_line(
      limit_lines(slos_on(view, metric), scale, {.axis = "xAxis", .position = "start"}), "@bad");
  chart.subtitle = middles(view, samples);
  chart.alt = fmt::format("Box and violin of {} by target. {}", to_lower(metric_words(metric)),
                          chart.subtitle);
  chart.option = dump({{"xAxis", time_axis(scale, metric_words(metric))},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 19}}}}},
                       {"series", series}});
  chart.table = table_of(view, samples);
  return chart;
}

}  // namespace

Entry spread_chart(analysis::MetricId metric) {
  const auto words = metric_words(metric);
  return {
      .id = fmt::format("{}-spread", analysis::metric(metric).name),
      .title = words + ": target beside target",
      .question = fmt::format("Which target has the shorter and the steadier {}?", to_lower(words)),
      .how_to_read =
          "Each target has a lane. The bar holds the middle half of its requests and the light "
          "line in it the median; the thin line reaches from p5 to p95, the diamond is p99. "
          "The outline is thick where many requests are. Further left is faster, narrower is "
          "steadier.",
      .needs = Needs::kRun,
      .level = Level::kSimple,
      .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
