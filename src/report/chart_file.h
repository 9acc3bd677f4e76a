// One chart as the bytes of a file: for the command `chart` and for the dashboard's downloads.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "chart/renderer.h"

namespace tt::report {

inline constexpr std::array<std::string_view, 4> kChartFormats = {"png", "svg", "pdf", "csv"};

/// The figures behind a chart, as RFC 4180 has it: numbers with all their digits, empty where there
/// is none; what a spreadsheet would take for a formula gets an apostrophe.
std::string chart_table_csv(const chart::Table& table);

/// `format` is one of kChartFormats, else kInvalidInput; "csv" is the table alone, for which the
/// page does not matter. From any thread, several at a time.
Result<std::string> chart_file(const chart::Chart& chart, const chart::Page& page,
                               std::string_view format);

}  // namespace tt::report
