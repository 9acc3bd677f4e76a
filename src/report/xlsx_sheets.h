// The sheets of a workbook (xlsx.h), each written by one function.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/run_source.h"
#include "report/xlsx_book.h"

namespace tt::report {

/// Sections of a document, one below the other; pictures are told in words. Returns the next row.
RowIndex write_sections(Sheet& sheet, RowIndex row, std::span<const Section* const> sections);

void comparison_sheet(Book& book, const RunSource& source);
/// Quantiles of every metric, and the curves of their distributions, each with charts.
void percentiles_sheet(Book& book, const RunSource& source);
void curves_sheet(Book& book, const RunSource& source);
/// The first `most` requests in the order of sending; returns how many are left out.
std::size_t requests_sheet(Book& book, const RunSource& source, std::size_t most);
void insights_sheet(Book& book, const RunSource& source);
/// Formulas over assumptions that have names.
Result<void> cost_sheet(Book& book, const RunSource& source);
void configuration_sheet(Book& book, const RunSource& source,
                         std::span<const Section* const> sections);

/// A heading of a table: one cell a column. Returns the next row.
RowIndex write_head(Sheet& sheet, RowIndex row, std::span<const std::string> titles,
                    std::size_t left = 1);

}  // namespace tt::report
