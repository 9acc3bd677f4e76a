#include "app/sketch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace tt::app {
namespace {

constexpr std::array<std::string_view, 9> kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr double kShown = 0.99;

std::size_t level_of(double height, double top) {
  if (!(height > 0) || !(top > 0)) return 0;
  const double share = std::min(height / top, 1.0);
  // What is there at all is to be seen.
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share * 8)));
}

}  // namespace

std::string sketch(std::span<const double> heights, double top) {
  if (!(top > 0)) {
    for (const double height : heights) {
      if (height > top) top = height;
    }
  }
  std::string line;
  for (const double height : heights) line += kBlocks[level_of(height, top)];
  return line;
}

std::vector<double> resample(std::span<const double> values, std::size_t columns) {
  if (values.size() <= columns) return {values.begin(), values.end()};
  std::vector<double> means;
  for (std::size_t c = 0; c < columns; ++c) {
    double sum = 0;
    double n = 0;
    for (std::size_t i = c * values.size() / columns; i < (c + 1) * values.size() / columns; ++i) {
      if (std::isnan(values[i])) continue;
      sum += values[i];
      n += 1;
    }
    means.push_back(n > 0 ? sum / n : std::numeric_limits<double>::quiet_NaN());
  }
  return means;
}

std::string sketch_of(const analysis::Histogram& histogram, std::size_t columns) {
  const auto& counts = histogram.counts;
  if (counts.empty() || columns == 0) return {};
  const auto all = static_cast<double>(std::accumulate(counts.begin(), counts.end(), 0ULL));
  std::size_t past = 0;
  double seen = 0;
  while (past < counts.size() && seen < kShown * all) seen += static_cast<double>(counts[past++]);
  // Each bin's count falls evenly on the columns that it covers.
  std::vector<double> heights(std::min(columns, past), 0.0);
  const double scale = static_cast<double>(heights.size()) / static_cast<double>(past);
  for (std::size_t b = 0; b < past; ++b) {
    const auto column = static_cast<std::size_t>(static_cast<double>(b) * scale);
    heights[std::min(column, heights.size() - 1)] += static_cast<double>(counts[b]);
  }
  return sketch(heights);
}

}  // namespace tt::app
