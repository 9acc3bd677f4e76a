// A load test at one glance: what is delivered, how fast, under which load, and what fails.
#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/run_time.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;
using analysis::TimeBucket;

// Latencies that span more than this are drawn on a logarithmic axis.
constexpr double kLogFrom = 20;

std::optional<double> tokens(const TimeBucket& bucket) { return bucket.output_tokens_per_s; }
std::optional<double> median(const TimeBucket& bucket) { return bucket.e2e.p50; }
std::optional<double> tail(const TimeBucket& bucket) { return bucket.e2e.p95; }
std::optional<double> in_flight(const TimeBucket& bucket) { return bucket.in_flight; }
std::optional<double> errors(const TimeBucket& bucket) { return bucket.error_rate(); }

// A panel with one line a target on an axis from 0.
struct Plain {
  const char* title;
  const char* axis;
  std::optional<double> (*figure)(const TimeBucket&);
  std::size_t panel;
  bool rate;  // per second of the target's time
};
constexpr std::array kPlain = {
    Plain{"Throughput: output tokens/s", "Tokens/s", tokens, 0, true},
    Plain{"Load: requests in flight, on average", "Requests", in_flight, 2, true},
    Plain{"Failures: share of the requests sent", "Failed", errors, 3, false}};
constexpr std::size_t kLatencyPanel = 1;
constexpr std::size_t kFewestBuckets = 4;
// Of more targets the fastest and the slowest few are told apart.
constexpr std::size_t kMostToldApart = 7;
constexpr std::size_t kEnds = 3;
constexpr std::string_view kOthers = "other targets";

struct Board {
  const RunView& view;
  RunTime time;
  std::vector<Look> style = {};
  Json series = Json::array();
  std::array<Json, 4> y = {};
  std::vector<bool> told_apart = {};  // by target
  bool any = false;

  const std::string& name(std::size_t target) const { return view.run.targets[target].name; }
};

std::vector<bool> told_apart(const RunTime& time) {
  const std::size_t count = time.timelines.size();
  std::vector<bool> result(count, count <= kMostToldApart);
  if (count <= kMostToldApart) return result;
  std::vector<std::pair<double, std::size_t>> paces;
  for (std::size_t t = 0; t < count; ++t) {
    if (const auto mean = time.timelines[t].output_tokens.mean) paces.emplace_back(*mean, t);
  }
  std::ranges::sort(paces);
  for (std::size_t i = 0; i < paces.size(); ++i) {
    if (i < kEnds || i + kEnds >= paces.size()) result[paces[i].second] = true;
  }
  return result;
}

// A target's line of a panel.
Json line_of(const Board& board, std::size_t target, const TimeLine& line, std::size_t panel) {
  if (board.told_apart[target]) {
    Json one = time_series(board.name(target), board.style[target], line);
    one["symbolSize"] = 4;
    return in_panel(one, panel);
  }
  Json one = time_series(std::string(kOthers), {"slate", "solid", "circle"}, line);
  one["symbolSize"] = 2.5;
  one["lineStyle"]["width"] = 1;
  one["lineStyle"]["opacity"] = 0.45;
  one["itemStyle"]["opacity"] = 0.45;
  one["z"] = 2;
  return in_panel(one, panel);
}

void add_plain(Board& board, const Plain& plain) {
  double high = 0;
  for (std::size_t t = 0; t < board.time.timelines.size(); ++t) {
    const auto& timeline = board.time.timelines[t];
    const auto line =
        plain.rate ? rate_line(timeline, {}, plain.figure) : time_line(timeline, {}, plain.figure);
    if (line.values == 0) continue;
    high = std::max(high, line.high);
    board.series.push_back(line_of(board, t, line, plain.panel));
    board.any = true;
  }
  board.y[plain.panel] = plain.figure == errors ? share_axis(high, plain.axis, plain.panel)
                                                : zero_axis(high, plain.axis, plain.panel);
}

// Of the buckets with a median, those with enough requests for a p95.
bool tells_tails(const RunTime& time) {
  std::size_t all = 0;
  std::size_t with_tail = 0;
  for (const auto& timeline : time.timelines) {
    for (const auto& bucket : timeline.buckets) {
      all += bucket.e2e.p50 ? 1 : 0;
      with_tail += bucket.e2e.p95 ? 1 : 0;
    }
  }
  return 2 * with_tail >= all;
}

// As wide as a p95 asks for in most of the buckets, while some of them are left.
RunTime time_for_tails(const Board& board) {
  RunTime best = board.time;
  for (const double times : {2.0, 5.0, 10.0}) {
    if (tells_tails(best)) break;
    RunTime wider = run_time(board.view, board.time.grid.width_s * times);
    if (wider.grid.count < kFewestBuckets) break;
    best = std::move(wider);
  }
  return best;
}

