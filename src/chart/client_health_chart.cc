// The load generator's own delays, over the run and by share: how late it sent, and how late it
// read.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "analysis/validity.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/run_time.h"
#include "chart/samples_of.h"
#include "stats/ecdf.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

constexpr std::size_t kMostSteps = 400;
// Below a microsecond the clock's own grain shows.
constexpr double kFinestMs = 0.001;

struct Lag {
  MetricId metric;
  const char* over_time;
  const char* by_share;
  const char* axis;
};
constexpr std::array kLags = {
    Lag{MetricId::kScheduleLag, "Sending: sent minus planned (line: median, shaded: to the worst)",
        "Sending: share of requests sent so soon after the plan", "Send lag"},
    Lag{MetricId::kClientLag, "Reading: read minus the kernel's receive stamp",
        "Reading: share of requests read so soon", "Read lag"}};

// Of one target: median and worst by bucket.
struct Course {
  Json median = Json::array();
  Json band = Json::array();
  std::vector<std::array<double, 4>> buckets;  // from (s), n, median, worst
};

Course course_of(const analysis::Slice& slice, const analysis::Timeline& timeline,
                 const analysis::TimeGrid& grid, MetricId metric, const TimeScale& scale) {
  Course course;
  if (timeline.buckets.empty()) return course;
  std::vector<std::vector<double>> by_bucket(grid.count);
  const auto& all = analysis::values(slice, metric);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Nanos at = analysis::start_of(*slice.frame, slice.rows[i]);
    if (std::isnan(all[i]) || at == kNever) continue;
    const double place = (to_seconds(at) - grid.from_s) / grid.width_s;
    by_bucket[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(grid.count) - 1))]
        .push_back(all[i]);
  }
  // On a logarithmic axis what is 0 lies on the ground.
  const auto drawn = [&](double ms) { return std::max(scale.at(ms), scale.low); };
  for (std::size_t b = 0; b < grid.count; ++b) {
    const double at = timeline.buckets[b].from_s + grid.width_s / 2;
    if (!(timeline.buckets[b].active_s > 0)) {
      course.median.push_back({at, nullptr});
      course.band.push_back({at, nullptr, nullptr});
    }
    if (by_bucket[b].empty()) continue;
    const stats::Sorted sorted(std::move(by_bucket[b]));
    const double median = *stats::quantile(sorted, 0.5);
    course.median.push_back({at, drawn(median)});
    course.band.push_back({at, drawn(median), drawn(sorted.max())});
    course.buckets.push_back(
        {timeline.buckets[b].from_s, static_cast<double>(sorted.size()), median, sorted.max()});
  }
  return course;
}

Json steps(const stats::Sorted& sample, const TimeScale& scale) {
  Json rows = Json::array();
  const auto drawn = [&](double ms) { return std::max(scale.at(ms), scale.low); };
  rows.push_back({drawn(sample.min()), 0});
  for (const auto& step : stats::ecdf_steps(sample, kMostSteps)) {
    rows.push_back({drawn(step.x), step.share});
  }
  rows.push_back({scale.high, 1});
  return rows;
}

TimeScale scale_of(const MetricSamples& samples) {
  TimeScale scale = time_scale(std::max(samples.low, kFinestMs), samples.high);
  if (samples.empty()) scale.high = 1;  // all at once: a millisecond, to show it
  return scale;
}

struct Board {
  const RunView& view;
  RunTime time;
  std::vector<Look> style;
  std::vector<const Lag*> lags = {};  // those that any row tells
  Json series = Json::array();
  Json x = Json::array();
  Json y = Json::array();
};

void add_row(Board& board, Chart& chart, const Lag& lag, const MetricSamples& samples, bool last) {
  const std::size_t left = chart.panels.size();
  const TimeScale scale = scale_of(samples);
  for (std::size_t t = 0; t < samples.targets.size(); ++t) {
    if (samples.targets[t].empty()) continue;
    const auto& name = board.view.run.targets[t].name;
    const auto& look = board.style[t];
    const auto course = course_of(board.view.slices[t], board.time.timelines[t], board.time.grid,
                                  lag.metric, scale);
    Json line = line_series(name, look, course.median);
    line["z"] = 4;
    line["connectNulls"] = false;
    line["showSymbol"] = course.buckets.size() <= 60;
    line["symbolSize"] = 5;
    board.series.push_back(in_panel(line, left));
    board.series.push_back(
        in_panel(shape_series(name, "band", {{"fill", look.wash(0.15)}}, course.band, look), left));
    Json curve = line_series(name, look, steps(samples.targets[t], scale));
    curve["step"] = "end";
    board.series.push_back(in_panel(curve, left + 1));
  }
  board.x.push_back(run_time_axis(board.time.grid, left, last));
  board.x.push_back(time_axis(scale, lag.axis));
  board.x.back()["gridIndex"] = left + 1;
  board.y.push_back(time_axis(scale, lag.axis));
  board.y.back()["gridIndex"] = left;
  board.y.push_back({{"type", "value"},
                     {"gridIndex", left + 1},
                     {"name", "Share of requests"},
                     {"min", 0},
                     {"max", 1},
                     {"axisLabel", {{"formatter", "percent"}}}});
  chart.panels.push_back({1, lag.over_time, true});
  chart.panels.push_back({1, lag.by_share, true});
}

