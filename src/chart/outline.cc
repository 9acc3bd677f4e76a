#include "chart/outline.h"

#include <algorithm>

#include "stats/kde.h"

namespace tt::chart {
namespace {

constexpr std::size_t kFewest = 20;

}  // namespace

Json outline_of(const stats::Sorted& sample, const TimeScale& scale) {
  Json points = Json::array();
  if (sample.size() < kFewest || (scale.log && sample.min() <= 0)) return points;
  stats::KdeOptions options{
      .points = 200, .from = sample.min(), .to = sample.max(), .log_scale = scale.log};
  if (!scale.log) options.lower = 0;
  const auto density = stats::kde(sample, options);
  if (!density) return points;
  const double top = *std::ranges::max_element(density->density);
  for (std::size_t i = 0; i < density->x.size(); ++i) {
    points.push_back({scale.at(density->x[i]), density->density[i] / top});
  }
  return points;
}

}  // namespace tt::chart
