#include "app/compare_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/answer_view.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using Lines = std::vector<Line>;

Line verdict_cell(analysis::Verdict verdict) {
  switch (verdict) {
    case analysis::Verdict::kBetter:
      return Line("A better", Style::kGood);
    case analysis::Verdict::kWorse:
      return Line("B better", Style::kWarn);
    case analysis::Verdict::kSame:
      return Line("same", Style::kDim);
    case analysis::Verdict::kCannotTell:
      return Line("cannot tell", Style::kDim);
  }
  return {};
}

// Shares as percents, as everywhere.
Line value_cell(const analysis::Comparison& c, const std::optional<double>& value) {
  if (!value) return Line("–");
  const bool share = analysis::metric(c.figure.metric).unit == analysis::Unit::kShare;
  return Line(share ? fmt::format("{:.2f}", *value * 100) : format_number(*value));
}

// With the unit, so that a column of numbers can do without.
std::string title_of(const analysis::Figure& figure) {
  const auto& metric = analysis::metric(figure.metric);
  const auto title = analysis::figure_title(figure);
  const auto unit = analysis::unit_name(metric.unit);
  return title.ends_with(unit) ? title : fmt::format("{}, {}", title, unit);
}

Lines table_lines(const analysis::RunComparison::Pair& pair, bool intervals, std::size_t width) {
  Table table({{.title = "figure", .shrink_to = 14},
               {.title = "A", .align = Align::kRight},
               {.title = "B", .align = Align::kRight},
               {.title = intervals ? "A to B, 95% interval" : "A to B"},
               {.title = "verdict"}});
  for (const auto& c : pair.comparisons) {
    std::string effect = analysis::effect_text(c);
    if (!intervals) effect = effect.substr(0, effect.find(" ("));
    table.row({title_of(c.figure), value_cell(c, c.a), value_cell(c, c.b), std::move(effect),
               verdict_cell(c.verdict)});
  }
  return table.render(width);
}

// What a narrow terminal has no room for are the intervals.
Lines pair_lines(const analysis::RunComparison::Pair& pair, std::size_t width) {
  Lines lines = hanging({}, pair.headline, width, Style::kStrong);
  Lines rows = table_lines(pair, true, width);
  const bool fits =
      std::ranges::all_of(rows, [&](const Line& row) { return row.width() <= width; });
  append(lines, fits ? std::move(rows) : table_lines(pair, false, width));
  return lines;
}

}  // namespace

Lines comparison_lines(const analysis::RunComparison& comparison, std::size_t width) {
  Lines lines = {Line("A  ", Style::kDim).add(comparison.a_run),
                 Line("B  ", Style::kDim).add(comparison.b_run)};
  for (const auto& pair : comparison.pairs) {
    lines.emplace_back();
    append(lines, pair_lines(pair, width));
  }
  if (!comparison.unmatched.empty()) {
    lines.emplace_back();
    append(lines, hanging(Line("In one run only: ", Style::kDim),
                          fmt::format("{}", fmt::join(comparison.unmatched, ", ")), width));
  }
  lines.emplace_back();
  const bool warned = worst(comparison.checks) != analysis::Level::kPass;
  lines.push_back(heading_line("Can they be compared?", !comparison.comparable
                                                            ? "no: a check failed"
                                                        : warned ? "yes, with the warnings below"
                                                                 : "yes"));
  append(lines, check_lines(comparison.checks, {}, width));
  return lines;
}

}  // namespace tt::app
