#include "app/table.h"

#include <algorithm>
#include <numeric>

namespace tt::app {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;

struct Fitted {
  std::vector<std::size_t> shown;   // columns by index
  std::vector<std::size_t> widths;  // of every column
};

std::size_t total_width(const Fitted& fitted) {
  std::size_t sum = kIndent;
  for (const std::size_t c : fitted.shown) sum += fitted.widths[c] + kGap;
  return fitted.shown.empty() ? sum : sum - kGap;
}

// Takes from the widest column that still can give, a column of text at a time.
void shrink(Fitted& fitted, const std::vector<TableColumn>& columns, std::size_t width) {
  while (total_width(fitted) > width) {
    std::size_t widest = columns.size();
    for (const std::size_t c : fitted.shown) {
      if (columns[c].shrink_to == 0 || fitted.widths[c] <= columns[c].shrink_to) continue;
      if (widest == columns.size() || fitted.widths[c] > fitted.widths[widest]) widest = c;
    }
    if (widest == columns.size()) return;
    --fitted.widths[widest];
  }
}

Fitted fit_columns(const std::vector<TableColumn>& columns, const std::vector<std::size_t>& natural,
                   std::size_t width) {
  Fitted fitted;
  fitted.shown.resize(columns.size());
  std::iota(fitted.shown.begin(), fitted.shown.end(), std::size_t{0});
  for (;;) {
    fitted.widths = natural;
    shrink(fitted, columns, width);
    if (total_width(fitted) <= width) return fitted;
    const auto drop = std::ranges::max_element(fitted.shown, {},
                                               [&](std::size_t c) { return columns[c].optional; });
    if (drop == fitted.shown.end() || columns[*drop].optional == 0) return fitted;
    fitted.shown.erase(drop);
  }
}

Line cut(const Line& cell, std::size_t width) {
  if (cell.width() <= width) return cell;
  const Style style = cell.spans().front().style;
  return Line(fit_middle(cell.text(), width), style);
}

}  // namespace

void Table::row(std::vector<Line> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<Line> Table::render(std::size_t width) const {
  std::vector<std::size_t> natural;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t widest = display_width(columns_[c].title);
    for (const auto& row : rows_) widest = std::max(widest, row[c].width());
    natural.push_back(widest);
  }
  const Fitted fitted = fit_columns(columns_, natural, width);

  const auto render_row = [&](const std::vector<Line>& cells) {
    Line line;
    std::size_t column = kIndent;
    for (const std::size_t c : fitted.shown) {
      const Line cell = cut(cells[c], fitted.widths[c]);
      const std::size_t slack = fitted.widths[c] - std::min(fitted.widths[c], cell.width());
      if (!cell.empty()) {
        const std::size_t at = column + (columns_[c].align == Align::kRight ? slack : 0);
        if (line.width() < at) line.to_column(at);
        line.append(cell);
      }
      column += fitted.widths[c] + kGap;
    }
    return line;
  };

  std::vector<Line> lines;
  std::vector<Line> titles;
  for (const auto& column : columns_) titles.push_back(Line(column.title, Style::kDim));
  const bool titled = std::ranges::any_of(columns_, [](const auto& c) { return !c.title.empty(); });
  if (titled) lines.push_back(render_row(titles));
  for (const auto& row : rows_) lines.push_back(render_row(row));
  return lines;
}

}  // namespace tt::app
