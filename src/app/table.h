// Tables of styled cells with aligned columns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/terminal.h"

namespace tt::app {

enum class Align : std::uint8_t { kLeft, kRight };

struct TableColumn {
  std::string title;  // with the unit, where it has one
  Align align = Align::kLeft;
  /// The least width to which the column's texts may be cut (in the middle) where the table is too
  /// wide; 0: they are never cut.
  std::size_t shrink_to = 0;
  /// Left out, highest first, where cutting is not enough; 0: never.
  int optional = 0;
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  /// One cell a column; missing ones are empty.
  void row(std::vector<Line> cells);
  bool empty() const { return rows_.empty(); }

  /// Titles and rows, each indented by two, columns two apart, no line wider than `width` unless
  /// even the cut table is.
  std::vector<Line> render(std::size_t width) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<Line>> rows_;
};

}  // namespace tt::app
