// A metric over the run: median and p95 by time, with the periods in which a target slowed down.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/steadiness.h"
#include "analysis/timeline.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/option.h"
#include "chart/run_time.h"
#include "chart/samples_of.h"

namespace tt::chart {
namespace {

using analysis::MetricId;

// Single requests are shown too where one target is alone.
constexpr std::size_t kMostPoints = 1500;
constexpr std::size_t kRollingWindow = 50;

const analysis::GroupQuantiles& of_bucket(const analysis::TimeBucket& bucket, MetricId metric) {
  if (metric == MetricId::kTtft) return bucket.ttft;
  return metric == MetricId::kTpot ? bucket.tpot : bucket.e2e;
}

// By the middle of each bucket. Other targets' turns break the lines; a bucket without a value in a
// turn of its own does not.
struct Lines {
  std::size_t points = 0;
  Json median = Json::array();
  Json band = Json::array();  // [s, p50, p95]
  double low = 0;
  double high = 0;
};

Lines lines_of(const analysis::Timeline& timeline, MetricId metric, const TimeScale& scale) {
  Lines lines;
  for (const auto& bucket : timeline.buckets) {
    const auto& values = of_bucket(bucket, metric);
    const double at = bucket.from_s + timeline.grid.width_s / 2;
    if (!(bucket.active_s > 0)) {
      lines.median.push_back({at, nullptr});
      lines.band.push_back({at, nullptr, nullptr});
    }
    if (!values.p50) continue;
    ++lines.points;
    const double high = values.p95.value_or(*values.p50);
    lines.median.push_back({at, scale.at(*values.p50)});
    lines.band.push_back({at, scale.at(*values.p50), scale.at(high)});
    lines.low = lines.low > 0 ? std::min(lines.low, *values.p50) : *values.p50;
    lines.high = std::max(lines.high, high);
  }
  return lines;
}

struct Found {
  Json areas = Json::array();
  std::vector<std::string> words;
};

std::uint64_t whole(double seconds) { return static_cast<std::uint64_t>(std::lround(seconds)); }

// A period in seconds, within the turns of the target: in others' turns it was not measured.
std::vector<std::pair<double, double>> within_turns(const analysis::Slice& slice, double from_s,
                                                    double to_s) {
  std::vector<std::pair<double, double>> pieces;
  for (const auto& stretch : slice.stretches) {
    const double from = std::max(from_s, to_seconds(stretch.from));
    const double to = std::min(to_s, to_seconds(stretch.to));
    if (from < to) pieces.emplace_back(from, to);
  }
  return pieces;
}

void add_degradations(Found& found, const std::string& name, const analysis::Slice& slice,
                      const analysis::Steadiness& steady) {
  for (const auto& d : steady.degradations) {
    const auto text = fmt::format("{} {:.0f}% slower", short_name(name, 28), d.excess * 100);
    const auto pieces = within_turns(slice, d.from_s, d.to_s);
    const auto widest = std::ranges::max_element(
        pieces, {}, [](const auto& piece) { return piece.second - piece.first; });
    for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
      found.areas.push_back(
          {{{"xAxis", piece->first}, {"label", {{"show", piece == widest}, {"content", text}}}},
           {{"xAxis", piece->second}}});
    }
    found.words.push_back(fmt::format("{} from {} s to {} s", text, format_count(whole(d.from_s)),
                                      format_count(whole(d.to_s))));
  }
}

Json single_requests(const RunView& view, MetricId metric, const TimeScale& scale,
                     const Look& look) {
  Json points = Json::array();
  for (const auto& p :
       analysis::rolling_mean(view.slices.front(), metric, kRollingWindow, kMostPoints)) {
    if (scale.at(p.value) >= scale.low) points.push_back({p.at_s, scale.at(p.value)});
  }
  return {{"type", "scatter"},
          {"name", "single requests"},
          {"data", points},
          {"symbolSize", 4},
          {"itemStyle", {{"color", look.wash(0.6)}}},
          {"silent", true},
          {"z", 2}};
}

Table table_of(const RunView& view, const std::vector<analysis::Timeline>& timelines,
               MetricId metric) {
  Table table{.columns = {"target", "from (s)", "n", "p50 (ms)", "p95 (ms)"}, .rows = {}};
  for (std::size_t t = 0; t < timelines.size(); ++t) {
    for (const auto& bucket : timelines[t].buckets) {
      const auto& values = of_bucket(bucket, metric);
      if (values.n == 0) continue;
      table.rows.push_back({view.run.targets[t].name, bucket.from_s, static_cast<double>(values.n),
                            values.p50 ? Cell(*values.p50) : Cell(),
                            values.p95 ? Cell(*values.p95) : Cell()});
    }
  }
  return table;
}

std::string finding(const RunView& view, const Found& found, bool any_steadiness) {
  if (!found.words.empty()) return fmt::format("Slowed down: {}.", list_text(found.words, 4));
  if (view.run.load_varies) return "The load varies by plan, so that changes are not the engine's.";
  if (!any_steadiness) return "Too few requests to tell whether a target slowed down.";
  return "No target slowed down for long.";
}

Json areas(const Found& found) {
  return {{"silent", true},
          {"itemStyle", {{"color", "@bad/0.10"}}},
          {"label",
           {{"color", "@bad"}, {"fontSize", 12}, {"fontWeight", 600}, {"position", "insideTop"}}},
          {"data", found.areas}};
}

struct Parts {
  RunTime time;
  Found found;
  bool any_steadiness = false;
};

Parts parts_of(const RunView& view, MetricId metric) {
  Parts parts{.time = run_time(view)};
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    if (view.run.load_varies) continue;
    const auto steady = analysis::steadiness(view.slices[t], metric);
    parts.any_steadiness |= !steady.windows.empty();
    add_degradations(parts.found, view.run.targets[t].name, view.slices[t], steady);
  }
  return parts;
}

