// How many requests are in flight over time, and how many of them still wait for their first token.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/timeline.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/run_time.h"

namespace tt::chart {
namespace {

constexpr std::size_t kMostPanels = 5;

struct Point {
  double from_s = 0;
  double active_s = 0;
  double in_flight = 0;  // mean over the time in which the target was measured
  double waiting = 0;    // of these, for the first token
};

struct Side {
  std::size_t target = 0;
  std::vector<Point> points;  // one a bucket
  double in_flight = 0;       // means over all measured time
  double waiting = 0;
  double highest = 0;
};

struct Parts {
  analysis::TimeGrid grid;
  std::vector<Side> sides;  // of targets that have any
  double highest = 0;
};

// Seconds of waiting for a first token in each bucket; what got none waits to its end.
std::vector<double> waiting_seconds(const analysis::Slice& slice, const analysis::TimeGrid& grid) {
  std::vector<double> seconds(grid.count, 0);
  const record::Frame& frame = *slice.frame;
  for (const auto row : slice.rows) {
    const Nanos from = analysis::start_of(frame, row);
    if (from == kNever || frame.end[row] == kNever) continue;
    const Nanos to = frame.first_token[row] == kNever ? frame.end[row] : frame.first_token[row];
    const double begin = (to_seconds(from) - grid.from_s) / grid.width_s;
    const double end = (to_seconds(to) - grid.from_s) / grid.width_s;
    for (auto b = static_cast<std::size_t>(std::max(0.0, begin)); b < grid.count; ++b) {
      const auto left = static_cast<double>(b);
      if (left >= end) break;
      seconds[b] += (std::min(end, left + 1) - std::max(begin, left)) * grid.width_s;
    }
  }
  return seconds;
}

Side side_of(const analysis::Slice& slice, const analysis::TimeGrid& grid, std::size_t target) {
  Side side{.target = target};
  const auto timeline = analysis::make_timeline(slice, grid, {});
  const auto waiting = waiting_seconds(slice, grid);
  double active = 0;
  for (std::size_t b = 0; b < timeline.buckets.size(); ++b) {
    const auto& bucket = timeline.buckets[b];
    Point point{.from_s = bucket.from_s, .active_s = bucket.active_s};
    if (bucket.in_flight) {
      point.in_flight = *bucket.in_flight;
      point.waiting = std::min(waiting[b] / bucket.active_s, point.in_flight);
      side.highest = std::max(side.highest, point.in_flight);
      side.in_flight += point.in_flight * bucket.active_s;
      side.waiting += point.waiting * bucket.active_s;
      active += bucket.active_s;
    }
    side.points.push_back(point);
  }
  if (active > 0) {
    side.in_flight /= active;
    side.waiting /= active;
  }
  return side;
}

Parts parts_of(const RunView& view) {
  Parts parts{.grid = analysis::make_grid(view.slices), .sides = {}};
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    Side side = side_of(view.slices[t], parts.grid, t);
    if (!(side.highest > 0)) continue;
    parts.highest = std::max(parts.highest, side.highest);
    parts.sides.push_back(std::move(side));
  }
  return parts;
}

// A step over each bucket, so that means are not drawn as if they were instants.
void add_side(Json& series, const Side& side, double width_s, const Look& look, std::size_t panel) {
  Json waiting = Json::array();
  Json streaming = Json::array();
  Json line = Json::array();
  for (const Point& p : side.points) {
    if (!(p.active_s > 0)) {
      waiting.push_back({p.from_s, nullptr, nullptr});
      streaming.push_back({p.from_s, nullptr, nullptr});
      line.push_back({p.from_s, nullptr});
      continue;
    }
    for (const double at : {p.from_s, p.from_s + width_s}) {
      waiting.push_back({at, 0, p.waiting});
      streaming.push_back({at, p.waiting, p.in_flight});
      line.push_back({at, p.in_flight});
    }
  }
  series.push_back(in_panel(
      shape_series("streaming", "band", {{"fill", look.wash(0.25)}}, streaming, look), panel));
  series.push_back(in_panel(shape_series("waiting for the first token", "band",
                                         {{"fill", look.wash(0.85)}}, waiting, look),
                            panel));
  Json top = line_series("in flight", {look.colour, "solid", "none"}, line, 1.5);
  top["connectNulls"] = false;
  series.push_back(in_panel(top, panel));
}

std::string finding(const RunView& view, const Parts& parts) {
  std::vector<std::string> texts;
  for (const auto& side : parts.sides) {
    texts.push_back(fmt::format("{} {:.1f} ({:.0f}% of them waiting for the first token)",
                                short_name(view.run.targets[side.target].name, 32), side.in_flight,
                                100 * side.waiting / side.in_flight));
  }
  return fmt::format("In flight on average: {}.", list_text(texts, 4));
}

Table table_of(const RunView& view, const Parts& parts) {
  Table table{.columns = {"target", "from (s)", "measured (s)", "in flight (mean)",
                          "waiting for the first token (mean)"},
              .rows = {}};
  for (const auto& side : parts.sides) {
    for (const Point& p : side.points) {
      if (!(p.active_s > 0)) continue;
      table.rows.push_back(
          {view.run.targets[side.target].name, p.from_s, p.active_s, p.in_flight, p.waiting});
    }
  }
  return table;
}

void add_axes(Json& x, Json& y, const Parts& parts, std::size_t panel, bool last) {
  x.push_back(run_time_axis(parts.grid, panel, last));
  y.push_back(low_axis(parts.highest, panel));
  if (panel == 0) y.back()["name"] = "Requests in flight";
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const Parts parts = parts_of(view);
  Chart chart;
  chart.source = source_text(view, {}, {}) + " · means over equal stretches of time";
  if (parts.sides.empty()) {
    chart.empty = "Nothing to draw: no request of the run has an instant of sending and an end.";
    return chart;
  }
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  const std::size_t shown = std::min(parts.sides.size(), kMostPanels);
  for (std::size_t panel = 0; panel < shown; ++panel) {
    const Side& side = parts.sides[panel];
    const bool last = panel + 1 == shown;
    add_side(series, side, parts.grid.width_s, style[side.target], panel);
    chart.panels.push_back({1, short_name(view.run.targets[side.target].name, 80), last});
    add_axes(x, y, parts, panel, last);
  }
  chart.subtitle = fmt::format(
      "{} Full colour: waiting for the first token; faint, above it: streaming. Means of each {:g} "
      "s.{}",
      finding(view, parts), parts.grid.width_s,
      shown < parts.sides.size() ? " Further targets are in the table." : "");
  chart.alt =
      fmt::format("Requests in flight over the run's time, a panel a target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = table_of(view, parts);
  return chart;
}

}  // namespace

Entry concurrency_timeline_chart() {
  return {.id = "concurrency-timeline",
          .title = "Requests in flight over time",
          .question =
              "How many requests are in flight at a time, and how many of them still wait "
              "for their first token?",
          .how_to_read =
              "The height is the number of requests in flight. The part in full colour waits for "
              "its first token, the faint part streams. A full part that grows is a queue; gaps "
              "are times in "
              "which another target had its turn.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
