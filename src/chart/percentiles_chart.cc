// The whole range of percentiles, the tail stretched: latency over 1 / (1 - share).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/shape.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

constexpr int kPointsPerDecade = 48;
constexpr double kFirst = 1.995;  // the median, as nearly as the points meet it
constexpr double kTableShares[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999};
// More bands over each other hide the curves.
constexpr std::size_t kMostWithBands = 3;

struct Spectrum {
  Json line = Json::array();
  Json band = Json::array();  // 95% intervals
};

// Up to the percentile above which one value lies. Intervals are of order statistics, which take
// values for independent: gaps of one request are not.
Spectrum spectrum_of(const stats::Sorted& sample, const TimeScale& scale, bool intervals) {
  Spectrum result;
  const auto n = static_cast<double>(sample.size());
  const int last = static_cast<int>(std::floor(std::log10(n) * kPointsPerDecade + 1e-9));
  for (int i = 0; i <= last; ++i) {
    const double x = std::pow(10.0, static_cast<double>(i) / kPointsPerDecade);
    if (x < kFirst) continue;
    const double p = 1 - 1 / x;
    result.line.push_back({x, scale.at(*stats::quantile(sample, p))});
    const auto interval = intervals && p > 0 ? stats::quantile_interval(sample, p) : std::nullopt;
    if (!interval) continue;
    const double low = std::max(scale.at(interval->low), scale.low);
    result.band.push_back({x, low, scale.at(interval->high)});
  }
  return result;
}

Json percentile_axis(const MetricSamples& samples, MetricId metric) {
  const auto most = *std::ranges::max_element(samples.n);
  Json ticks = Json::array({2, 4, 10, 20});
  double high = 20;
  for (double x = 100; x <= static_cast<double>(most) * 1.0001; x *= 10) {
    ticks.push_back(x);
    high = x;
  }
  high = std::max(high, static_cast<double>(most));
  return {{"type", "log"},
          {"name", fmt::format("Percentile of {} (the tail is stretched)", counted(metric))},
          {"min", kFirst},
          {"max", high},
          {"ticks", ticks},
          {"axisLabel", {{"formatter", "percentile"}}}};
}

std::string tails(const RunView& view, const MetricSamples& samples) {
  for (const double p : {0.99, 0.95, 0.9, 0.5}) {
    std::vector<std::string> parts;
    for (std::size_t t = 0; t < samples.targets.size(); ++t) {
      const auto value = resolved(samples.targets[t], p);
      const auto middle = stats::quantile(samples.targets[t], 0.5);
      if (!value || !(*middle > 0)) continue;
      parts.push_back(
          p > 0.5
              ? fmt::format("{} {} ({:.1f} times its median)", short_name(view.run.targets[t].name),
                            time_text(*value), *value / *middle)
              : fmt::format("{} {}", short_name(view.run.targets[t].name), time_text(*value)));
    }
    if (!parts.empty()) return fmt::format("{}: {}.", analysis::quantile_name(p), list_text(parts));
  }
  return "";
}

// Intervals of gaps come from how quantiles scatter over the run, for those that are shown
// anywhere.
std::optional<stats::Interval> interval_of(const analysis::Shape& shape, double share) {
  for (const auto& percentile : shape.percentiles) {
    if (percentile.quantile == share) return percentile.interval;
  }
  return std::nullopt;
}

Table table_of(const RunView& view, const MetricSamples& samples, MetricId metric) {
  const bool gaps = analysis::metric(metric).grain == analysis::Grain::kGap;
  std::vector<analysis::Shape> shapes;
  for (const auto& slice : view.slices) {
    if (gaps) shapes.push_back(analysis::shape(slice, metric));
  }
  Table table{.columns = {"percentile"}, .rows = {}};
  for (const auto& target : view.run.targets) {
    table.columns.push_back(target.name + " (ms)");
    table.columns.push_back(target.name + " 95% low (ms)");
    table.columns.push_back(target.name + " 95% high (ms)");
  }
  for (const double share : kTableShares) {
    std::vector<Cell> row = {share * 100};
    for (std::size_t t = 0; t < samples.targets.size(); ++t) {
      const auto& sample = samples.targets[t];
      const auto value = resolved(sample, share);
      const auto interval =
          gaps ? interval_of(shapes[t], share) : stats::quantile_interval(sample, share);
      row.push_back(value ? Cell(*value) : Cell());
      row.push_back(interval ? Cell(interval->low) : Cell());
      row.push_back(interval ? Cell(interval->high) : Cell());
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
  double low = samples.high;
  for (const auto& sample : samples.targets) {
    low = std::min(low, stats::quantile(sample, 0.5).value_or(low));
  }
  const TimeScale scale = time_scale(low, samples.high);
  const auto style = looks(view.run.targets);
  const bool gaps = analysis::metric(metric).grain == analysis::Grain::kGap;
  const bool bands = !gaps && samples.targets.size() <= kMostWithBands;
  Json series = Json::array();
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    if (samples.targets[t].empty()) continue;
    const auto& name = view.run.targets[t].name;
    chart.legend.push_back(name);
    const Spectrum spectrum = spectrum_of(samples.targets[t], scale, bands);
    Json line = line_series(name, style[t], spectrum.line);
    line["z"] = 4;
    series.push_back(line);
    if (bands && !spectrum.band.empty()) {
      series.push_back(
          shape_series(name, "band", {{"fill", style[t].wash(0.16)}}, spectrum.band, style[t]));
    }
  }
  chart.subtitle = tails(view, samples);
  if (bands) chart.subtitle += " Shaded: 95% intervals of each percentile alone.";
  chart.alt = fmt::format("Percentiles of {} by target. {}", to_lower(metric_words(metric)),
                          chart.subtitle);
  chart.option = dump({{"xAxis", percentile_axis(samples, metric)},
                       {"yAxis", time_axis(scale, metric_words(metric))},
                       {"series", series}});
  chart.table = table_of(view, samples, metric);
  return chart;
}

}  // namespace

Entry percentiles_chart(analysis::MetricId metric) {
  const auto words = metric_words(metric);
  return {.id = fmt::format("{}-percentiles", analysis::metric(metric).name),
          .title = words + ": from the median to the tail",
          .question = fmt::format("How slow are the slowest {}: {} at p90, p99 and beyond?",
                                  counted(metric), to_lower(words)),
          .how_to_read = fmt::format(
              "Each step to the right is a tenth as many {0}: p99 is what one in a hundred "
              "exceeds. A flat curve is steady; one that climbs has a tail. A curve ends "
              "where the run has too few {0} to say more.",
              counted(metric)),
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
