#include "report/pdf_columns.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tt::report {
namespace {

// A column of text that wraps asks for no more than this share of the page before it does.
constexpr double kMostOfOne = 0.3;
// Letters are made smaller rather than text set in columns narrower than this many of them.
constexpr double kComfort = 12;
// Where nothing helps, a column has at most this share, and its figures break.
constexpr double kMostWhenBroken = 0.6;

struct Fitted {
  double least = 0;
  double natural = 0;
};

Fitted fitted(const ColumnNeed& need, double size, bool stacked, double padding, double available) {
  const double content = (stacked ? need.stacked : need.natural) * size + padding;
  const double natural = std::max(content, need.title * size + padding);
  if (!need.wraps) return {.least = content, .natural = natural};
  const double comfort = std::min(kComfort * size + padding, natural);
  const double word = std::min(need.least * size + padding, kMostOfOne * available);
  return {.least = std::max(comfort, word), .natural = natural};
}

std::vector<double> widths_of(std::span<const Fitted> columns, double available) {
  double least = 0;
  double natural = 0;
  for (const auto& column : columns) {
    least += column.least;
    natural += column.natural;
  }
  std::vector<double> widths;
  const double extra = (available - natural) / static_cast<double>(columns.size());
  const double share = natural > least ? (available - least) / (natural - least) : 0;
  for (const auto& column : columns) {
    if (extra >= 0) {
      widths.push_back(column.natural + extra);
    } else if (least <= available) {
      widths.push_back(column.least + share * (column.natural - column.least));
    } else {
      widths.push_back(column.least * available / least);
    }
  }
  return widths;
}

double least_of(std::span<const Fitted> columns) {
  return std::accumulate(columns.begin(), columns.end(), 0.0,
                         [](double sum, const Fitted& column) { return sum + column.least; });
}

TablePart part_of(const std::vector<Fitted>& all, std::size_t from, std::size_t to,
                  double available) {
  std::vector<Fitted> columns = {all.front()};
  columns.insert(columns.end(), all.begin() + static_cast<std::ptrdiff_t>(from),
                 all.begin() + static_cast<std::ptrdiff_t>(to));
  return {.from = from, .to = to, .widths = widths_of(columns, available)};
}

std::vector<TablePart> split(std::vector<Fitted> all, double available) {
  for (auto& column : all) {
    column.least = std::min(column.least, kMostWhenBroken * available);
    column.natural = std::min(column.natural, kMostWhenBroken * available);
  }
  std::vector<TablePart> parts;
  for (std::size_t from = 1; from < all.size();) {
    std::size_t to = from + 1;
    double used = all.front().least + all[from].least;
    while (to < all.size() && used + all[to].least <= available) used += all[to++].least;
    parts.push_back(part_of(all, from, to, available));
    from = to;
  }
  return parts;
}

}  // namespace

TableFit fit_table(std::span<const ColumnNeed> columns, std::span<const double> sizes,
                   double padding, double available) {
  std::vector<Fitted> all;
  for (const double size : sizes) {
    for (const bool stacked : {false, true}) {
      all.clear();
      for (const auto& need : columns) {
        all.push_back(fitted(need, size, stacked, padding, available));
      }
      if (least_of(all) <= available) {
        return {
            .size = size, .stacked = stacked, .parts = {part_of(all, 1, all.size(), available)}};
      }
    }
  }
  return {.size = sizes.back(), .stacked = true, .parts = split(std::move(all), available)};
}

}  // namespace tt::report
