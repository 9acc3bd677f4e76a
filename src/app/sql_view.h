// The result of a query, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"
#include "record/query.h"

namespace tt::app {

/// NULLs are empty cells.
std::vector<Line> sql_table_lines(const record::SqlTable& table, std::size_t width);
/// With a header; text is safe to open in a spreadsheet.
std::string sql_csv(const record::SqlTable& table);

// Of a table whose cells are JSON.

/// {"columns": [{"name", "type"}], "rows": [{...}], "truncated": false}
std::string sql_json(const record::SqlTable& table);
/// An object a line.
std::string sql_json_lines(const record::SqlTable& table);

}  // namespace tt::app