// Returns the panel's title.
std::string add_latency(Board& board) {
  const RunTime time = time_for_tails(board);
  double low = 0;
  double high = 0;
  for (const auto& timeline : time.timelines) {
    for (const auto figure : {median, tail}) {
      const auto line = time_line(timeline, {}, figure);
      if (line.low > 0) low = low > 0 ? std::min(low, line.low) : line.low;
      high = std::max(high, line.high);
    }
  }
  const TimeScale scale = time_scale(low, high, kLogFrom);
  for (std::size_t t = 0; t < board.time.timelines.size(); ++t) {
    for (const auto figure : {median, tail}) {
      const auto line = time_line(time.timelines[t], scale, figure);
      if (line.values == 0 || (figure == tail && !board.told_apart[t])) continue;
      Json one = line_of(board, t, line, kLatencyPanel);
      if (figure == tail) {
        one["lineStyle"]["width"] = 1.25;
        one["lineStyle"]["opacity"] = 0.75;
        one["symbolSize"] = 3;
      }
      board.series.push_back(std::move(one));
    }
  }
  board.y[kLatencyPanel] = time_axis(scale, "E2E");
  board.y[kLatencyPanel]["gridIndex"] = kLatencyPanel;
  return fmt::format("End-to-end latency of each {:g} s: median, and thinner p95",
                     time.grid.width_s);
}

// Each target in a few words.
std::string finding(const Board& board, const MetricSamples& samples) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < board.time.timelines.size(); ++t) {
    const auto& timeline = board.time.timelines[t];
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    for (const auto& bucket : timeline.buckets) {
      ok += bucket.ok;
      failed += bucket.failed;
    }
    if (ok + failed == 0) continue;
    std::string text = short_name(board.name(t), 24);
    if (const auto mean = timeline.output_tokens.mean) {
      text += fmt::format(" {} tokens/s,", format_number(*mean));
    }
    if (const auto p95 = resolved(samples.targets[t], 0.95)) {
      text += fmt::format(" p95 {},", time_text(*p95));
    }
    text += failed == 0
                ? " no failures"
                : fmt::format(" {}% failed", format_number(100.0 * static_cast<double>(failed) /
                                                           static_cast<double>(ok + failed)));
    parts.push_back(text);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 3); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : "; ", parts[i]);
  }
  if (parts.size() > 3) {
    const auto left = parts.size() - 3;
    text += fmt::format("; and {} other{}", left, left == 1 ? "" : "s");
  }
  return text + ".";
}

Table table_of(const Board& board) {
  Table table{.columns = {"target", "from (s)", "output tokens/s", "requests/s", "E2E p50 (ms)",
                          "E2E p95 (ms)", "in flight", "sent", "failed (share)"},
              .rows = {}};
  const auto cell = [](const std::optional<double>& value) {
    return value ? Cell(*value) : Cell();
  };
  for (std::size_t t = 0; t < board.time.timelines.size(); ++t) {
    for (const auto& bucket : board.time.timelines[t].buckets) {
      if (!(bucket.active_s > 0) && bucket.sent == 0) continue;
      table.rows.push_back({board.name(t), bucket.from_s, cell(bucket.output_tokens_per_s),
                            cell(bucket.requests_per_s), cell(bucket.e2e.p50), cell(bucket.e2e.p95),
                            cell(bucket.in_flight), static_cast<double>(bucket.sent),
                            cell(bucket.error_rate())});
    }
  }
  return table;
}

Chart make(const Input& input) {
  Board board{.view = *input.run, .time = run_time(*input.run)};
  board.style = looks(board.view.run.targets);
  board.told_apart = told_apart(board.time);
  const MetricSamples samples = samples_of(board.view, MetricId::kE2e);
  Chart chart;
  chart.source = source_text(board.view, samples.n, MetricId::kE2e);
  for (const Plain& plain : kPlain) add_plain(board, plain);
  if (!board.any) {
    chart.empty = nothing_text(board.view, "course of the run");
    return chart;
  }
  const auto latency_title = add_latency(board);
  for (std::size_t t = 0; t < board.time.timelines.size(); ++t) {
    if (board.view.slices[t].rows.empty() || !board.told_apart[t]) continue;
    chart.legend.push_back(board.name(t));
  }
  const bool all = std::ranges::all_of(board.told_apart, std::identity());
  if (!all) chart.legend.emplace_back(kOthers);
  chart.columns = 2;
  chart.panels.resize(4);
  chart.panels[kLatencyPanel] = {1, latency_title, false};
  for (const Plain& plain : kPlain) chart.panels[plain.panel] = {1, plain.title, plain.panel >= 2};
  Json x = Json::array();
  for (std::size_t panel = 0; panel < 4; ++panel) {
    x.push_back(run_time_axis(board.time.grid, panel, panel >= 2));
  }
  chart.subtitle = fmt::format("{} Points are {:g} s of the run.{}", finding(board, samples),
                               board.time.grid.width_s,
                               all ? "" : " In colour: the fastest and the slowest few.");
  chart.alt = fmt::format(
      "Throughput, end-to-end latency, requests in flight and failures over the time of the run, "
      "by target. {}",
      chart.subtitle);
  chart.option = dump({{"xAxis", x}, {"yAxis", board.y}, {"series", board.series}});
  chart.table = table_of(board);
  return chart;
}

}  // namespace

Entry dashboard_chart() {
  return {.id = "dashboard",
          .title = "The load test at a glance",
          .question = "What did the targets deliver, how fast, under which load, and what failed?",
          .how_to_read =
              "All panels share the axis of time: look for what moves together. Latency that "
              "rises with the requests in flight while the throughput stays means that the target "
              "is full; failures that come with it, that it gives up.",
          .needs = Needs::kRun,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
