// The list of charts, and the figures behind one, as text. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"
#include "chart/chart.h"

namespace tt::app {

std::vector<Line> chart_list_lines(std::size_t width);
std::string chart_list_json();

/// RFC 4180, numbers with all their digits; what a spreadsheet would take for a formula gets an
/// apostrophe.
std::string chart_table_csv(const chart::Table& table);

}  // namespace tt::app
