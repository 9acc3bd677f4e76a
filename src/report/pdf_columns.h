// How wide the columns of a table on paper are, and how large its letters.
//
// Pure; widths in points.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tt::report {

/// What a column asks for, set in letters of one point: widths grow with the letters.
struct ColumnNeed {
  double least = 0;    // below this its words break: the longest word
  double natural = 0;  // all on one line
  double stacked = 0;  // with what is in brackets on a line of its own; natural where there is none
  double title = 0;    // the head on one line; it may wrap
  bool wraps = false;  // text may; figures do not
};

struct TablePart {
  std::vector<std::size_t> columns;  // rising
  std::vector<double> widths;        // of each; they fill the page
};

struct TableFit {
  double size = 0;       // of the letters, in points
  bool stacked = false;  // what is in brackets goes below
  std::vector<TablePart> parts;
};

/// `padding` is blank within each column. The largest of `sizes` (falling) that the page is wide
/// enough for; a table with too many columns even for the smallest comes in several parts, each
/// with the first column, and the second where it is text, too: rows have their names. At least one
/// column and one size.
TableFit fit_table(std::span<const ColumnNeed> columns, std::span<const double> sizes,
                   double padding, double available);

}  // namespace tt::report
