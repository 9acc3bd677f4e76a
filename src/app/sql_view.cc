#include "app/sql_view.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <fmt/format.h>

#include "app/table.h"
#include "base/text.h"
#include "report/csv.h"

namespace tt::app {
namespace {

constexpr std::size_t kWidestCell = 80;

bool is_number(std::string_view type) {
  constexpr std::array<std::string_view, 5> kNumbers = {"INT", "DOUBLE", "FLOAT", "DECIMAL",
                                                        "REAL"};
  return !type.ends_with("]") && !type.starts_with("STRUCT") && !type.starts_with("MAP") &&
         type != "INTERVAL" && std::ranges::any_of(kNumbers, [&](std::string_view number) {
           return type.find(number) != std::string_view::npos;
         });
}

std::string row_json(const record::SqlTable& table, std::size_t row) {
  std::string out = "{";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c > 0) out += ", ";
    out += json_string(table.columns[c].name) + ": ";
    out += table.rows[row][c].value_or("null");
  }
  return out + "}";
}

}  // namespace

std::vector<Line> sql_table_lines(const record::SqlTable& table, std::size_t width) {
  std::vector<TableColumn> columns;
  for (const auto& column : table.columns) {
    const bool number = is_number(column.type);
    columns.push_back({.title = clean(column.name),
                       .align = number ? Align::kRight : Align::kLeft,
                       .shrink_to = number ? std::size_t{0} : 8});
  }
  Table view(std::move(columns));
  for (const auto& row : table.rows) {
    std::vector<Line> cells;
    for (const auto& cell : row)
      cells.emplace_back(fit_middle(clean(cell.value_or("")), kWidestCell));
    view.row(std::move(cells));
  }
  auto lines = view.render(width);
  if (table.rows.empty()) lines.push_back(Line("  no rows", Style::kDim));
  return lines;
}

std::string sql_csv(const record::SqlTable& table) {
  std::ostringstream out;
  {
    report::CsvLine header(out);
    for (const auto& column : table.columns) header.text(column.name);
  }
  for (const auto& row : table.rows) {
    report::CsvLine line(out);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string cell = row[c].value_or("");
      // A minus before a number is no formula.
      if (is_number(table.columns[c].type)) {
        line.cell(cell);
      } else {
        line.text(cell);
      }
    }
  }
  return out.str();
}

std::string sql_json(const record::SqlTable& table) {
  std::string out = "{\"columns\": [";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    out += fmt::format("{}{{\"name\": {}, \"type\": {}}}", c > 0 ? ", " : "",
                       json_string(table.columns[c].name), json_string(table.columns[c].type));
  }
  out += "],\n\"rows\": [";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += (r > 0 ? ",\n  " : "\n  ") + row_json(table, r);
  }
  return out + fmt::format("\n],\n\"truncated\": {}}}\n", table.truncated);
}

std::string sql_json_lines(const record::SqlTable& table) {
  std::string out;
  for (std::size_t r = 0; r < table.rows.size(); ++r) out += row_json(table, r) + "\n";
  return out;
}

}  // namespace tt::app
