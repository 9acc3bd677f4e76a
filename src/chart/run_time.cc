#include "chart/run_time.h"

#include <algorithm>
#include <cmath>

namespace tt::chart {
namespace {

constexpr std::size_t kMostMarkers = 60;
// Of the time of the bucket that has most.
constexpr double kLeastActive = 0.25;
// A line along the edge is hard to see.
constexpr double kHeadroom = 1.04;
constexpr double kLeastShare = 0.05;
constexpr double kMostLowSteps = 3;

TimeLine line_of(const analysis::Timeline& timeline, const TimeScale& scale,
                 const BucketFigure& figure, double least_active_s) {
  TimeLine line;
  for (const auto& bucket : timeline.buckets) {
    const double at = bucket.from_s + timeline.grid.width_s / 2;
    if (!(bucket.active_s > 0)) line.points.push_back({at, nullptr});
    const auto value = figure(bucket);
    if (!value || bucket.active_s < least_active_s) continue;
    line.points.push_back({at, scale.at(*value)});
    ++line.values;
    if (*value > 0) line.low = line.low > 0 ? std::min(line.low, *value) : *value;
    line.high = std::max(line.high, *value);
  }
  return line;
}

}  // namespace

RunTime run_time(const RunView& view, double width_s) {
  RunTime result{.grid = analysis::make_grid(view.slices, width_s > 0 ? width_s : view.bucket_s),
                 .timelines = {}};
  for (const auto& slice : view.slices) {
    result.timelines.push_back(analysis::make_timeline(slice, result.grid, view.run.slos));
  }
  return result;
}

analysis::TimeGrid coarse_grid(const RunView& view, std::size_t most) {
  auto grid = analysis::make_grid(view.slices);
  while (grid.count > most) grid = analysis::make_grid(view.slices, 2 * grid.width_s);
  return grid;
}

std::size_t bucket_at(const analysis::TimeGrid& grid, Nanos at) {
  const double place = (to_seconds(at) - grid.from_s) / grid.width_s;
  return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(grid.count) - 1));
}

Json run_time_axis(const analysis::TimeGrid& grid, std::size_t panel, bool labels) {
  Json axis = {{"type", "value"},
               {"gridIndex", panel},
               {"min", grid.from_s},
               {"max", grid.from_s + grid.width_s * static_cast<double>(grid.count)},
               {"axisLabel", {{"show", labels}}}};
  if (labels) axis["name"] = "Time since the run's start (s)";
  return axis;
}

TimeLine time_line(const analysis::Timeline& timeline, const TimeScale& scale,
                   const BucketFigure& figure) {
  return line_of(timeline, scale, figure, 0);
}

TimeLine rate_line(const analysis::Timeline& timeline, const TimeScale& scale,
                   const BucketFigure& figure) {
  double most = 0;
  for (const auto& bucket : timeline.buckets) most = std::max(most, bucket.active_s);
  return line_of(timeline, scale, figure, kLeastActive * most);
}

Json time_series(const std::string& name, const Look& look, const TimeLine& line) {
  Json series = line_series(name, look, line.points);
  series["z"] = 4;
  series["showSymbol"] = line.values <= kMostMarkers;
  series["connectNulls"] = false;
  series["symbolSize"] = 6;
  return series;
}

Json low_axis(double high, std::size_t panel) {
  double step = 0.5;
  if (high > 0) {
    const double least = high / kMostLowSteps;
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    step = 10 * power;
    for (const double lead : {5, 4, 2, 1}) {
      if (lead * power >= least * (1 - 1e-9)) step = lead * power;
    }
  }
  const double steps = high > 0 ? std::ceil(high / step - 1e-9) : 2;
  Json ticks = Json::array();
  for (double i = 0; i <= steps; ++i) ticks.push_back(i * step);
  return {
      {"type", "value"}, {"gridIndex", panel}, {"min", 0}, {"max", steps * step}, {"ticks", ticks}};
}

Json zero_axis(double high, std::string_view name, std::size_t panel) {
  double end = 1;
  if (high > 0) {
    const double step = std::pow(10.0, std::floor(std::log10(high))) / 5;
    end = std::ceil(kHeadroom * high / step - 1e-9) * step;
  }
  return {{"type", "value"}, {"gridIndex", panel}, {"name", name}, {"min", 0}, {"max", end}};
}

Json share_axis(double high, std::string_view name, std::size_t panel) {
  // Nothing at all is a line along the ground, on an axis that does not hide the first few.
  Json axis = zero_axis(high > 0 ? high : kLeastShare, name, panel);
  axis["max"] = std::min(axis["max"].get<double>(), 1.0);
  axis["axisLabel"] = {{"formatter", "percent"}};
  return axis;
}

}  // namespace tt::chart