// A delay's p99 that is long beside the median of what it may change.
void judge(std::vector<std::string>& late, const RunView& view, const MetricSamples& lag,
           MetricId of, double limit, const char* what) {
  const MetricSamples measured = samples_of(view, of);
  for (std::size_t t = 0; t < lag.targets.size(); ++t) {
    const auto p99 = stats::quantile(lag.targets[t], 0.99);
    const auto median = stats::quantile(measured.targets[t], 0.5);
    if (!p99 || !median || !(*median > 0) || *p99 <= limit * *median) continue;
    late.push_back(fmt::format("{} {} ({}% of its median {})", what,
                               short_name(view.run.targets[t].name, 28),
                               format_number(100 * *p99 / *median), analysis::metric(of).title));
  }
}

// How late requests were sent, and whether the delays are long by the limits of the analysis.
std::string finding(const RunView& view, const MetricSamples& send, const MetricSamples& read) {
  std::vector<std::string> lags;
  for (std::size_t t = 0; t < send.targets.size(); ++t) {
    const auto p99 = stats::quantile(send.targets[t], 0.99);
    if (!p99) continue;
    lags.push_back(fmt::format("{} {}", short_name(view.run.targets[t].name, 28), time_text(*p99)));
  }
  std::vector<std::string> late;
  // In a closed loop nothing was promised for an instant.
  const bool open = view.run.load == analysis::LoadKind::kOpen;
  judge(late, view, send, open ? MetricId::kTtft : MetricId::kE2e,
        open ? analysis::kLagOfTtft : analysis::kLagOfE2e, "sending to");
  judge(late, view, read, MetricId::kTpot, analysis::kLagOfTpot, "reading from");
  judge(late, view, read, MetricId::kTtft, analysis::kLagOfTtft, "reading from");
  const auto text =
      lags.empty() ? std::string("The rows do not tell when requests were planned.")
                   : fmt::format("99% of the requests left at most so long after the plan: {}.",
                                 list_text(lags));
  if (late.empty()) return text + " No delay is long beside what is measured.";
  return fmt::format("{} Long beside what is measured: {}.", text, list_text(late, 3));
}

Table table_of(const Board& board) {
  Table table{.columns = {"target", "delay", "from (s)", "n", "median (ms)", "worst (ms)"},
              .rows = {}};
  for (const Lag* lag : board.lags) {
    for (std::size_t t = 0; t < board.view.slices.size(); ++t) {
      const auto course = course_of(board.view.slices[t], board.time.timelines[t], board.time.grid,
                                    lag->metric, {});
      for (const auto& [from, n, median, worst] : course.buckets) {
        table.rows.push_back({board.view.run.targets[t].name, lag->axis, from, n, median, worst});
      }
    }
  }
  return table;
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  Board board{.view = view, .time = run_time(view), .style = looks(view.run.targets)};
  std::array<MetricSamples, kLags.size()> samples;
  for (std::size_t i = 0; i < kLags.size(); ++i) {
    samples[i] = samples_of(view, kLags[i].metric);
    if (std::ranges::any_of(samples[i].n, [](std::uint64_t n) { return n > 0; })) {
      board.lags.push_back(&kLags[i]);
    }
  }
  Chart chart;
  chart.source = source_text(view, {}, MetricId::kScheduleLag);
  if (board.lags.empty() || board.time.grid.count == 0) {
    chart.empty =
        "Nothing to draw: the rows tell neither when requests were planned nor how soon "
        "their answers were read.";
    return chart;
  }
  for (const Lag* lag : board.lags) {
    add_row(board, chart, *lag, samples[static_cast<std::size_t>(lag - kLags.data())],
            lag == board.lags.back());
  }
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    if (!view.slices[t].rows.empty()) chart.legend.push_back(view.run.targets[t].name);
  }
  chart.columns = 2;
  chart.subtitle = finding(view, samples[0], samples[1]);
  chart.alt = fmt::format(
      "The load generator's own delays over the time of the run and as cumulative curves. {}",
      chart.subtitle);
  chart.option = dump({{"xAxis", board.x}, {"yAxis", board.y}, {"series", board.series}});
  chart.table = table_of(board);
  return chart;
}

}  // namespace

Entry client_health_chart() {
  return {
      .id = "client-health",
      .title = "The load generator's own delays",
      .question = "Was the measuring program itself late, so that figures are not the engine's?",
      .how_to_read =
          "Left: how late requests were sent after their planned instant, and answers read "
          "after they had arrived, while the run went on. Right: the share of the requests "
          "with at most so much. Delays far below the latencies do not matter; where they come "
          "near them, or grow, the client was the bottleneck.",
      .needs = Needs::kRun,
      .level = Level::kTechnical,
      .make = make};
}

}  // namespace tt::chart
