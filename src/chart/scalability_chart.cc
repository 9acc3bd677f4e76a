// How throughput goes on with more load than was measured: Gunther's law, fitted to a sweep.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"

namespace tt::chart {
namespace {

using analysis::LoadCurve;
using analysis::MetricId;
using analysis::Scaling;

constexpr int kSteps = 60;

double law(const Scaling& s, double n) {
  return s.gain * n / (1 + s.contention * (n - 1) + s.crosstalk * n * (n - 1));
}

bool follows(const LoadCurve& curve) {
  return curve.scaling && curve.scaling->relative_error <= analysis::kMostScalingError;
}

Json measured(const LoadCurve& curve, double& high) {
  Json rows = Json::array();
  for (const auto& point : curve.points) {
    const auto* rate = point.summary.rate(MetricId::kOutputRate);
    if (rate == nullptr || !rate->value) continue;
    rows.push_back({point.load, *rate->value});
    high = std::max(high, *rate->value);
  }
  return rows;
}

// Between two loads, even on a logarithmic axis.
Json fitted(const Scaling& scaling, double from, double to) {
  Json rows = Json::array();
  for (int i = 0; i <= kSteps; ++i) {
    const double n = from * std::pow(to / from, static_cast<double>(i) / kSteps);
    rows.push_back({n, law(scaling, n)});
  }
  return rows;
}

void add_curve(Json& series, const LoadCurve& curve, const Look& look, double low, double& high) {
  Json points = line_series(curve.target, look, measured(curve, high));
  points["showSymbol"] = true;
  points["z"] = 4;
  points["lineStyle"]["width"] = follows(curve) ? 0 : 1.25;
  series.push_back(points);
  if (!follows(curve)) return;
  const auto& scaling = *curve.scaling;
  series.push_back(
      line_series(curve.target, look, fitted(scaling, low, scaling.largest_load), 2.25));
  if (!curve.projection) return;
  const auto& goal = *curve.projection;
  Json ahead =
      line_series(curve.target, look, fitted(scaling, scaling.largest_load, goal.load), 1.5);
  ahead["lineStyle"]["type"] = "dotted";
  series.push_back(ahead);
  series.push_back(shape_series(
      curve.target, "whisker", {{"stroke", look.ink()}},
      Json::array({{goal.load, std::max(0.0, goal.interval.low), goal.interval.high}}), look));
  high = std::max(high, std::min(goal.interval.high, 1.3 * goal.throughput));
}

std::string finding(const CurveView& view) {
  std::vector<std::string> parts;
  std::vector<std::string> others;
  for (const auto& curve : view.report.curves) {
    const auto name = short_name(curve.target, 28);
    if (!follows(curve)) {
      others.push_back(name);
      continue;
    }
    std::string text = name;
    if (curve.projection) {
      text += fmt::format(" {} tokens/s at {} {} (95% {} to {})",
                          format_number(curve.projection->throughput), view.report.over,
                          load_number(curve.projection->load),
                          format_number(std::max(0.0, curve.projection->interval.low)),
                          format_number(curve.projection->interval.high));
    }
    if (curve.scaling->peak_load) {
      text += fmt::format(", most at about {} {}", view.report.over,
                          format_number(*curve.scaling->peak_load));
    }
    parts.push_back(std::move(text));
  }
  std::string text;
  if (!parts.empty()) text = fmt::format("If it goes on so: {}.", list_text(parts, 3));
  if (!others.empty()) {
    text +=
        fmt::format("{}{} {} not follow the law: nothing is projected.", text.empty() ? "" : " ",
                    list_text(others, 3), others.size() == 1 ? "does" : "do");
  }
  return text;
}

Table table_of(const CurveView& view) {
  Table table{.columns = {"target", view.report.over, "output tokens/s", "by the law", "95% low",
                          "95% high", "contention", "crosstalk"},
              .rows = {}};
  for (const auto& curve : view.report.curves) {
    const bool known = curve.scaling.has_value();
    const auto by_law = [&](double n) { return known ? Cell(law(*curve.scaling, n)) : Cell(); };
    const Cell contention = known ? Cell(curve.scaling->contention) : Cell();
    const Cell crosstalk = known ? Cell(curve.scaling->crosstalk) : Cell();
    for (const auto& point : curve.points) {
      const auto* rate = point.summary.rate(MetricId::kOutputRate);
      table.rows.push_back({curve.target, point.load,
                            rate != nullptr && rate->value ? Cell(*rate->value) : Cell(),
                            by_law(point.load), Cell(), Cell(), contention, crosstalk});
    }
    if (!curve.projection) continue;
    const auto& goal = *curve.projection;
    table.rows.push_back({curve.target, goal.load, Cell(), goal.throughput, goal.interval.low,
                          goal.interval.high, contention, crosstalk});
  }
  return table;
}

bool offered(const Input& input) {
  return std::ranges::any_of(input.curve->report.curves,
                             [](const LoadCurve& curve) { return curve.scaling.has_value(); });
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  Loads loads = loads_of(view);
  Chart chart;
  chart.source = group_source(
      view,
      "Gunther's universal scalability law, fitted by least squares · dotted: beyond what was "
      "measured, with the 95% interval of one new measurement");
  if (loads.empty()) {
    chart.empty = kNoRunOfGroup;
    return chart;
  }
  if (!offered(input)) {
    chart.empty = fmt::format(
        "Nothing to project: it takes a sweep over concurrency, with answers at {} loads or more.",
        analysis::kFewestScalingPoints);
    return chart;
  }
  const auto style = looks(view.targets);
  Json series = Json::array();
  double high = 0;
  const double low = std::max(loads.low, 1.0);
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    const auto& curve = view.report.curves[c];
    chart.legend.push_back(curve.target);
    add_curve(series, curve, style[c], low, high);
    if (curve.projection) loads.all.push_back(curve.projection->load);
  }
  std::ranges::sort(loads.all);
  loads.all.erase(std::ranges::unique(loads.all).begin(), loads.all.end());
  loads.high = loads.all.back();
  const double step = std::pow(10.0, std::floor(std::log10(std::max(high, 1e-9)))) / 2;
  chart.subtitle = finding(view);
  chart.alt = fmt::format("Output tokens/s over the load, measured and projected, by target. {}",
                          chart.subtitle);
  chart.option = dump({{"xAxis", load_axis(view, loads, 0, true)},
                       {"yAxis",
                        {{"type", "value"},
                         {"name", "Output tokens/s"},
                         {"min", 0},
                         {"max", std::ceil(high * 1.05 / step) * step}}},
                       {"series", series}});
  chart.table = table_of(view);
  return chart;
}

}  // namespace

Entry scalability_chart() {
  return {.id = "scalability",
          .title = "Throughput at other loads",
          .question = "How would throughput go on with more load than was measured?",
          .how_to_read =
              "Points are what was measured, the line is the law that fits them: straight at "
              "first, then bent by what requests share and by what they cost each other. The "
              "dotted end is a projection to twice the highest load; its whisker tells how sure "
              "it is. Measure before you rely on it.",
          .needs = Needs::kCurve,
          .level = Level::kTechnical,
          .make = make,
          .offered = offered};
}

}  // namespace tt::chart
