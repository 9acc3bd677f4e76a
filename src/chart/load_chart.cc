// Goodput and attainment over the offered load, with the point of saturation.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"
#include "chart/option.h"

namespace tt::chart {
namespace {

using analysis::CurvePoint;
using analysis::MetricId;

// The farthest that a whisker reaches beyond the highest point: a wider interval goes over the
// edge.
constexpr double kMostOfWhisker = 1.25;

bool has_goodput(const CurveView& view) {
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      const auto* rate = point.summary.rate(MetricId::kGoodput);
      if (rate != nullptr && rate->value) return true;
    }
  }
  return false;
}

const analysis::RateFigure* rate_of(const CurvePoint& point, bool goodput) {
  const auto* rate = point.summary.rate(goodput ? MetricId::kGoodput : MetricId::kRequestRate);
  return rate != nullptr && rate->value ? rate : nullptr;
}

// Requests that met every objective, of those answered; without objectives those that succeeded.
std::optional<double> share_of(const CurvePoint& point, bool goodput) {
  if (goodput) return point.attainment.share;
  const auto* success = point.summary.rate(MetricId::kSuccessRate);
  return success != nullptr ? success->value : std::nullopt;
}

struct Points {
  Json rate = Json::array();
  Json whiskers = Json::array();
  Json share = Json::array();
  Json share_whiskers = Json::array();
  double high = 0;
  double reach = 0;  // of the whiskers
};

Points points_of(const analysis::LoadCurve& curve, bool goodput) {
  Points points;
  for (const auto& point : curve.points) {
    if (const auto* rate = rate_of(point, goodput)) {
      points.rate.push_back({point.load, *rate->value});
      points.high = std::max(points.high, *rate->value);
      if (rate->interval) {
        points.whiskers.push_back({point.load, rate->interval->low, rate->interval->high});
        points.reach = std::max(points.reach, rate->interval->high);
      }
    }
    if (const auto share = share_of(point, goodput)) points.share.push_back({point.load, *share});
    if (goodput && point.attainment.interval) {
      const auto& interval = *point.attainment.interval;
      points.share_whiskers.push_back({point.load, interval.low, interval.high});
    }
  }
  return points;
}

void add_curve(Json& series, const std::string& name, const Look& look, const Points& points,
               std::optional<double> capacity) {
  Json rate = in_panel(line_series(name, look, points.rate), 0);
  Json share = in_panel(line_series(name, look, points.share), 1);
  for (Json* line : {&rate, &share}) {
    (*line)["showSymbol"] = true;
    (*line)["z"] = 4;
    if (!capacity) continue;
    (*line)["markLine"] = mark_line(Json::array({{{"xAxis", *capacity}}}), look.ink());
    (*line)["markLine"]["lineStyle"]["type"] = look.dash;
    (*line)["markLine"]["lineStyle"]["width"] = 1;
    (*line)["markLine"]["label"] = {{"show", false}};
  }
  series.push_back(rate);
  if (!points.whiskers.empty()) {
    series.push_back(in_panel(
        shape_series(name, "whisker", {{"stroke", look.ink()}}, points.whiskers, look), 0));
  }
  series.push_back(share);
  if (points.share_whiskers.empty()) return;
  series.push_back(in_panel(
      shape_series(name, "whisker", {{"stroke", look.ink()}}, points.share_whiskers, look), 1));
}

// What the load itself allows: every request asked for is answered well.
Json offered(double low, double high) {
  Look none{.colour = "faint", .dash = "dotted", .symbol = "none"};
  Json data = Json::array();
  for (int i = 0; i <= 32; ++i) {
    const double x = low * std::pow(high / low, i / 32.0);
    data.push_back({x, x});
  }
  Json line = in_panel(line_series("as offered", none, data, 1.5), 0);
  line["z"] = 1;
  return line;
}

std::string most_delivered(const CurveView& view, bool goodput) {
  std::vector<std::string> parts;
  for (const auto& curve : view.report.curves) {
    const CurvePoint* best = nullptr;
    for (const auto& point : curve.points) {
      if (rate_of(point, goodput) == nullptr) continue;
      if (best == nullptr || *rate_of(point, goodput)->value > *rate_of(*best, goodput)->value) {
        best = &point;
      }
    }
    if (best == nullptr) continue;
    parts.push_back(fmt::format("{} {}/s at {} {}", short_name(curve.target, 28),
                                format_number(*rate_of(*best, goodput)->value), view.report.over,
                                load_number(best->load)));
  }
  if (parts.empty()) return "No target answered a request.";
  return fmt::format("Most delivered: {}.", list_text(parts));
}

