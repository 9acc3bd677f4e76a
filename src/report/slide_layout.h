// Where the blocks of a slide stand and how large their letters are, so that nothing runs over.
#pragma once

#include <cstddef>
#include <vector>

#include "report/document.h"
#include "report/text_fit.h"

namespace tt::report {

/// In points.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

struct PlacedBlock {
  Box box;
  Block block;                  // what was kept of it
  double size = 12;             // of its letters; lines of a cell after the first are smaller
  std::vector<double> columns;  // of a table: their widths
  std::vector<double> rows;     // of a table: their heights, the heading's first
};

inline constexpr double kLineHeight = 1.2;   // over the size of the letters
inline constexpr double kBulletIndent = 14;  // points
inline constexpr double kCellMargin = 8;     // left and right
/// Above and below the text of a cell.
constexpr double cell_padding(double size) { return size * 0.3; }

/// One below the other, in the largest letters that fit. What does not fit in the smallest is left
/// out, and a line says that there is more in the report. Callouts, terms and listings are not for
/// slides: terms become bullets, the others are left out. Pictures are not placed here.
std::vector<PlacedBlock> place_blocks(TextFit& fit, const std::vector<Block>& blocks,
                                      const Box& area);

/// Of a table whose letters have this size: by what stands in them, over the whole width.
std::vector<double> column_widths(TextFit& fit, const Table& table, double size, double width);

/// The largest size from `size` down to `least` at which hardly a cell of the table wraps.
double fitting_size(TextFit& fit, const Table& table, double size, double least, double width);

}  // namespace tt::report
