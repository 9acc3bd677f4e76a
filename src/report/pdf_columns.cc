#include "report/pdf_columns.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace tt::report {
namespace {

// A column of text that wraps asks for no more than this share of the page before it does.
constexpr double kMostOfOne = 0.3;
// Where nothing helps, a column has at most this share, and its figures break.
constexpr double kMostWhenBroken = 0.6;

struct Fitted {
  double least = 0;
  double natural = 0;
};

// How hard columns are pressed, one after the other.
struct Press {
  bool stacked;
  bool titles;     // stay on one line
  double comfort;  // of the letters: text is set in columns at least so wide
};
constexpr std::array<Press, 4> kPresses = {
    {{false, true, 12}, {true, true, 12}, {true, false, 12}, {true, false, 7}}};

struct Look {
  double size = 0;
  double padding = 0;
  Press press;
};

Fitted fitted(const ColumnNeed& need, const Look& look, double available) {
  const double content =
      (look.press.stacked ? need.stacked : need.natural) * look.size + look.padding;
  const double natural = std::max(content, need.title * look.size + look.padding);
  if (!need.wraps) return {.least = look.press.titles ? natural : content, .natural = natural};
  const double comfort = std::min(look.press.comfort * look.size + look.padding, natural);
  const double word = std::min(need.least * look.size + look.padding, kMostOfOne * available);
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

TablePart part_of(const std::vector<Fitted>& all, std::vector<std::size_t> columns,
                  double available) {
  std::vector<Fitted> chosen;
  for (const std::size_t column : columns) chosen.push_back(all[column]);
  return {.columns = std::move(columns), .widths = widths_of(chosen, available)};
}

std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> columns(count);
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  return columns;
}

// The first `keys` columns are in every part.
std::vector<TablePart> split(std::vector<Fitted> all, std::size_t keys, double available) {
  for (auto& column : all) {
    column.least = std::min(column.least, kMostWhenBroken * available);
    column.natural = std::min(column.natural, kMostWhenBroken * available);
  }
  if (all.size() <= keys) return {part_of(all, first(all.size()), available)};
  const double names = least_of(std::span(all).first(keys));
  std::vector<TablePart> parts;
  for (std::size_t next = keys; next < all.size();) {
    auto columns = first(keys);
    double used = names;
    do {
      used += all[next].least;
      columns.push_back(next++);
    } while (next < all.size() && used + all[next].least <= available);
    parts.push_back(part_of(all, std::move(columns), available));
  }
  return parts;
}

}  // namespace

TableFit fit_table(std::span<const ColumnNeed> columns, std::span<const double> sizes,
                   double padding, double available) {
  std::vector<Fitted> all;
  for (const double size : sizes) {
    for (const Press& press : kPresses) {
      all.clear();
      for (const auto& need : columns) {
        all.push_back(fitted(need, {.size = size, .padding = padding, .press = press}, available));
      }
      if (least_of(all) <= available) {
        return {.size = size,
                .stacked = press.stacked,
                .parts = {part_of(all, first(all.size()), available)}};
      }
    }
  }
  const std::size_t keys = columns.size() > 3 && columns[1].wraps && !columns[2].wraps ? 2 : 1;
  return {.size = sizes.back(), .stacked = true, .parts = split(std::move(all), keys, available)};
}

}  // namespace tt::report
