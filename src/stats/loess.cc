#include "stats/loess.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/moments.h"
#include "stats/quantile.h"

namespace tt::stats {
namespace {

// Points by rising x, and how much each one counts beside its distance.
struct Cloud {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> weight;
};

Cloud cloud_of(std::span<const double> x, std::span<const double> y, double offset) {
  Cloud cloud{{x.begin(), x.end()}, {y.begin(), y.end()}, std::vector<double>(x.size(), 1.0)};
  if (!std::ranges::is_sorted(x)) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return x[i]; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      cloud.x[i] = x[order[i]];
      cloud.y[i] = y[order[i]];
    }
  }
  for (double& v : cloud.y) v -= offset;
  return cloud;
}

// The first of the `count` points nearest to `place`.
std::size_t window_start(const Cloud& cloud, std::size_t count, double place) {
  std::size_t low = 0;
  std::size_t high = cloud.x.size() - count;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (place - cloud.x[middle] > cloud.x[middle + count] - place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// Of all points at most `reach` away; of those that count, if any do.
double plain_mean(const Cloud& cloud, double place, double reach) {
  double weights = 0;
  double weighted = 0;
  double count = 0;
  double sum = 0;
  const auto first = std::ranges::lower_bound(cloud.x, place - reach);
  for (auto i = static_cast<std::size_t>(first - cloud.x.begin());
       i < cloud.x.size() && cloud.x[i] <= place + reach; ++i) {
    weights += cloud.weight[i];
    weighted += cloud.weight[i] * cloud.y[i];
    count += 1;
    sum += cloud.y[i];
  }
  return weights > 0 ? weighted / weights : sum / count;
}

// The line at `place`, fitted to the `count` points nearest to it.
double fit(const Cloud& cloud, std::size_t count, double place) {
  const std::size_t first = window_start(cloud, count, place);
  const double reach = std::max(place - cloud.x[first], cloud.x[first + count - 1] - place);
  if (reach <= 0) return plain_mean(cloud, place, reach);
  double w0 = 0;  // sums of weights times powers of u, the distance in units of `reach`
  double w1 = 0;
  double w2 = 0;
  double y0 = 0;  // the same times y
  double y1 = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    const double u = (cloud.x[i] - place) / reach;
    const double d = std::fabs(u);
    const double t = 1 - d * d * d;
    const double w = t * t * t * cloud.weight[i];
    w0 += w;
    w1 += w * u;
    w2 += w * u * u;
    y0 += w * cloud.y[i];
    y1 += w * u * cloud.y[i];
  }
  if (w0 <= 0) return plain_mean(cloud, place, reach);
  const double centre = w1 / w0;
  const double spread = w2 - w1 * centre;
  constexpr double kFlat = 1e-3;  // points this near to one x, in units of reach, have no slope
  if (!(spread > kFlat * kFlat * w0)) return y0 / w0;
  const double slope = (y1 - y0 * centre) / spread;
  return y0 / w0 - slope * centre;
}

// Where the line is computed to know it at every point.
std::vector<double> knots_of(const Cloud& cloud) {
  std::vector<double> knots;
  const std::size_t n = cloud.x.size();
  const std::size_t count = std::min(n, kExactResiduals);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = cloud.x[count == 1 ? 0 : i * (n - 1) / (count - 1)];
    if (knots.empty() || knots.back() < x) knots.push_back(x);
  }
  return knots;
}

std::vector<double> distances_from_line(const Cloud& cloud, std::size_t count) {
  const std::vector<double> knots = knots_of(cloud);
  std::vector<double> heights;
  for (const double knot : knots) heights.push_back(fit(cloud, count, knot));
  std::vector<double> distances;
  distances.reserve(cloud.x.size());
  std::size_t k = 0;
  for (std::size_t i = 0; i < cloud.x.size(); ++i) {
    while (k + 1 < knots.size() && knots[k + 1] <= cloud.x[i]) ++k;
    double line = heights[k];
    if (k + 1 < knots.size()) {
      line += (cloud.x[i] - knots[k]) / (knots[k + 1] - knots[k]) * (heights[k + 1] - heights[k]);
    }
    distances.push_back(std::fabs(cloud.y[i] - line));
  }
  return distances;
}

// Bisquare weights: a point six median distances from the line counts no more. False, and nothing
// changes, where at least half of the points lie on the line.
bool reweight(Cloud& cloud, std::size_t count) {
  const std::vector<double> distances = distances_from_line(cloud, count);
  std::vector<double> scratch = distances;
  const double far = 6 * *quantile_in_place(scratch, 0.5);
  if (!(far > 1e-7 * *mean(distances))) return false;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double u = distances[i] / far;
    cloud.weight[i] = u < 1 ? (1 - u * u) * (1 - u * u) : 0;
  }
  return true;
}

}  // namespace

std::optional<std::vector<double>> loess(std::span<const double> x, std::span<const double> y,
                                         std::span<const double> at, const LoessOptions& options) {
  if (x.empty() || x.size() != y.size() || !(options.span > 0 && options.span <= 1)) {
    return std::nullopt;
  }
  const auto offset = mean(y);
  if (!offset || !all_finite(x) || !all_finite(y) || !all_finite(at)) return std::nullopt;

  Cloud cloud = cloud_of(x, y, *offset);
  const auto n = static_cast<double>(x.size());
  const auto share = static_cast<std::size_t>(std::floor(n * options.span + 1e-5));
  const std::size_t count =
      std::clamp<std::size_t>(share, std::min<std::size_t>(2, x.size()), x.size());
  for (unsigned i = 0; i < options.robust_iterations && reweight(cloud, count); ++i) {
  }
  std::vector<double> line;
  line.reserve(at.size());
  for (const double place : at) line.push_back(*offset + fit(cloud, count, place));
  if (!all_finite(line)) return std::nullopt;
  return line;
}

}  // namespace tt::stats
