// How TTFT is distributed at each load: a lane a load, the targets over each other.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"
#include "chart/outline.h"

namespace tt::chart {
namespace {

constexpr std::size_t kMostLanes = 16;

// The loads that have a lane: all, or as many as there is room for, evenly.
std::vector<double> lanes_of(const Loads& loads) {
  std::vector<double> lanes;
  for (const auto i : analysis::thin(loads.all.size(), kMostLanes)) lanes.push_back(loads.all[i]);
  return lanes;
}

struct Extent {
  double low = 0;
  double high = 0;
};

Extent extent_of(const CurveView& view) {
  Extent extent;
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      for (const double value : point.ttft_sample) {
        if (!(value > 0)) continue;
        extent.low = extent.low > 0 ? std::min(extent.low, value) : value;
        extent.high = std::max(extent.high, value);
      }
    }
  }
  return extent;
}

void add_target(Json& series, const analysis::LoadCurve& curve, const Look& look,
                const std::vector<double>& lanes, const TimeScale& scale) {
  for (const auto& point : curve.points) {
    const auto lane = std::ranges::find(lanes, point.load);
    const stats::Sorted sample(std::vector<double>(point.ttft_sample));
    const auto median = stats::quantile(sample, 0.5);
    if (lane == lanes.end() || !median) continue;
    const Json shape = {
        {"fill", look.wash(0.35)}, {"stroke", look.ink()}, {"outline", outline_of(sample, scale)}};
    Json one = shape_series(curve.target, "ridge", shape,
                            Json::array({{lane - lanes.begin(), scale.at(*median)}}), look);
    one["clip"] = false;  // the uppermost ridge rises a little over its lane
    one["z"] = 3 + (lanes.end() - lane);
    series.push_back(one);
  }
}

std::string finding(const CurveView& view) {
  std::vector<std::string> parts;
  for (const auto& curve : view.report.curves) {
    if (curve.points.empty()) continue;
    const stats::Sorted first(std::vector<double>(curve.points.front().ttft_sample));
    const stats::Sorted last(std::vector<double>(curve.points.back().ttft_sample));
    const auto a = stats::quantile(first, 0.25);
    const auto b = stats::quantile(first, 0.75);
    const auto c = stats::quantile(last, 0.25);
    const auto d = stats::quantile(last, 0.75);
    if (!a || !b || !c || !d) continue;
    parts.push_back(fmt::format("{} {} to {}", short_name(curve.target, 28), time_text(*b - *a),
                                time_text(*d - *c)));
  }
  return fmt::format(
      "Spread of the middle half of the requests, from the lowest to the highest load: {}.",
      list_text(parts, 4));
}

Table table_of(const CurveView& view) {
  Table table{.columns = {"target", view.report.over, "n drawn", "p5 (ms)", "p25 (ms)", "p50 (ms)",
                          "p75 (ms)", "p95 (ms)"},
              .rows = {}};
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      const stats::Sorted sample(std::vector<double>(point.ttft_sample));
      std::vector<Cell> row = {curve.target, point.load, static_cast<double>(sample.size())};
      for (const double p : {0.05, 0.25, 0.5, 0.75, 0.95}) {
        const auto value = stats::quantile(sample, p);
        row.push_back(value ? Cell(*value) : Cell());
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  const Loads loads = loads_of(view);
  const Extent extent = extent_of(view);
  Chart chart;
  chart.source = group_source(
      view,
      fmt::format("ridges are as high as each other, whatever their n; uprights: medians · {}",
                  analysis::metric(analysis::MetricId::kTtft).definition));
  if (loads.empty() || !(extent.high > 0)) {
    chart.empty = loads.empty() ? std::string(kNoRunOfGroup)
                                : "Nothing to draw: no request of the group has a TTFT.";
    return chart;
  }
  const TimeScale scale = shape_scale(extent.low, extent.high);
  const auto lanes = lanes_of(loads);
  const auto style = looks(view.targets);
  Json series = Json::array();
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    add_target(series, view.report.curves[c], style[c], lanes, scale);
    chart.legend.push_back(view.report.curves[c].target);
  }
  Json names = Json::array();
  for (const double lane : lanes) names.push_back({{"value", load_number(lane)}});
  chart.subtitle = finding(view);
  chart.alt = fmt::format("Densities of TTFT, one ridge a load and target. {}", chart.subtitle);
  chart.option =
      dump({{"xAxis", time_axis(scale, "Time to first token")},
            {"yAxis",
             {{"type", "category"}, {"data", names}, {"name", load_title(view)}, {"nameGap", 44}}},
            {"series", series}});
  chart.table = table_of(view);
  return chart;
}

}  // namespace

Entry ridgeline_chart() {
  return {.id = "ttft-by-load",
          .title = "Time to first token: how it spreads as the load grows",
          .question = "Does more load make all requests a little slower, or some of them much?",
          .how_to_read =
              "Each load has a lane, the lowest below. A ridge is high where many requests are, "
              "and its upright is the median. A ridge that moves right makes everybody wait; one "
              "that spreads or splits lets some wait much longer than others.",
          .needs = Needs::kCurve,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
