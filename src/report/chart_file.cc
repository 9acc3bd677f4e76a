#include "report/chart_file.h"

#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/csv.h"

namespace tt::report {

std::string chart_table_csv(const chart::Table& table) {
  std::ostringstream out;
  {
    CsvLine line(out);
    for (const auto& column : table.columns) line.text(column);
  }
  for (const auto& row : table.rows) {
    CsvLine line(out);
    for (const auto& cell : row) {
      const auto* number = std::get_if<double>(&cell);
      const auto* text = std::get_if<std::string>(&cell);
      if (text != nullptr) line.text(*text);
      if (text == nullptr) line.number(number == nullptr ? std::optional<double>() : *number);
    }
  }
  return std::move(out).str();
}

Result<std::string> chart_file(const chart::Chart& chart, const chart::Page& page,
                               std::string_view format) {
  if (format == "csv") return chart_table_csv(chart.table);
  const SteadyClock clock;
  for (const auto drawn : {chart::Format::kPng, chart::Format::kSvg, chart::Format::kPdf}) {
    if (chart::format_name(drawn) != format) continue;
    auto renderer = chart::Renderer::create(clock);
    if (!renderer) return std::unexpected(renderer.error());
    return renderer->draw(chart, page, drawn);
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("charts are written as {}", fmt::join(kChartFormats, ", ")), "format");
}

}  // namespace tt::report
