// TTFT and TPOT over the offered load: typical, slow and slowest requests.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"

namespace tt::chart {
namespace {

using analysis::CurvePoint;
using analysis::MetricId;

constexpr MetricId kShown[] = {MetricId::kTtft, MetricId::kTpot};

std::optional<double> value_of(const CurvePoint& point, MetricId metric, double p) {
  const auto* found = point.latency(metric, p);
  const auto* all = point.summary.distribution(metric);
  if (found == nullptr || all == nullptr) return std::nullopt;
  // Not even one request lies above it.
  if (static_cast<double>(all->n) * (1 - p) < 1 - 1e-9) return std::nullopt;
  return found->value;
}

struct Extent {
  double low = 0;
  double high = 0;
};

Extent extent_of(const CurveView& view, MetricId metric) {
  Extent extent;
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      for (const double p : {0.5, 0.95, 0.99}) {
        const auto value = value_of(point, metric, p);
        if (!value || !(*value > 0)) continue;
        extent.low = extent.low > 0 ? std::min(extent.low, *value) : *value;
        extent.high = std::max(extent.high, *value);
      }
    }
  }
  return extent;
}

void add_curve(Json& series, const analysis::LoadCurve& curve, const Look& look, MetricId metric,
               const TimeScale& scale, std::size_t panel) {
  Json middle = Json::array();
  Json band = Json::array();
  Json tail = Json::array();
  for (const auto& point : curve.points) {
    const auto p50 = value_of(point, metric, 0.5);
    const auto p95 = value_of(point, metric, 0.95);
    const auto p99 = value_of(point, metric, 0.99);
    if (!p50) continue;
    middle.push_back({point.load, scale.at(*p50)});
    band.push_back({point.load, scale.at(*p50), scale.at(p95.value_or(*p50))});
    if (p99) tail.push_back({point.load, scale.at(*p99)});
  }
  if (middle.empty()) return;
  Json line = in_panel(line_series(curve.target, look, middle), panel);
  line["showSymbol"] = true;
  line["z"] = 4;
  series.push_back(line);
  series.push_back(
      in_panel(shape_series(curve.target, "band", {{"fill", look.wash(0.15)}}, band, look), panel));
  Json slowest = in_panel(line_series(curve.target, look, tail, 1.25), panel);
  slowest["lineStyle"]["type"] = "dotted";
  slowest["z"] = 3;
  series.push_back(slowest);
}

// The group's objectives on a metric: of its first target, as all have the same.
std::vector<analysis::Slo> slos_of(const CurveView& view, MetricId metric) {
  std::vector<analysis::Slo> slos;
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      for (const auto& result : point.summary.slos) {
        if (result.slo.figure.metric == metric && result.slo.limit > 0) slos.push_back(result.slo);
      }
      if (!point.summary.slos.empty()) return slos;
    }
  }
  return slos;
}

// How many times longer the typical wait is at the highest load than at the lowest.
std::string finding(const CurveView& view, MetricId metric) {
  std::vector<std::string> parts;
  for (const auto& curve : view.report.curves) {
    if (curve.points.size() < 2) continue;
    const auto first = value_of(curve.points.front(), metric, 0.5);
    const auto last = value_of(curve.points.back(), metric, 0.5);
    if (!first || !last || !(*first > 0)) continue;
    parts.push_back(fmt::format("{} {} to {}", short_name(curve.target, 28), time_text(*first),
                                time_text(*last)));
  }
  if (parts.empty()) return "";
  return fmt::format("{} p50 from the lowest to the highest load: {}. ",
                     analysis::metric(metric).title, list_text(parts, 4));
}

Table table_of(const CurveView& view) {
  Table table{.columns = {"target", view.report.over}, .rows = {}};
  for (const MetricId metric : kShown) {
    for (const char* p : {"p50", "p95", "p99"}) {
      table.columns.push_back(fmt::format("{} {} (ms)", analysis::metric(metric).title, p));
    }
  }
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      std::vector<Cell> row = {curve.target, point.load};
      for (const MetricId metric : kShown) {
        for (const double p : {0.5, 0.95, 0.99}) {
          const auto value = value_of(point, metric, p);
          row.push_back(value ? Cell(*value) : Cell());
        }
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  const Loads loads = loads_of(view);
  Chart chart;
  chart.source = group_source(view, "lines: p50 · shaded: up to p95 · dotted: p99");
  if (loads.empty()) {
    chart.empty = kNoRunOfGroup;
    return chart;
  }
  const auto style = looks(view.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t panel = 0; panel < std::size(kShown); ++panel) {
    const MetricId metric = kShown[panel];
    const Extent extent = extent_of(view, metric);
    if (!(extent.high > 0)) continue;
    const std::size_t at = chart.panels.size();
    const TimeScale scale = time_scale(extent.low, extent.high);
    const std::size_t first = series.size();
    for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
      add_curve(series, view.report.curves[c], style[c], metric, scale, at);
    }
    if (series.size() > first) {
      series[first]["markLine"] = mark_line(
          limit_lines(slos_of(view, metric), scale, {.position = "insideStartTop"}), "@bad");
    }
    chart.panels.push_back({1, metric_words(metric), true});
    x.push_back(load_axis(view, loads, at, true));
    y.push_back(time_axis(scale, analysis::metric(metric).title));
    y.back()["gridIndex"] = at;
    y.back()["splitNumber"] = 4;
    chart.subtitle += finding(view, metric);
  }
  if (chart.panels.empty()) {
    chart.empty = "Nothing to draw: no request of the group succeeded.";
    return chart;
  }
  // Only the last panel names what both have below.
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    x[i].erase("name");
    x[i]["axisLabel"]["show"] = false;
    chart.panels[i].axis = false;
  }
  for (const auto& curve : view.report.curves) chart.legend.push_back(curve.target);
  if (chart.subtitle.empty()) chart.subtitle = "One load alone: nothing to set it against.";
  chart.alt = fmt::format("TTFT and TPOT over the offered load, by target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(view);
  return chart;
}

}  // namespace

Entry latency_by_load_chart() {
  return {.id = "latency-by-load",
          .title = "Latency over the load",
          .question =
              "How do waiting for the first token and the pace after it grow with the "
              "load, for typical and for slow requests?",
          .how_to_read =
              "The line is the typical request, the shaded area reaches to p95, the dotted line is "
              "p99. A flat line means that more load costs users nothing yet; an area that widens "
              "means that some wait much longer than others.",
          .needs = Needs::kCurve,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
