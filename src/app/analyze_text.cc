#include "app/analyze_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/figures_text.h"
#include "app/table.h"
#include "base/scale.h"
#include "base/text.h"

namespace tt::app {
namespace {

constexpr std::size_t kHeadWidth = 16;

using analysis::Group;
using analysis::GroupQuantiles;

// One column's cells in one scale.
std::vector<std::string> millis_column(const std::vector<Group>& groups,
                                       GroupQuantiles Group::* member,
                                       std::optional<double> GroupQuantiles::* quantile,
                                       std::string& title) {
  std::vector<double> there;
  for (const auto& g : groups) {
    if (const auto value = g.*member.*quantile) there.push_back(*value);
  }
  const Scale scale = scale_millis(there);
  title += " " + scale.unit;
  std::vector<std::string> cells;
  for (const auto& g : groups) {
    const auto value = g.*member.*quantile;
    cells.push_back(value ? scale.text(*value) : "–");
  }
  return there.empty() ? std::vector<std::string>() : cells;
}

}  // namespace

std::vector<Line> fact(std::string_view head, std::string_view text, std::size_t width) {
  return hanging(Line("  ").add(head, Style::kDim).to_column(kHeadWidth), text, width);
}

Line note_line(std::string_view text) { return Line("  ").add(text, Style::kDim); }

std::string percent_text(std::optional<double> share) {
  if (!share) return "–";
  const double percent = *share * 100;
  if (percent > 0 && percent < 0.01) return "under 0.01%";
  return fmt::format("{:g}%", std::floor(percent * 100 + 1e-6) / 100);
}

std::string change_text(double share) {
  if (std::fabs(share) < 0.0005) return "0%";
  return fmt::format("{}{:.{}f}%", share < 0 ? "-" : "+", std::fabs(share) * 100,
                     std::fabs(share) < 0.0995 ? 1 : 0);
}

std::string plain_number(std::optional<double> value) {
  return value ? format_number(*value) : "–";
}

std::string instant_text(double seconds) { return clock_text(from_seconds(seconds)); }

std::vector<Line> group_table(std::string_view title, const std::vector<Group>& groups,
                              std::size_t width) {
  struct Column {
    std::string title;
    GroupQuantiles Group::* member;
    std::optional<double> GroupQuantiles::* quantile;
    int optional;
  };
  std::vector<TableColumn> columns = {{.title = std::string(title), .shrink_to = 8},
                                      {.title = "requests", .align = Align::kRight}};
  std::vector<std::vector<std::string>> cells;
  const bool failed = std::ranges::any_of(groups, [](const Group& g) { return g.failed > 0; });
  if (failed) columns.push_back({.title = "errors", .align = Align::kRight});
  for (Column c : {Column{"TTFT p50", &Group::ttft, &GroupQuantiles::p50, 0},
                   Column{"p95", &Group::ttft, &GroupQuantiles::p95, 2},
                   Column{"TPOT p50", &Group::tpot, &GroupQuantiles::p50, 0},
                   Column{"E2E p50", &Group::e2e, &GroupQuantiles::p50, 0},
                   Column{"p95", &Group::e2e, &GroupQuantiles::p95, 3}}) {
    auto column = millis_column(groups, c.member, c.quantile, c.title);
    if (column.empty()) continue;
    columns.push_back({.title = c.title, .align = Align::kRight, .optional = c.optional});
    cells.push_back(std::move(column));
  }
  const bool cached =
      std::ranges::any_of(groups, [](const Group& g) { return g.cached_share().has_value(); });
  if (cached) columns.push_back({.title = "cached", .align = Align::kRight, .optional = 1});
  columns.push_back({.title = "tokens/s each", .align = Align::kRight, .optional = 1});
  Table table(std::move(columns));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::vector<Line> row = {groups[i].label, format_count(groups[i].requests)};
    if (failed) row.emplace_back(percent_text(groups[i].error_rate()));
    for (const auto& column : cells) row.emplace_back(column[i]);
    if (cached) {
      row.emplace_back(fmt::format("{:.1f}%", 100 * groups[i].cached_share().value_or(0)));
    }
    row.emplace_back(plain_number(groups[i].request_rate));
    table.row(std::move(row));
  }
  return table.render(width);
}

}  // namespace tt::app
