// Who is best in each figure: a matrix of figures and targets.
#include <fmt/format.h>

#include "base/text.h"
#include "chart/charts.h"
#include "chart/contest_words.h"

namespace tt::chart {
namespace {

using analysis::Contest;

std::string value_text(const analysis::ContestFigure& figure, std::size_t side) {
  const auto& value = figure.values[side];
  return value ? analysis::format_value(analysis::metric(figure.figure.metric), *value) : "–";
}

std::string best_of(const Contest& contest, const analysis::ContestFigure& figure) {
  if (figure.winner.target) return contest.sides[*figure.winner.target].label;
  return figure.winner.tie ? "the same" : "cannot tell";
}

Json cells(const Contest& contest) {
  Json rows = Json::array();
  Json texts = Json::array();
  Json inks = Json::array();
  Json strong = Json::array();
  for (std::size_t f = 0; f < contest.figures.size(); ++f) {
    const auto& figure = contest.figures[f];
    for (std::size_t s = 0; s < contest.sides.size(); ++s) {
      const bool wins = figure.winner.target == s;
      rows.push_back({s, f});
      texts.push_back(wins ? "✓ " + value_text(figure, s) : value_text(figure, s));
      inks.push_back(wins ? "@good/0.18" : figure.winner.tie ? "@slate/0.10" : "@minor");
      strong.push_back(wins);
    }
    rows.push_back({contest.sides.size(), f});
    texts.push_back(short_name(best_of(contest, figure), 24));
    inks.push_back("@background");
    strong.push_back(figure.winner.target.has_value());
  }
  const Look look{.colour = "good", .dash = "solid", .symbol = "rect"};
  return shape_series("best", "cell",
                      {{"texts", texts}, {"colors", inks}, {"strong", strong}, {"fill", "@text"}},
                      rows, look);
}

std::string finding(const Contest& contest) {
  std::vector<std::string> parts;
  for (std::size_t s = 0; s < contest.sides.size(); ++s) {
    std::size_t wins = 0;
    for (const auto& figure : contest.figures) wins += figure.winner.target == s ? 1 : 0;
    parts.push_back(fmt::format("{} in {}", short_name(contest.sides[s].label, 28), wins));
  }
  std::size_t ties = 0;
  std::size_t untold = 0;
  for (const auto& figure : contest.figures) {
    if (figure.winner.target) continue;
    (figure.winner.tie ? ties : untold) += 1;
  }
  return fmt::format("Best for certain, of {} figures: {}. The same: {}; cannot tell: {}.",
                     contest.figures.size(), list_text(parts), ties, untold);
}

Table table_of(const Contest& contest) {
  Table table{.columns = {"figure"}, .rows = {}};
  for (const auto& side : contest.sides) table.columns.push_back(side.label);
  table.columns.emplace_back("best");
  for (const auto& figure : contest.figures) {
    std::vector<Cell> row = {analysis::figure_title(figure.figure)};
    for (const auto& value : figure.values) row.push_back(value ? Cell(*value) : Cell());
    row.emplace_back(best_of(contest, figure));
    table.rows.push_back(std::move(row));
  }
  return table;
}

bool any_value(const Contest& contest) {
  for (const auto& figure : contest.figures) {
    for (const auto& value : figure.values) {
      if (value) return true;
    }
  }
  return false;
}

Chart make(const Input& input) {
  const Contest& contest = *input.contest;
  Chart chart;
  chart.source = contest_source(
      input,
      "green: better than every other with certainty, adjusted for their number · ↓ less is "
      "better, ↑ more is better");
  if (!any_value(contest)) {
    chart.empty = "Nothing to compare: the targets have no figure.";
    return chart;
  }
  Json columns = Json::array();
  Json lanes = Json::array();
  for (const auto& side : contest.sides) {
    columns.push_back({{"value", short_name(side.label, 34)}});
  }
  columns.push_back({{"value", "best"}});
  for (const auto& figure : contest.figures) {
    lanes.push_back({{"value", figure_label(figure.figure)}});
  }
  chart.subtitle = finding(contest);
  chart.alt = fmt::format("Every figure of every target, the best marked. {}", chart.subtitle);
  chart.option = dump({{"xAxis",
                        {{"type", "category"},
                         {"data", columns},
                         {"position", "top"},
                         {"axisLine", {{"show", false}}},
                         {"axisLabel", {{"fontWeight", 600}, {"interval", 0}}}}},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 16}}}}},
                       {"series", {cells(contest)}}});
  chart.table = table_of(contest);
  return chart;
}

}  // namespace

Entry winners_chart() {
  return {.id = "winners",
          .title = "Which target is best in what",
          .question = "Who wins each figure, and where is there no winner?",
          .how_to_read =
              "A row is a figure, a column a target. Green with a tick is better than every other "
              "target, with certainty. Where no cell is green they are the same, or it cannot be "
              "told: then the last column says which.",
          .needs = Needs::kContest,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
