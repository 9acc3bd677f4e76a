// A chart as a value: what it shows and says, apart from how and where it is drawn. The browser and
// the renderer of files take the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tt::chart {

/// Nothing, a number, or a text (which may be foreign).
using Cell = std::variant<std::monostate, double, std::string>;

/// The figures behind a chart.
struct Table {
  std::vector<std::string> columns;  // with their units: "p50 (ms)"
  std::vector<std::vector<Cell>> rows;
};

/// One of several drawings above or beside each other, each with axes of its own.
struct Panel {
  double share = 1;        // of the height, beside the others'
  std::string title = {};  // may be empty
  bool axis = true;        // its x axis has labels
};

/// Texts may hold foreign bytes, as names of models: whoever writes them escapes them.
struct Chart {
  std::string id;
  std::string title;
  std::string subtitle;  // what it shows, in a sentence or two
  std::string source;    // small print: runs, n, definition, method
  std::string alt;       // the same as words alone, for who cannot see it
  /// Why there is nothing to draw; then there is no option.
  std::string empty;
  std::vector<std::string> legend;  // names of series
  std::vector<Panel> panels;        // empty: one
  std::size_t columns = 1;          // of panels, which go row by row; of more all shares are 1
  /// An ECharts option as JSON, with colours, formatters and shapes by name (js/prepare.js).
  std::string option;
  Table table;

  bool has_picture() const { return empty.empty(); }
};

/// The whole as JSON, as js/prepare.js reads it; bytes that are not UTF-8 become U+FFFD.
std::string chart_json(const Chart& chart);

}  // namespace tt::chart
