// Requests as bars on lanes: when each was sent, got its first token and ended. And a single
// request of each target at more depth.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/request_parts.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::Part;

constexpr std::size_t kMostLanes = 64;  // of all targets
constexpr std::size_t kMostPanels = 5;

struct Lane {
  std::uint32_t row = 0;
  double from_s = 0;   // sent
  double first_s = 0;  // first token; the end where there was none
  double to_s = 0;
  bool ok = false;
};

std::optional<Lane> lane_of(const record::Frame& frame, std::uint32_t row) {
  const Nanos from = analysis::start_of(frame, row);
  const Nanos to = frame.end[row];
  if (from == kNever || to == kNever || to < from) return std::nullopt;
  const Nanos first = frame.first_token[row] == kNever ? to : frame.first_token[row];
  return Lane{row, to_seconds(from), to_seconds(first), to_seconds(to), frame.ok(row)};
}

// Requests in a row from the middle of the target's longest stretch: what a steady load looks like.
std::vector<Lane> lanes_of(const analysis::Slice& slice, std::size_t most) {
  const auto longest = std::ranges::max_element(
      slice.stretches, {}, [](const analysis::Stretch& s) { return s.past - s.first; });
  std::vector<Lane> lanes;
  if (longest == slice.stretches.end()) return lanes;
  const std::size_t n = longest->past - longest->first;
  const std::size_t from = longest->first + (n > most ? (n - most) / 2 : 0);
  for (std::size_t i = from; i < std::min(longest->past, from + most); ++i) {
    if (const auto lane = lane_of(*slice.frame, slice.rows[i])) lanes.push_back(*lane);
  }
  return lanes;
}

Json spans(const std::string& name, Json rows, const std::string& fill, const Look& look,
           std::size_t panel) {
  Json series = shape_series(name, "span", {{"fill", fill}, {"height", 0.72}, {"radius", 2}},
                             std::move(rows), look);
  series["xAxisIndex"] = panel;
  series["yAxisIndex"] = panel;
  return series;
}

// Series of one panel: waiting, streaming, failed; lanes count from the top.
void add_lanes(Json& series, const std::vector<Lane>& lanes, const Look& look, std::size_t panel) {
  Json waiting = Json::array();
  Json streaming = Json::array();
  Json failed = Json::array();
  const double zero = lanes.front().from_s;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const Lane& lane = lanes[i];
    if (!lane.ok) {
      failed.push_back({lane.from_s - zero, lane.to_s - zero, i});
      continue;
    }
    waiting.push_back({lane.from_s - zero, lane.first_s - zero, i});
    streaming.push_back({lane.first_s - zero, lane.to_s - zero, i});
  }
  series.push_back(spans("waiting for the first token", waiting, look.wash(0.35), look, panel));
  series.push_back(spans("streaming", streaming, look.ink(), look, panel));
  if (!failed.empty()) series.push_back(spans("failed", failed, "@bad", look, panel));
}

struct Lanes {
  std::vector<std::size_t> targets;
  std::vector<std::vector<Lane>> lanes;
  double shown_s = 0;  // of time
  bool cut = false;    // a target goes on beyond that
  std::size_t failed = 0;
};

// All of the time, unless one target takes so long that the others would be pressed flat.
constexpr double kMostTimesMedian = 5;

Lanes all_lanes(const RunView& view) {
  Lanes all;
  const std::size_t shown = std::min(view.slices.size(), kMostPanels);
  std::vector<double> lengths;
  for (std::size_t t = 0; t < shown; ++t) {
    auto lanes = lanes_of(view.slices[t], kMostLanes / shown);
    if (lanes.empty()) continue;
    lengths.push_back(0);
    for (const auto& lane : lanes) {
      lengths.back() = std::max(lengths.back(), lane.to_s - lanes.front().from_s);
      all.failed += lane.ok ? 0 : 1;
    }
    all.targets.push_back(t);
    all.lanes.push_back(std::move(lanes));
  }
  if (lengths.empty()) return all;
  std::ranges::sort(lengths);
  const double most = kMostTimesMedian * lengths[(lengths.size() - 1) / 2];
  all.cut = lengths.back() > most;
  all.shown_s = all.cut ? most : lengths.back();
  return all;
}

Table lanes_table(const RunView& view, const Lanes& all) {
  Table table{.columns = {"target", "request", "sent (s)", "first token (s)", "end (s)", "ok"},
              .rows = {}};
  for (std::size_t i = 0; i < all.targets.size(); ++i) {
    for (const auto& lane : all.lanes[i]) {
      table.rows.push_back({view.run.targets[all.targets[i]].name,
                            static_cast<double>(view.slices[all.targets[i]].frame->index[lane.row]),
                            lane.from_s, lane.first_s, lane.to_s, lane.ok ? 1.0 : 0.0});
    }
  }
  return table;
}

Chart make_lanes(const Input& input) {
  const RunView& view = *input.run;
  const Lanes all = all_lanes(view);
  Chart chart;
  chart.source = source_text(view, {}, {}) +
                 " · requests in a row from the middle of each target's longest stretch";
  if (all.lanes.empty()) {
    chart.empty = "Nothing to draw: no request of the run has an instant of sending and an end.";
    return chart;
  }
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
  for (std::size_t panel = 0; panel < all.lanes.size(); ++panel) {
    const auto target = all.targets[panel];
    const bool last = panel + 1 == all.lanes.size();
    add_lanes(series, all.lanes[panel], style[target], panel);
    chart.panels.push_back({1, short_name(view.run.targets[target].name, 80), last});
    Json axis = {{"type", "value"},
                 {"gridIndex", panel},
                 {"min", 0},
                 {"max", time_scale(0, all.shown_s).high},
                 {"axisLine", {{"onZero", false}}},
                 {"axisLabel", {{"show", last}}}};
    if (last) axis["name"] = "Time since the first of these requests was sent (s)";
    x.push_back(axis);
    y.push_back({{"type", "value"},
                 {"gridIndex", panel},
                 {"inverse", true},
                 {"min", -0.5},
                 {"max", static_cast<double>(all.lanes[panel].size()) - 0.5},
                 {"axisLabel", {{"show", false}}},
                 {"splitLine", {{"show", false}}}});
  }
  chart.subtitle = fmt::format(
      "A bar is a request: faint until its first token, full while it streams{}. Each target has "
      "about as many: the sooner they end, the faster it is.",
      all.failed > 0 ? fmt::format(", red where it failed ({} of those shown)", all.failed) : "");
  if (all.cut) chart.subtitle += " What goes on beyond the right edge is cut off.";
  chart.alt = fmt::format("Requests as bars over time, by target. {}", chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", y}, {"series", series}});
  chart.table = lanes_table(view, all);
  return chart;
}

}  // namespace

Entry request_lanes_chart() {
  return {
      .id = "request-lanes",
      .title = "Requests side by side",
      .question = "How do requests overlap, how long does each wait, and how long does it stream?",
      .how_to_read =
          "Every bar is one request, from the instant it was sent. Long faint beginnings are "
          "waiting for the first token; bars that all begin late together show a queue. More "
          "bars above each other are more requests in flight.",
      .needs = Needs::kRun,
      .level = Level::kTechnical,
      .make = make_lanes};
}

}  // namespace tt::chart
