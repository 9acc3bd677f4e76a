// The gaps between the chunks of chosen requests, each as a tick by its length; stalls are marked.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/smoothness.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

constexpr std::size_t kMostTargets = 5;
// Of one request; stalls are drawn in any case.
constexpr std::size_t kMostTicks = 600;
// Gaps of 0, where several chunks were read at once, have no place on a logarithmic axis; nor is
// there anything to see far below the median.
constexpr double kLeastOfMedian = 1.0 / 30;

struct Lane {
  std::size_t target = 0;
  const char* which = "";
  std::uint64_t index = 0;   // of the request
  std::vector<double> gaps;  // ms, in their order
  double stall_ms = 0;       // what counts as one

  bool stall(double gap) const { return gap >= stall_ms; }
  auto stalls() const {
    return std::ranges::count_if(gaps, [this](double gap) { return stall(gap); });
  }
};

struct Parts {
  std::vector<Lane> lanes;
  std::vector<std::uint64_t> n;  // gaps of all requests, by target
  double low = 0, high = 0;      // of what is drawn
  std::size_t left_out = 0;      // targets
};

Lane lane_of(const analysis::Slice& slice, std::size_t target, const char* which, std::uint32_t row,
             double stall_ms) {
  Lane lane{.target = target,
            .which = which,
            .index = slice.frame->index[row],
            .gaps = {},
            .stall_ms = stall_ms};
  analysis::for_each_gap(slice.frame->chunks_at(row), {}, false,
                         [&](double gap, std::uint32_t) { lane.gaps.push_back(gap); });
  return lane;
}

Parts parts_of(const RunView& view) {
  const MetricSamples gaps = samples_of(view, MetricId::kIcl);
  Parts parts{.lanes = {}, .n = gaps.n};
  std::size_t shown = 0;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto median = stats::quantile(gaps.targets[t], 0.5);
    if (!median || !(gaps.targets[t].max() > 0)) continue;
    if (shown++ == kMostTargets) {
      ++parts.left_out;
      --shown;
      continue;
    }
    const auto& slice = view.slices[t];
    const auto smooth = analysis::smoothness(slice, *median);
    const auto typical = request_at(slice, MetricId::kTpot, 0.5);
    if (typical) {
      parts.lanes.push_back(lane_of(slice, t, "typical", *typical, smooth.stall_ms));
      if (parts.lanes.back().gaps.empty()) parts.lanes.pop_back();
    }
    if (!smooth.worst.empty()) {
      parts.lanes.push_back(
          lane_of(slice, t, "longest gap", smooth.worst.front().row.row, smooth.stall_ms));
    }
    const double least = std::max(gaps.low, *median * kLeastOfMedian);
    parts.low = parts.low > 0 ? std::min(parts.low, least) : least;
    parts.high = std::max({parts.high, gaps.targets[t].max(), smooth.stall_ms});
  }
  return parts;
}

// [gap, lane] of gaps that are stalls, or of those that are not.
Json ticks(const Parts& parts, std::size_t target, bool stalls, const TimeScale& scale) {
  Json rows = Json::array();
  for (std::size_t l = 0; l < parts.lanes.size(); ++l) {
    const Lane& lane = parts.lanes[l];
    if (lane.target != target) continue;
    std::vector<double> chosen;
    std::ranges::copy_if(lane.gaps, std::back_inserter(chosen),
                         [&](double gap) { return lane.stall(gap) == stalls; });
    const std::size_t most = stalls ? chosen.size() : kMostTicks;
    for (const auto i : analysis::thin(chosen.size(), most)) {
      rows.push_back({std::max(scale.at(chosen[i]), scale.low), l});
    }
  }
  return rows;
}

// From where on a gap counts as a stall, a mark a lane.
Json limits(const Parts& parts, const TimeScale& scale) {
  Json rows = Json::array();
  for (std::size_t l = 0; l < parts.lanes.size(); ++l) {
    rows.push_back({scale.at(parts.lanes[l].stall_ms), l});
  }
  return rows;
}

Json tick_series(const std::string& name, const std::string& ink, double height, double width,
                 Json rows) {
  Json series = shape_series(name, "tick", {{"stroke", ink}, {"height", height}, {"width", width}},
                             std::move(rows), {});
  series["itemStyle"] = {{"color", ink}};
  return series;
}

