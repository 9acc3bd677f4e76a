#include "app/scenario_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/answer_view.h"
#include "app/contest_view.h"
#include "app/table.h"
#include "base/text.h"
#include "report/sections.h"

namespace tt::app {
namespace {

using analysis::Contest;
using analysis::ContestFigure;
using analysis::MetricId;
using Lines = std::vector<Line>;

// The figure that decides, then these.
constexpr std::array kFelt = {analysis::Figure{MetricId::kTtft, 0.5},
                              analysis::Figure{MetricId::kE2e, 0.5}};

std::vector<const ContestFigure*> shown_figures(const Contest& contest) {
  std::vector<const ContestFigure*> shown;
  const auto add = [&](const analysis::Figure& figure) {
    const auto at = std::ranges::find(contest.figures, figure, &ContestFigure::figure);
    if (at == contest.figures.end() || std::ranges::find(shown, &*at) != shown.end()) return;
    shown.push_back(&*at);
  };
  add(contest.answer.primary);
  for (const auto& figure : kFelt) add(figure);
  return shown;
}

// Sides by the name that they go by in every scenario, in the order in which they are met.
std::vector<std::string> all_labels(std::span<const Contest> contests) {
  std::vector<std::string> labels;
  for (const Contest& contest : contests) {
    for (const auto& side : contest.sides) {
      if (std::ranges::find(labels, side.label) == labels.end()) labels.push_back(side.label);
    }
  }
  return labels;
}

Line better_cell(const Contest& contest, const ContestFigure& f) {
  if (!contest.comparable) return Line("not comparable", Style::kWarn);
  if (f.winner.target) return Line(contest.sides[*f.winner.target].label, Style::kGood);
  return Line(f.winner.tie ? "same" : "cannot tell", Style::kDim);
}

}  // namespace

Lines scenario_lines(std::span<const Contest> contests, std::size_t width) {
  const auto labels = all_labels(contests);
  std::vector<TableColumn> columns = {{.title = "scenario", .shrink_to = 12},
                                      {.title = "figure", .shrink_to = 12}};
  for (const auto& label : labels) {
    columns.push_back({.title = label, .align = Align::kRight, .shrink_to = 8});
  }
  columns.push_back({.title = "better", .shrink_to = 12});
  Table table(std::move(columns));
  for (const Contest& contest : contests) {
    bool first = true;
    for (const ContestFigure* f : shown_figures(contest)) {
      std::vector<Line> row = {first ? Line(contest.scenario, Style::kStrong) : Line(),
                               Line(figure_text(f->figure))};
      for (const auto& label : labels) {
        const auto side = std::ranges::find(contest.sides, label, &analysis::Side::label);
        row.emplace_back(
            side == contest.sides.end()
                ? "not in it"
                : value_text(*f,
                             f->values[static_cast<std::size_t>(side - contest.sides.begin())]));
      }
      row.push_back(better_cell(contest, *f));
      table.row(std::move(row));
      first = false;
    }
  }
  Lines lines = hanging({}, report::scenarios_headline(contests), width, Style::kStrong);
  lines.emplace_back();
  append(lines, table.render(width));
  lines.emplace_back();
  for (const Contest& contest : contests) {
    append(lines,
           hanging(Line(contest.scenario + "  ", Style::kDim), contest.answer.headline, width));
  }
  return lines;
}

}  // namespace tt::app
