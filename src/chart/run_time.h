// What the charts over the time of a run share: its buckets, its axis, a figure's line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/timeline.h"
#include "chart/input.h"
#include "chart/option.h"

namespace tt::chart {

/// One timeline a target, on one grid; `width_s`: 0 for the view's own.
struct RunTime {
  analysis::TimeGrid grid;
  std::vector<analysis::Timeline> timelines;
};
RunTime run_time(const RunView& view, double width_s = 0);

/// The run's time in `most` buckets or fewer, for what has a tile a bucket.
analysis::TimeGrid coarse_grid(const RunView& view, std::size_t most);
/// The bucket that holds an instant; of one outside of the grid the nearest. The grid is not empty.
std::size_t bucket_at(const analysis::TimeGrid& grid, Nanos at);

/// Of a panel; only where `labels` has it labels and a name.
Json run_time_axis(const analysis::TimeGrid& grid, std::size_t panel = 0, bool labels = true);

/// A figure of a bucket; nullopt where it has none.
using BucketFigure = std::function<std::optional<double>(const analysis::TimeBucket&)>;

/// A figure by the middle of each bucket. Other targets' turns break the line; a bucket without a
/// value in a turn of its own does not.
struct TimeLine {
  Json points = Json::array();  // [s, value on the scale]
  std::size_t values = 0;
  double low = 0;  // of the values above 0, as they are
  double high = 0;
};
TimeLine time_line(const analysis::Timeline& timeline, const TimeScale& scale,
                   const BucketFigure& figure);

/// The same of a figure per second: buckets of which the target had little time say nothing of its
/// pace, and are left out.
TimeLine rate_line(const analysis::Timeline& timeline, const TimeScale& scale,
                   const BucketFigure& figure);

/// The line in the target's look, with its markers where it has few values.
Json time_series(const std::string& name, const Look& look, const TimeLine& line);

/// For a panel that is low: from 0, with few labels, the last of them at its upper end.
Json low_axis(double high, std::size_t panel);
/// An axis from 0 for values up to `high`.
Json zero_axis(double high, std::string_view name, std::size_t panel = 0);
/// The same of shares, in percent, up to 100% at most.
Json share_axis(double high, std::string_view name, std::size_t panel = 0);

}  // namespace tt::chart
