// A document, and the run behind it, as an Excel workbook: figures as numbers, costs as formulas
// that follow their assumptions, charts of Excel's own.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"
#include "report/document.h"
#include "report/run_source.h"

namespace tt::report {

/// What a sheet holds in Excel, the heading among them.
inline constexpr std::size_t kExcelRows = 1'048'576;

/// `source`: nullptr where there is no single run behind the document; then the workbook holds what
/// the document does. Where there are more requests than `most_rows` leaves room for, the summary
/// says so. No cell holds a formula, a link or a markup of foreign text. Needs room for temporary
/// files in TMPDIR. The same document gives the same bytes.
Result<std::string> xlsx(const Document& document, const RunSource* source,
                         std::size_t most_rows = kExcelRows);

}  // namespace tt::report
