// Strengths and weaknesses at each load of a sweep: a radar a load, on one scale.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/by_load.h"
#include "chart/charts.h"

namespace tt::chart {
namespace {

using analysis::CurvePoint;
using analysis::MetricId;

constexpr std::size_t kMostRadars = 6;
constexpr std::size_t kFewestAxes = 3;

/// A dimension: a figure of a point, made a score against the best of all targets and loads, or one
/// that is a score already.
struct Dimension {
  const char* name;
  std::optional<double> (*figure)(const CurvePoint&);
  enum class Score : std::uint8_t { kLess, kMore, kOwn } score;
};

std::optional<double> quantile_of(const CurvePoint& point, MetricId metric, double p) {
  const auto* figure = point.latency(metric, p);
  return figure != nullptr && figure->value > 0 ? std::optional(figure->value) : std::nullopt;
}
std::optional<double> first_token(const CurvePoint& point) {
  return quantile_of(point, MetricId::kTtft, 0.5);
}
std::optional<double> pace(const CurvePoint& point) {
  return quantile_of(point, MetricId::kTpot, 0.5);
}
std::optional<double> work(const CurvePoint& point) {
  const auto* rate = point.summary.rate(MetricId::kOutputRate);
  return rate != nullptr && rate->value && *rate->value > 0 ? rate->value : std::nullopt;
}
std::optional<double> evenness(const CurvePoint& point) {
  for (const MetricId metric : {MetricId::kTpot, MetricId::kE2e}) {
    const auto p50 = quantile_of(point, metric, 0.5);
    const auto p95 = quantile_of(point, metric, 0.95);
    if (p50 && p95) return 100 * *p50 / *p95;
  }
  return std::nullopt;
}
std::optional<double> success(const CurvePoint& point) {
  const auto& counts = point.summary.counts;
  if (counts.answerable() == 0) return std::nullopt;
  return 100 * static_cast<double>(counts.ok) / static_cast<double>(counts.answerable());
}

constexpr std::array kDimensions = {
    Dimension{"TTFT", first_token, Dimension::Score::kLess},
    Dimension{"token pace", pace, Dimension::Score::kLess},
    Dimension{"throughput", work, Dimension::Score::kMore},
    Dimension{"consistency", evenness, Dimension::Score::kOwn},
    Dimension{"reliability", success, Dimension::Score::kOwn},
};

/// A target at a load at which it answered something.
struct Spot {
  std::size_t curve = 0;
  double load = 0;
  std::array<std::optional<double>, kDimensions.size()> scores = {};
};

struct Drawn {
  std::vector<Spot> spots;
  std::vector<std::size_t> dimensions;  // that every spot has
  std::vector<std::string> silent;      // "vllm at rate 16": nothing was answered
};

void score(std::vector<Spot>& spots, std::size_t dimension) {
  const auto kind = kDimensions[dimension].score;
  if (kind == Dimension::Score::kOwn) return;
  std::optional<double> best;
  for (const auto& spot : spots) {
    const auto& value = spot.scores[dimension];
    if (!value) continue;
    const bool better =
        !best || (kind == Dimension::Score::kLess ? *value < *best : *value > *best);
    if (better) best = value;
  }
  for (auto& spot : spots) {
    auto& value = spot.scores[dimension];
    if (value) value = 100 * (kind == Dimension::Score::kLess ? *best / *value : *value / *best);
  }
}

Drawn drawn_of(const CurveView& view) {
  Drawn drawn;
  for (std::size_t c = 0; c < view.report.curves.size(); ++c) {
    for (const auto& point : view.report.curves[c].points) {
      if (point.summary.counts.ok == 0) {
        drawn.silent.push_back(fmt::format("{} at {} {}",
                                           short_name(view.report.curves[c].target, 28),
                                           view.report.over, load_number(point.load)));
        continue;
      }
      Spot spot{.curve = c, .load = point.load};
      for (std::size_t d = 0; d < kDimensions.size(); ++d) {
        spot.scores[d] = kDimensions[d].figure(point);
      }
      drawn.spots.push_back(spot);
    }
  }
  for (std::size_t d = 0; d < kDimensions.size(); ++d) {
    score(drawn.spots, d);
    const bool all = std::ranges::all_of(
        drawn.spots, [&](const Spot& spot) { return spot.scores[d].has_value(); });
    if (all && !drawn.spots.empty()) drawn.dimensions.push_back(d);
  }
  return drawn;
}

// At most so many, with the lowest and the highest.
std::vector<double> shown_loads(const Loads& loads) {
  if (loads.all.size() <= kMostRadars) return loads.all;
  std::vector<double> shown;
  for (std::size_t i = 0; i < kMostRadars; ++i) {
    shown.push_back(loads.all[i * (loads.all.size() - 1) / (kMostRadars - 1)]);
  }
  return shown;
}

/// Where a radar stands, in percent of the page.
struct Place {
  double left = 0;  // of its cell
  double top = 0;
  double x = 0;  // of its middle
  double y = 0;
  double radius = 0;  // of half the page's height
};

Place place_of(std::size_t i, std::size_t count) {
  constexpr double kLeft = 3, kWide = 94, kTop = 25, kHigh = 68;
  // Of a page a third wider than high.
  constexpr double kAspect = 1.5;
  constexpr double kOfCell = 0.64;  // leaves room for the names around it
  const std::size_t columns = count <= 3 ? count : count == 4 ? 2 : 3;
  const std::size_t rows = (count + columns - 1) / columns;
  const double width = kWide / static_cast<double>(columns);
  const double height = kHigh / static_cast<double>(rows);
  const std::size_t row = i / columns;
  const std::size_t column = i % columns;
  Place place;
  place.left = kLeft + width * static_cast<double>(column);
  place.top = kTop + height * static_cast<double>(row);
  place.x = place.left + width / 2;
  place.y = place.top + 0.55 * height;
  place.radius = kOfCell * std::min(height, width * kAspect * 0.8);
  return place;
}

std::string percent(double value) { return fmt::format("{:.1f}%", value); }

Json radar_at(const Place& place, const Drawn& drawn) {
  Json indicators = Json::array();
  for (const auto d : drawn.dimensions) {
    indicators.push_back({{"name", kDimensions[d].name}, {"max", 100}});
  }
  return {{"indicator", indicators},
          {"center", {percent(place.x), percent(place.y)}},
          {"radius", percent(place.radius)},
          {"splitNumber", 4},
          {"axisNameGap", 7},
          {"axisName", {{"color", "@muted"}, {"fontSize", 11}}},
          {"splitLine", {{"lineStyle", {{"color", "@grid"}}}}},
          {"splitArea", {{"show", false}}},
          {"axisLine", {{"lineStyle", {{"color", "@grid"}}}}}};
}

Json series_at(const CurveView& view, const Drawn& drawn, std::span<const Look> style, double load,
               std::size_t radar) {
  Json data = Json::array();
  for (const auto& spot : drawn.spots) {
    if (spot.load != load) continue;
    Json values = Json::array();
    for (const auto d : drawn.dimensions) values.push_back(std::round(*spot.scores[d] * 10) / 10);
    const Look& look = style[spot.curve];
    data.push_back({{"name", view.report.curves[spot.curve].target},
                    {"value", values},
                    {"symbol", look.symbol},
                    {"symbolSize", 6},
                    {"lineStyle", {{"color", look.ink()}, {"width", 2}, {"type", look.dash}}},
                    {"itemStyle", {{"color", look.ink()}}},
                    {"areaStyle", {{"color", look.wash(0.08)}}}});
  }
  return {{"type", "radar"}, {"radarIndex", radar}, {"silent", true}, {"data", data}};
}

// Who is furthest out in most dimensions, at the lowest and at the highest load.
std::string ahead_at(const CurveView& view, const Drawn& drawn, double load) {
  std::vector<std::string> parts;
  for (const auto& spot : drawn.spots) {
    if (spot.load != load) continue;
    std::size_t ahead = 0;
    for (const auto d : drawn.dimensions) {
      const bool first = std::ranges::all_of(drawn.spots, [&](const Spot& other) {
        return other.load != load || *spot.scores[d] >= *other.scores[d];
      });
      ahead += first ? 1 : 0;
    }
    parts.push_back(
        fmt::format("{} in {}", short_name(view.report.curves[spot.curve].target, 28), ahead));
  }
  return fmt::format("At {} {}: {}.", view.report.over, load_number(load), list_text(parts, 4));
}

std::string finding(const CurveView& view, const Drawn& drawn, const std::vector<double>& loads) {
  std::string text = fmt::format("Furthest out, of {} dimensions (ties count for each). {}",
                                 drawn.dimensions.size(), ahead_at(view, drawn, loads.front()));
  if (loads.size() > 1) text += " " + ahead_at(view, drawn, loads.back());
  if (!drawn.silent.empty()) {
    text += fmt::format(" Nothing was answered by {}.", list_text(drawn.silent, 3));
  }
  return text;
}

Table table_of(const CurveView& view, const Drawn& drawn) {
  Table table{.columns = {"target", view.report.over}, .rows = {}};
  for (const auto d : drawn.dimensions) table.columns.emplace_back(kDimensions[d].name);
  for (const auto& spot : drawn.spots) {
    std::vector<Cell> row = {view.report.curves[spot.curve].target, spot.load};
    for (const auto d : drawn.dimensions) row.emplace_back(*spot.scores[d]);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Chart make(const Input& input) {
  const CurveView& view = *input.curve;
  const Drawn drawn = drawn_of(view);
  const auto loads = shown_loads(loads_of(view));
  Chart chart;
  chart.source = group_source(
      view,
      "100 at the edge: the best of all targets and loads in TTFT p50, TPOT p50 and output "
      "tokens/s, half as good is 50; consistency is p50 over p95, reliability the success "
      "rate, in percent");
  if (drawn.spots.empty() || drawn.dimensions.size() < kFewestAxes) {
    chart.empty = drawn.spots.empty()
                      ? std::string("Nothing to draw: no request of the group succeeded.")
                      : std::string(
                            "Nothing to draw: a radar needs three dimensions that every target has "
                            "at every load. A figure that is not there is not drawn as 0.");
    return chart;
  }
  const auto style = looks(view.targets);
  Json radars = Json::array();
  Json series = Json::array();
  Json titles = Json::array();
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const Place place = place_of(i, loads.size());
    radars.push_back(radar_at(place, drawn));
    series.push_back(series_at(view, drawn, style, loads[i], i));
    titles.push_back({{"type", "text"},
                      {"left", percent(place.left)},
                      {"top", percent(place.top)},
                      {"silent", true},
                      {"style",
                       {{"text", fmt::format("{} {}", view.report.over, load_number(loads[i]))},
                        {"fill", "@text"},
                        {"font", "600 13px Inter"}}}});
  }
  for (const auto& curve : view.report.curves) chart.legend.push_back(curve.target);
  chart.subtitle = finding(view, drawn, loads);
  chart.alt = fmt::format("A radar of {} dimensions for each load, by target. {}",
                          drawn.dimensions.size(), chart.subtitle);
  chart.option = dump({{"radar", radars}, {"graphic", titles}, {"series", series}});
  chart.table = table_of(view, drawn);
  return chart;
}

}  // namespace

Entry radar_load_chart() {
  return {.id = "radar-by-load",
          .title = "Strengths and weaknesses at each load",
          .question = "Which target is strong at which load, and what gives way as the load grows?",
          .how_to_read =
              "Each radar is a load; a corner further out is better, on one scale for all loads. A "
              "shape that shrinks in one corner as the load grows shows what gives way first. Do "
              "not compare areas: they depend on the order of the corners.",
          .needs = Needs::kCurve,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
