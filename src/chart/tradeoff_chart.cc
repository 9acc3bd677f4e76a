// What each load trades for what: pace of each user, throughput of all, latency.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"

namespace tt::chart {
namespace {

using analysis::CurvePoint;
using analysis::MetricId;

/// A load of a target as a place in the plane.
struct Spot {
  double x = 0;
  double y = 0;
  const CurvePoint* point = nullptr;
};

/// Which two figures are set against each other.
struct Plane {
  std::string x_name;
  std::string y_name;
  std::optional<double> (*x)(const CurvePoint&);
  std::optional<double> (*y)(const CurvePoint&);
};

std::optional<double> throughput(const CurvePoint& point) {
  const auto* rate = point.summary.rate(MetricId::kOutputRate);
  return rate != nullptr ? rate->value : std::nullopt;
}
std::optional<double> per_user(const CurvePoint& point) { return point.per_user; }
std::optional<double> typical_e2e(const CurvePoint& point) {
  const auto* e2e = point.latency(MetricId::kE2e, 0.5);
  return e2e != nullptr ? std::optional(e2e->value) : std::nullopt;
}

// Tokens/s are of a GPU where the number of GPUs of every target is known.
bool by_gpu(const CurveView& view) {
  return !view.gpus.empty() &&
         std::ranges::all_of(view.gpus, [](const auto& gpus) { return gpus.has_value(); });
}

struct Curves {
  std::vector<std::vector<Spot>> spots;  // by target, by rising load
  double x_low = 0;
  double x_high = 0;
  double y_high = 0;
  bool empty() const { return !(x_high > 0) || !(y_high > 0); }
};

Curves curves_of(const CurveView& view, const Plane& plane, bool gpus) {
  Curves curves;
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    auto& spots = curves.spots.emplace_back();
    for (const auto& point : view.report.curves[c].points) {
      const auto x = plane.x(point);
      auto y = plane.y(point);
      if (!x || !y || !(*x > 0) || !(*y > 0)) continue;
      if (gpus) *y /= *view.gpus[c];
      spots.push_back({*x, *y, &point});
      curves.x_low = curves.x_low > 0 ? std::min(curves.x_low, *x) : *x;
      curves.x_high = std::max(curves.x_high, *x);
      curves.y_high = std::max(curves.y_high, *y);
    }
  }
  return curves;
}

// Of everything on the plane, the spots that no other beats in both.
std::vector<Spot> front_of(const Curves& curves) {
  std::vector<Spot> all;
  for (const auto& spots : curves.spots) all.insert(all.end(), spots.begin(), spots.end());
  std::vector<Spot> front;
  for (const auto& spot : all) {
    const bool beaten = std::ranges::any_of(all, [&](const Spot& rival) {
      return rival.x >= spot.x && rival.y >= spot.y && (rival.x > spot.x || rival.y > spot.y);
    });
    if (!beaten) front.push_back(spot);
  }
  std::ranges::sort(front, {}, &Spot::x);
  return front;
}

bool on(const std::vector<Spot>& front, const Spot& spot) {
  return std::ranges::find(front, spot.point, &Spot::point) != front.end();
}

// Labels of spots that lie too near to one that has its label are left out.
class Labels {
 public:
  Labels(double width, double height) : width_(width), height_(height) {}
  bool fits(const Spot& spot) {
    const bool near = std::ranges::any_of(taken_, [&](const Spot& other) {
      return std::fabs(other.x - spot.x) < 0.032 * width_ &&
             std::fabs(other.y - spot.y) < 0.045 * height_;
    });
    if (!near) taken_.push_back(spot);
    return !near;
  }