std::string finding(const CurveView& view, bool goodput) {
  if (!goodput) return most_delivered(view, goodput);
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < view.targets.size(); ++c) {
    const auto name = short_name(view.targets[c].name, 28);
    const auto capacity = view.capacities[c];
    parts.push_back(
        capacity ? fmt::format("{} up to {} {}", name, view.report.over, load_number(*capacity))
                 : fmt::format("{} at none of the loads", name));
  }
  return fmt::format("Every objective is kept by {} (upright lines). {}", list_text(parts),
                     most_delivered(view, goodput));
}

Table table_of(const CurveView& view, bool goodput) {
  Table table{
      .columns = {"target", view.report.over, goodput ? "goodput (requests/s)" : "requests/s",
                  "95% low", "95% high", goodput ? "attainment" : "success rate"},
      .rows = {}};
  for (const auto& curve : view.report.curves) {
    for (const auto& point : curve.points) {
      const auto* rate = rate_of(point, goodput);
      const auto share = share_of(point, goodput);
      const bool interval = rate != nullptr && rate->interval;
      table.rows.push_back({curve.target, point.load, rate ? Cell(*rate->value) : Cell(),
                            interval ? Cell(rate->interval->low) : Cell(),
                            interval ? Cell(rate->interval->high) : Cell(),
                            share ? Cell(*share) : Cell()});
    }
  }
  return table;
}

double top_of(double high, double reach) {
  const double top = std::min(std::max(high, reach), kMostOfWhisker * high);
  if (!(top > 0)) return 1;
  const double step = std::pow(10.0, std::floor(std::log10(top))) / 2;
  return std::ceil(top / step - 1e-9) * step;
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  const bool goodput = has_goodput(view);
  const Loads loads = loads_of(view);
  Chart chart;
  chart.source = group_source(
      view,
      fmt::format(
          "whiskers: 95% intervals · {}",
          analysis::metric(goodput ? MetricId::kGoodput : MetricId::kRequestRate).definition));
  if (loads.empty()) {
    chart.empty = kNoRunOfGroup;
    return chart;
  }
  const auto style = looks(view.targets);
  Json series = Json::array();
  double high = 0;
  double reach = 0;
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    const auto& curve = view.report.curves[c];
    const Points points = points_of(curve, goodput);
    if (points.rate.empty() && points.share.empty()) continue;
    high = std::max(high, points.high);
    reach = std::max(reach, points.reach);
    chart.legend.push_back(curve.target);
    add_curve(series, curve.target, style[c], points, view.capacities[c]);
  }
  if (view.report.over == "rate") {
    series.push_back(offered(loads.low, std::min(loads.high, std::max(high * 1.15, loads.low))));
    chart.legend.emplace_back("as offered");
  }
  chart.panels = {
      {1.5, goodput ? "Goodput: requests that keep every objective" : "Successful requests", false},
      {1, goodput ? "Attainment: their share of all answered" : "Success rate", true}};
  chart.subtitle = finding(view, goodput);
  chart.alt =
      fmt::format("Goodput and attainment over the offered load by target. {}", chart.subtitle);
  chart.option =
      dump({{"xAxis", {load_axis(view, loads, 0, false), load_axis(view, loads, 1, true)}},
            {"yAxis",
             {{{"type", "value"},
               {"gridIndex", 0},
               {"name", "Requests/s"},
               {"min", 0},
               {"max", top_of(high, reach)}},
              {{"type", "value"},
               {"gridIndex", 1},
               {"name", "Share"},
               {"min", 0},
               {"max", 1},
               {"axisLabel", {{"formatter", "percent"}}}}}},
            {"series", series}});
  chart.table = table_of(view, goodput);
  return chart;
}

}  // namespace

Entry load_chart() {
  return {.id = "goodput-by-load",
          .title = "How much load each target carries",
          .question =
              "Up to which load does a target keep its objectives, and what is the most it "
              "delivers?",
          .how_to_read =
              "Above: what is delivered well at each load. Where loads are rates, a dotted line is "
              "what was asked for: as long as a curve follows it, every request is answered in "
              "time; where it leaves the line, the target is beyond its capacity. Below: the share "
              "of requests that keep every "
              "objective.",
          .needs = Needs::kCurve,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
