// What engines, GPUs and the client's machine said of themselves, side by side.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/resources_beside.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

Cell value_cell(analysis::ResourceUnit unit, const std::optional<double>& value) {
  if (!value) return text_cell("not exposed", Tone::kQuiet);
  return {.text = analysis::resource_text(unit, *value), .number = value};
}

}  // namespace

std::vector<Block> resources_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<const analysis::ResourcesView*> views;
  std::vector<std::string> silent;
  Table table{.title = {}, .columns = {{"figure"}}, .rows = {}, .note = {}};
  for (const auto& side : s.sides) {
    const auto& all = side.run->resources;
    const bool known = side.target < all.size();
    views.push_back(known ? &all[side.target] : nullptr);
    if (!known || all[side.target].readings == 0) silent.push_back(side.label);
    table.columns.push_back({fmt::format("{}, mean", side.label), Align::kRight});
    table.columns.push_back({"peak", Align::kRight});
  }
  for (const auto& row : analysis::resources_beside(views)) {
    std::vector<Cell> cells = {text_cell(std::string(row.title))};
    for (std::size_t i = 0; i < views.size(); ++i) {
      cells.push_back(value_cell(row.unit, row.means[i]));
      cells.push_back(row.peaks[i] ? value_cell(row.unit, row.peaks[i]) : text_cell("–"));
    }
    table.rows.push_back(std::move(cells));
  }
  if (table.rows.empty()) return {};
  table.note =
      "As the engines and GPUs told it while they were measured; what is not exposed is not known, "
      "and never 0.";
  if (!silent.empty() && silent.size() < s.sides.size()) {
    table.note += fmt::format(" Nothing was read of {}.", list_text(silent));
  }
  return {std::move(table)};
}

}  // namespace tt::report