 private:
  double width_;
  double height_;
  std::vector<Spot> taken_;
};

Json target_series(const std::string& name, const Look& look, const std::vector<Spot>& spots,
                   const std::vector<Spot>& front, Labels& labels, const char* side) {
  Json data = Json::array();
  for (const auto& spot : spots) {
    const bool good = front.empty() || on(front, spot);
    Json entry = {{"value", {spot.x, spot.y}},
                  {"symbolSize", good ? 11 : 9},
                  {"itemStyle",
                   {{"color", good ? look.ink() : "@background"},
                    {"borderColor", look.ink()},
                    {"borderWidth", 2}}}};
    if (labels.fits(spot)) {
      entry["label"] = {
          {"show", true},     {"position", side}, {"content", load_number(spot.point->load)},
          {"color", "@text"}, {"fontSize", 12},   {"distance", 6}};
    }
    data.push_back(entry);
  }
  Json series = line_series(name, look, data, 1.5);
  series["showSymbol"] = true;
  series["z"] = 4;
  return series;
}

Json front_series(const std::vector<Spot>& front) {
  Json data = Json::array();
  for (const auto& spot : front) data.push_back({spot.x, spot.y});
  const Look look{.colour = "good", .dash = "solid", .symbol = "none"};
  Json series = line_series("not beaten by any", look, data, 9);
  series["lineStyle"]["opacity"] = 0.22;
  series["lineStyle"]["cap"] = "round";
  series["z"] = 1;
  return series;
}

double top_of(double high) {
  const double step = std::pow(10.0, std::floor(std::log10(high))) / 2;
  return std::ceil(high * 1.05 / step - 1e-9) * step;
}

Table table_of(const CurveView& view, const Curves& curves, const Plane& plane,
               const std::vector<Spot>& front) {
  Table table{.columns = {"target", view.report.over, plane.x_name, plane.y_name}, .rows = {}};
  if (!front.empty()) table.columns.emplace_back("not beaten");
  for (std::size_t c = 0; c < curves.spots.size(); ++c) {
    for (const auto& spot : curves.spots[c]) {
      std::vector<Cell> row = {view.report.curves[c].target, spot.point->load, spot.x, spot.y};
      if (!front.empty()) row.emplace_back(on(front, spot) ? 1.0 : 0.0);
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

// Whose points the front is made of, and the most that each target gives.
std::string pareto_finding(const CurveView& view, const Curves& curves,
                           const std::vector<Spot>& front, bool gpus) {
  std::vector<std::string> shares;
  std::vector<std::string> most;
  for (std::size_t c = 0; c < curves.spots.size(); ++c) {
    const auto& spots = curves.spots[c];
    if (spots.empty()) continue;
    const auto name = short_name(view.report.curves[c].target, 28);
    const auto good =
        std::ranges::count_if(spots, [&](const Spot& spot) { return on(front, spot); });
    shares.push_back(fmt::format("{} of {}'s {} points", good, name, spots.size()));
    const auto best = std::ranges::max_element(spots, {}, &Spot::y);
    most.push_back(fmt::format("{} {} tokens/s{} at {} {}, {} for each user", name,
                               format_number(best->y), gpus ? " a GPU" : "", view.report.over,
                               load_number(best->point->load), format_number(best->x)));
  }
  return fmt::format("Not beaten by any: {}. Most at once: {}.", list_text(shares),
                     fmt::join(std::span(most).first(std::min<std::size_t>(most.size(), 4)), "; "));
}

Chart make_pareto(const Input& input) {
  const CurveView& view = *input.curve;
  const bool gpus = by_gpu(view);
  const Plane plane{"Tokens/s that one user sees (1000 / TPOT p50)",
                    gpus ? "Output tokens/s of one GPU" : "Output tokens/s of the target", per_user,
                    throughput};
  Chart chart;
  chart.source = group_source(
      view, gpus ? "GPUs as told by --gpus"
                 : "of each target as a whole; --gpus says how many GPUs it has, for tokens/s of "
                   "one GPU");
  const Curves curves = curves_of(view, plane, gpus);
  if (curves.empty()) {
    chart.empty = "Nothing to draw: no run of the group has both tokens/s and a time per token.";
    return chart;
  }
  const auto front = front_of(curves);
  const auto style = looks(view.targets);
  const TimeScale across = shape_scale(curves.x_low, 1.02 * curves.x_high);
  const double y_top = top_of(curves.y_high);
  Labels labels(across.high - across.low, y_top);
  Json series = Json::array();
  for (std::size_t c = 0; c < curves.spots.size(); ++c) {
    if (curves.spots[c].empty()) continue;
    const auto& name = view.report.curves[c].target;
    chart.legend.push_back(name);
    series.push_back(target_series(name, style[c], curves.spots[c], front, labels, "right"));
  }
  series.push_back(front_series(front));
  chart.legend.emplace_back("not beaten by any");
  chart.subtitle = pareto_finding(view, curves, front, gpus);
  chart.alt = fmt::format("{} over {} at each load, by target. {}", plane.y_name,
                          to_lower(plane.x_name), chart.subtitle);
  chart.option = dump(
      {{"xAxis",
        {{"type", across.log ? "log" : "value"},
         {"name", plane.x_name},
         {"min", across.low},
         {"max", across.high}}},
       {"yAxis",
        {{"type", "value"}, {"name", plane.y_name}, {"min", 0}, {"max", y_top}, {"nameGap", 58}}},
       {"series", series}});
  chart.table = table_of(view, curves, plane, front);
  return chart;
}

std::string price_of_load(const CurveView& view, const Curves& curves) {
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < curves.spots.size(); ++c) {
    const auto& spots = curves.spots[c];
    if (spots.size() < 2) continue;
    const auto best = std::ranges::max_element(spots, {}, &Spot::x);
    parts.push_back(fmt::format("{} {} to {} tokens/s at {} to {}",
                                short_name(view.report.curves[c].target, 28),
                                format_number(spots.front().x), format_number(best->x),
                                time_text(spots.front().y), time_text(best->y)));
  }
  if (parts.empty()) return "One load alone: nothing to set it against.";
  return fmt::format("From the lowest load to the most tokens/s: {}.", fmt::join(parts, "; "));
}

Chart make_latency(const Input& input) {
  const CurveView& view = *input.curve;
  const Plane plane{"Output tokens/s", "End-to-end latency, p50 (ms)", throughput, typical_e2e};
  Chart chart;
  chart.source = group_source(view, analysis::metric(MetricId::kE2e).definition);
  const Curves curves = curves_of(view, plane, false);
  if (curves.empty()) {
    chart.empty = "Nothing to draw: no run of the group has both tokens/s and an E2E latency.";
    return chart;
  }
  double low = curves.y_high;
  for (const auto& spots : curves.spots) {
    for (const auto& spot : spots) low = std::min(low, spot.y);
  }
  const TimeScale scale = time_scale(low, curves.y_high);
  Curves drawn = curves;
  for (auto& spots : drawn.spots) {
    for (auto& spot : spots) spot.y = scale.at(spot.y);
  }
  const auto style = looks(view.targets);
  const double x_top = top_of(curves.x_high);
  Labels labels(x_top, scale.high);
  Json series = Json::array();
  for (std::size_t c = 0; c < drawn.spots.size(); ++c) {
    if (drawn.spots[c].empty()) continue;
    const auto& name = view.report.curves[c].target;
    chart.legend.push_back(name);
    series.push_back(target_series(name, style[c], drawn.spots[c], {}, labels, "top"));
  }
  chart.subtitle = price_of_load(view, curves);
  chart.alt = fmt::format("End-to-end latency over output tokens/s at each load, by target. {}",
                          chart.subtitle);
  chart.option =
      dump({{"xAxis", {{"type", "value"}, {"name", plane.x_name}, {"min", 0}, {"max", x_top}}},
            {"yAxis", time_axis(scale, "End-to-end latency, p50")},
            {"series", series}});
  chart.table = table_of(view, curves, plane, {});
  return chart;
}

}  // namespace

Entry pareto_chart() {
  return {.id = "pareto",
          .title = "Pace of each user against throughput of all",
          .question =
              "How much of each user's pace does it cost to serve more users at once, and "
              "which settings does nothing else beat?",
          .how_to_read =
              "Each point is a load, which its number tells. Further up the machine gives more "
              "tokens a second, further right each user gets an answer faster: up and right is "
              "better. The broad line joins the points that no other beats in both; hollow points "
              "are beaten by one.",
          .needs = Needs::kCurve,
          .level = Level::kSimple,
          .make = make_pareto};
}

Entry throughput_latency_chart() {
  return {.id = "throughput-latency",
          .title = "Throughput against latency",
          .question =
              "What latency comes with more tokens a second, and where does it turn "
              "upwards for nothing?",
          .how_to_read =
              "Each point is a load, which its number tells. Going right gains tokens a second, "
              "going up costs waiting. Where a line turns steeply upwards, more load brings "
              "waiting and no tokens: keep below that.",
          .needs = Needs::kCurve,
          .level = Level::kTechnical,
          .make = make_latency};
}

}  // namespace tt::chart
