#include "chart/pairs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "stats/quantile.h"

namespace tt::chart {
namespace {

constexpr std::size_t kMostDots = 1000;
constexpr double kHexagonsHigh = 22;  // rows over the height of a panel, about
constexpr std::size_t kWindows = 16;
constexpr std::size_t kFewestInWindow = 40;
// The last x over the first, from which it varies enough for a line along it.
constexpr double kLeastSpread = 1.2;

Json dots(const Pairs& pairs, const TimeScale& x, const TimeScale& y) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    if ((x.log && !(pairs.x[i] > 0)) || (y.log && !(pairs.y[i] > 0))) continue;
    rows.push_back({x.at(pairs.x[i]), y.at(pairs.y[i])});
  }
  return rows;
}

// Counts by column and row. Every other row is shifted by half a column; a point belongs to the
// nearer of the two rows about it.
struct Lattice {
  double column = 1;  // shares of the panel
  double row = 1;
  std::map<std::pair<long, long>, std::size_t> counts;  // row, column

  double shift(long r) const { return r % 2 == 0 ? 0 : 0.5; }
  void add(double u, double v) {
    const double along = v / row;
    const auto below = static_cast<long>(std::floor(along));
    double best = 0;
    std::pair<long, long> chosen;
    for (const long r : {below, below + 1}) {
      const auto c = std::lround(u / column - shift(r));
      // Rows lie 0.866 of a column apart where the lattice is regular.
      const double dx = u / column - shift(r) - static_cast<double>(c);
      const double dy = 0.8660254037844386 * (along - static_cast<double>(r));
      const double distance = dx * dx + dy * dy;
      if (r == below || distance < best) {
        best = distance;
        chosen = {r, c};
      }
    }
    ++counts[chosen];
  }
};

Lattice lattice_of(const Pairs& pairs, const TimeScale& x, const TimeScale& y, double aspect) {
  Lattice lattice;
  lattice.row = 1 / kHexagonsHigh;
  lattice.column = lattice.row / 0.8660254037844386 / aspect;
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    if ((x.log && !(pairs.x[i] > 0)) || (y.log && !(pairs.y[i] > 0))) continue;
    lattice.add(x.place(pairs.x[i]), y.place(pairs.y[i]));
  }
  return lattice;
}

}  // namespace

Pairs pairs_of(const analysis::Slice& slice, analysis::Quantity x, analysis::Quantity y) {
  const auto& xs = analysis::values(slice, x);
  const auto& ys = analysis::values(slice, y);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (slice.frame->ok(slice.rows[i]) && !std::isnan(xs[i]) && !std::isnan(ys[i])) {
      order.push_back(i);
    }
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return xs[i]; });
  Pairs pairs;
  for (const std::size_t i : order) {
    pairs.x.push_back(xs[i]);
    pairs.y.push_back(ys[i]);
    if (xs[i] > 0 && pairs.low_x == 0) pairs.low_x = xs[i];
    pairs.high_x = std::max(pairs.high_x, xs[i]);
    if (ys[i] > 0) pairs.low_y = pairs.low_y > 0 ? std::min(pairs.low_y, ys[i]) : ys[i];
    pairs.high_y = std::max(pairs.high_y, ys[i]);
  }
  return pairs;
}

RunningQuantiles running_quantiles(const Pairs& pairs, double slope) {
  RunningQuantiles running;
  const std::size_t n = pairs.x.size();
  if (n < kFewestForRunning || pairs.x.back() < kLeastSpread * pairs.x.front()) return running;
  const std::size_t width = std::max(kFewestInWindow, n / (kWindows / 2));
  const std::size_t windows = std::min<std::size_t>(kWindows, 1 + 2 * (n / width));
  for (std::size_t w = 0; w < windows; ++w) {
    const std::size_t from = windows == 1 ? 0 : w * (n - std::min(n, width)) / (windows - 1);
    const std::size_t past = std::min(n, from + width);
    const double x = pairs.x[(from + past) / 2];
    std::vector<double> ys;
    for (std::size_t i = from; i < past; ++i) {
      ys.push_back(std::max(pairs.y[i] + slope * (x - pairs.x[i]), pairs.low_y));
    }
    const stats::Sorted sorted(std::move(ys));
    // Windows of the same x say the same: one of them is enough.
    if (!running.points.empty() && running.points.back().x == x) continue;
    running.points.push_back(
        {x, past - from, *stats::quantile(sorted, 0.5), *stats::quantile(sorted, 0.95)});
  }
  if (running.points.size() < 2) running.points.clear();
  return running;
}

Json cloud_series(const std::string& name, const Pairs& pairs, const TimeScale& x,
                  const TimeScale& y, const Look& look, double aspect) {
  if (pairs.x.size() <= kMostDots) {
    return {{"type", "scatter"},
            {"name", name},
            {"data", dots(pairs, x, y)},
            {"symbol", look.symbol},
            {"symbolSize", pairs.x.size() > 300 ? 5 : 6},
            {"itemStyle", {{"color", look.wash(0.42)}}},
            {"silent", true},
            {"z", 2}};
  }
  const Lattice lattice = lattice_of(pairs, x, y, aspect);
  std::size_t most = 1;
  for (const auto& [at, count] : lattice.counts) most = std::max(most, count);
  Json rows = Json::array();
  for (const auto& [at, count] : lattice.counts) {
    const double shade = std::log1p(static_cast<double>(count)) / std::log1p(most);
    const double u = (static_cast<double>(at.second) + lattice.shift(at.first)) * lattice.column;
    const double v = static_cast<double>(at.first) * lattice.row;
    rows.push_back({x.value_at(u), y.value_at(v), 0.1 + 0.75 * shade});
  }
  return shape_series(
      name, "hexagon",
      {{"fill", look.ink()}, {"width", lattice.column}, {"height", lattice.row * 4 / 3}},
      std::move(rows), look);
}

}  // namespace tt::chart