Json series_of(const RunView& view, const Parts& parts, MetricId metric, const TimeScale& scale,
               Chart& chart) {
  const auto style = looks(view.run.targets);
  Json series = Json::array();
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    const auto lines = lines_of(parts.time.timelines[t], metric, scale);
    if (lines.points == 0) continue;
    const auto& name = view.run.targets[t].name;
    chart.legend.push_back(name);
    Json line = line_series(name, style[t], lines.median);
    line["z"] = 4;
    line["showSymbol"] = lines.points <= 60;
    line["connectNulls"] = false;
    line["symbolSize"] = 6;
    series.push_back(line);
    series.push_back(
        shape_series(name, "band", {{"fill", style[t].wash(0.15)}}, lines.band, style[t]));
  }
  if (view.slices.size() == 1) {
    series.push_back(single_requests(view, metric, scale, style.front()));
  }
  if (!series.empty() && !parts.found.areas.empty())
    series.front()["markArea"] = areas(parts.found);
  const Json limits = limit_lines(slos_on(view, metric), scale);
  if (!series.empty() && !limits.empty()) series.front()["markLine"] = mark_line(limits, "@bad");
  return series;
}

Chart make(const Input& input, MetricId metric) {
  const RunView& view = *input.run;
  const MetricSamples samples = samples_of(view, metric);
  Chart chart;
  chart.source = source_text(view, samples.n, metric);
  const Parts parts = parts_of(view, metric);
  double low = 0;
  double high = 0;
  for (const auto& timeline : parts.time.timelines) {
    const auto lines = lines_of(timeline, metric, {});
    if (lines.low > 0) low = low > 0 ? std::min(low, lines.low) : lines.low;
    high = std::max(high, lines.high);
  }
  if (samples.empty() || !(high > 0)) {
    chart.empty = nothing_text(view, to_lower(metric_words(metric)) + " over time");
    return chart;
  }
  const TimeScale scale =
      view.slices.size() == 1 ? time_scale(samples.low, samples.high) : time_scale(low, high, 20);
  const Json series = series_of(view, parts, metric, scale, chart);
  const double width = parts.time.grid.width_s;
  chart.subtitle = fmt::format("{} Lines: median of each {:g} s; shaded: from there to p95.{}",
                               finding(view, parts.found, parts.any_steadiness), width,
                               view.slices.size() == 1 ? " Dots: single requests." : "");
  chart.alt = fmt::format("{} over the time of the run by target. {}", metric_words(metric),
                          chart.subtitle);
  chart.option = dump({{"xAxis", run_time_axis(parts.time.grid)},
                       {"yAxis", time_axis(scale, metric_words(metric))},
                       {"series", series}});
  chart.table = table_of(view, parts.time.timelines, metric);
  return chart;
}

}  // namespace

Entry over_time_chart(MetricId metric) {
  const auto words = metric_words(metric);
  return {
      .id = fmt::format("{}-over-time", analysis::metric(metric).name),
      .title = words + " over time",
      .question = fmt::format("Does the {} stay the same all through the run?", to_lower(words)),
      .how_to_read =
          "A line that stays level is what you want. One that climbs, or a red stretch, means "
          "the target got slower while the load stayed the same: look for a full cache, a "
          "queue, heat, or a neighbour on the machine.",
      .needs = Needs::kRun,
      .level = Level::kSimple,
      .make = [metric](const Input& input) { return make(input, metric); }};
}

}  // namespace tt::chart