Json series_of(const RunView& view, const Parts& parts, const TimeScale& scale, Chart& chart) {
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  bool any_stall = false;
  series.push_back(tick_series("a stall from here on", "@bad/0.55", 0.86, 1, limits(parts, scale)));
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    Json rows = ticks(parts, t, false, scale);
    if (!rows.empty()) {
      series.push_back(
          tick_series(view.run.targets[t].name, style[t].wash(0.5), 0.5, 1.25, std::move(rows)));
    }
    Json stalls = ticks(parts, t, true, scale);
    if (stalls.empty()) continue;
    any_stall = true;
    series.push_back({{"type", "scatter"},
                      {"name", "a stall"},
                      {"data", std::move(stalls)},
                      {"symbol", "diamond"},
                      {"symbolSize", 11},
                      {"itemStyle", {{"color", "@bad"}}},
                      {"silent", true},
                      {"z", 6}});
  }
  if (any_stall) chart.legend.emplace_back("a stall");
  chart.legend.emplace_back("a stall from here on");
  return series;
}

std::string finding(const RunView& view, const Parts& parts) {
  std::vector<std::string> texts;
  std::size_t of_target = view.slices.size();
  for (const Lane& lane : parts.lanes) {
    if (lane.target == of_target) texts.pop_back();  // the second lane has the longest gap of all
    of_target = lane.target;
    texts.push_back(fmt::format("{} {}", short_name(view.run.targets[lane.target].name, 28),
                                time_text(std::ranges::max(lane.gaps))));
  }
  std::string text = fmt::format("The longest gap of all: {}.", list_text(texts, 5));
  if (parts.left_out > 0) {
    text += fmt::format(" Not shown: {} more target{}.", parts.left_out,
                        parts.left_out == 1 ? "" : "s");
  }
  return text;
}

Table table_of(const RunView& view, const Parts& parts) {
  Table table{.columns = {"target", "request", "chosen for", "gap", "length (ms)", "stall"},
              .rows = {}};
  for (const Lane& lane : parts.lanes) {
    for (std::size_t i = 0; i < lane.gaps.size(); ++i) {
      table.rows.push_back({view.run.targets[lane.target].name, static_cast<double>(lane.index),
                            std::string(lane.which), static_cast<double>(i + 1), lane.gaps[i],
                            std::string(lane.stall(lane.gaps[i]) ? "yes" : "no")});
    }
  }
  return table;
}

std::string label_of(const RunView& view, const Lane& lane) {
  const auto stalls = lane.stalls();
  return fmt::format("{}\n{}{}", short_name(view.run.targets[lane.target].name, 30), lane.which,
                     stalls == 0   ? std::string()
                     : stalls == 1 ? ": 1 stall"
                                   : fmt::format(": {} stalls", stalls));
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const Parts parts = parts_of(view);
  Chart chart;
  chart.source = source_text(view, parts.n, MetricId::kIcl) +
                 fmt::format(
                     " · typical: the request of median time per output token; a stall: {:g} times "
                     "the target's median gap, and {:g} ms at least",
                     analysis::kStallTimes, analysis::kStallFloorMs);
  if (parts.lanes.empty()) {
    chart.empty = nothing_text(view, "gap between chunks");
    return chart;
  }
  Json lanes = Json::array();
  for (const Lane& lane : parts.lanes) lanes.push_back({{"value", label_of(view, lane)}});
  const TimeScale scale = time_scale(parts.low, parts.high, 1.5);
  const Json series = series_of(view, parts, scale, chart);
  chart.subtitle = finding(view, parts) +
                   " Each tick is a gap between two chunks of tokens, by its length; those at the "
                   "left edge may be shorter.";
  chart.alt = fmt::format(
      "The gaps between the chunks of a typical request of each target and of the one with the "
      "longest gap. {}",
      finding(view, parts));
  chart.option = dump({{"xAxis", time_axis(scale, "Length of a gap")},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 18}}}}},
                       {"series", series}});
  chart.table = table_of(view, parts);
  return chart;
}

}  // namespace

Entry token_gaps_chart() {
  return {.id = "token-gaps",
          .title = "Gaps between the tokens of single requests",
          .question = "How evenly do the tokens of a typical and of the most halting request come?",
          .how_to_read =
              "Each lane is a request, each tick one gap between its chunks, by its length. Ticks "
              "close together are an even stream. Two clusters are a rhythm, as where the engine "
              "takes in other prompts between tokens. Red diamonds are stalls that a reader sees "
              "as a hang.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make};
}

}  // namespace tt::chart
