// Who is better in which scenario: a matrix of scenarios and targets.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/summary.h"
#include "base/text.h"
#include "chart/charts.h"
#include "chart/contest_words.h"

namespace tt::chart {
namespace {

using analysis::Contest;
using analysis::ContestFigure;

// The figure that decides a scenario; nullptr where the contest has none.
const ContestFigure* deciding(const Contest& contest) {
  const auto at =
      std::ranges::find(contest.figures, contest.answer.primary, &ContestFigure::figure);
  return at == contest.figures.end() ? nullptr : &*at;
}

// Sides by the name that they go by in every scenario, in the order in which they are met.
std::vector<std::string> labels_of(std::span<const Contest> contests) {
  std::vector<std::string> labels;
  for (const auto& contest : contests) {
    for (const auto& side : contest.sides) {
      if (std::ranges::find(labels, side.label) == labels.end()) labels.push_back(side.label);
    }
  }
  return labels;
}

std::optional<std::size_t> side_of(const Contest& contest, const std::string& label) {
  const auto at = std::ranges::find(contest.sides, label, &analysis::Side::label);
  if (at == contest.sides.end()) return std::nullopt;
  return static_cast<std::size_t>(at - contest.sides.begin());
}

/// Who wins by how much, or why nobody does.
struct Outcome {
  std::optional<std::size_t> winner;  // a side
  std::optional<double> margin;       // against the next best, as a share: 0.2 is 20% better
  std::string words;                  // "cannot tell"; empty with a winner
};

Outcome outcome_of(const Contest& contest) {
  Outcome outcome;
  const auto* figure = deciding(contest);
  if (!contest.comparable || figure == nullptr) {
    outcome.words = "not comparable";
    return outcome;
  }
  outcome.winner = figure->winner.target;
  if (!outcome.winner) {
    outcome.words = figure->winner.tie ? "the same" : "cannot tell";
    return outcome;
  }
  const bool less = analysis::metric(figure->figure.metric).better == analysis::Better::kLower;
  std::optional<double> next;
  for (std::size_t s = 0; s < figure->values.size(); ++s) {
    const auto& value = figure->values[s];
    if (s == *outcome.winner || !value) continue;
    if (!next || (less ? *value < *next : *value > *next)) next = value;
  }
  const auto& own = figure->values[*outcome.winner];
  if (own && next && *own > 0 && *next > 0) {
    outcome.margin = less ? 1 - *own / *next : *own / *next - 1;
  }
  return outcome;
}

std::string value_text(const ContestFigure* figure, std::size_t side) {
  if (figure == nullptr || !figure->values[side]) return "–";
  return analysis::format_value(analysis::metric(figure->figure.metric), *figure->values[side]);
}

std::string margin_text(const ContestFigure& figure, double margin) {
  const bool less = analysis::metric(figure.figure.metric).better == analysis::Better::kLower;
  return fmt::format("{}% {}", format_number(100 * margin), less ? "less" : "more");
}

Json cells(std::span<const Contest> contests, const std::vector<std::string>& labels) {
  Json rows = Json::array();
  Json texts = Json::array();
  Json inks = Json::array();
  Json strong = Json::array();
  for (std::size_t c = 0; c < contests.size(); ++c) {
    const auto* figure = deciding(contests[c]);
    const Outcome outcome = outcome_of(contests[c]);
    for (std::size_t l = 0; l < labels.size(); ++l) {
      const auto side = side_of(contests[c], labels[l]);
      const bool wins = side && outcome.winner == side;
      std::string text = side ? value_text(figure, *side) : "not in it";
      if (wins) text = "✓ " + text;
      if (wins && outcome.margin) text += "\n" + margin_text(*figure, *outcome.margin);
      if (side && !outcome.winner) text += "\n" + outcome.words;
      rows.push_back({l, c});
      texts.push_back(text);
      inks.push_back(wins ? "@good/0.18" : outcome.words == "the same" ? "@slate/0.10" : "@minor");
      strong.push_back(wins);
    }
  }
  const Look look{.colour = "good", .dash = "solid", .symbol = "rect"};
  return shape_series("better", "cell",
                      {{"texts", texts}, {"colors", inks}, {"strong", strong}, {"fill", "@text"}},
                      rows, look);
}

std::string finding(std::span<const Contest> contests, const std::vector<std::string>& labels) {
  std::vector<std::string> parts;
  std::size_t won = 0;
  for (const auto& label : labels) {
    std::size_t wins = 0;
    for (const auto& contest : contests) {
      const auto winner = outcome_of(contest).winner;
      wins += winner && contest.sides[*winner].label == label ? 1 : 0;
    }
    won += wins;
    if (wins > 0) parts.push_back(fmt::format("{} is better in {}", short_name(label, 28), wins));
  }
  std::size_t same = 0;
  std::size_t apart = 0;
  for (const auto& contest : contests) {
    const auto words = outcome_of(contest).words;
    same += words == "the same" ? 1 : 0;
    apart += words == "not comparable" ? 1 : 0;
  }
  const std::size_t untold = contests.size() - won - same - apart;
  if (same > 0) parts.push_back(fmt::format("all are the same in {}", same));
  if (untold > 0) parts.push_back(fmt::format("{} cannot be told", untold));
  if (apart > 0) parts.push_back(fmt::format("{} not comparable", apart));
  return fmt::format("Of {} scenarios: {}.", contests.size(), list_text(parts));
}

Table table_of(std::span<const Contest> contests, const std::vector<std::string>& labels) {
  Table table{.columns = {"scenario", "figure that decides"}, .rows = {}};
  for (const auto& label : labels) table.columns.push_back(label);
  table.columns.emplace_back("better");
  table.columns.emplace_back("by (%)");
  for (const auto& contest : contests) {
    const auto* figure = deciding(contest);
    const Outcome outcome = outcome_of(contest);
    std::vector<Cell> row = {contest.scenario, figure != nullptr
                                                   ? Cell(analysis::figure_title(figure->figure))
                                                   : Cell()};
    for (const auto& label : labels) {
      const auto side = side_of(contest, label);
      const bool known = side && figure != nullptr && figure->values[*side];
      row.push_back(known ? Cell(*figure->values[*side]) : Cell());
    }
    row.emplace_back(outcome.winner ? contest.sides[*outcome.winner].label : outcome.words);
    row.push_back(outcome.margin ? Cell(100 * *outcome.margin) : Cell());
    table.rows.push_back(std::move(row));
  }
  return table;
}

Chart make(const Input& input) {
  const auto contests = input.scenarios;
  const auto labels = labels_of(contests);
  Chart chart;
  chart.source = fmt::format(
      "Tokentrial · runs {} · green: better than every other with certainty, by so much against "
      "the "
      "next best · ↓ less is better, ↑ more is better · method {}",
      input.run != nullptr ? input.run->run.run_id : "", analysis::kMethodVersion);
  const bool any = std::ranges::any_of(contests, [](const Contest& contest) {
    const auto* figure = deciding(contest);
    return figure != nullptr &&
           std::ranges::any_of(figure->values, [](const auto& value) { return value.has_value(); });
  });
  if (!any) {
    chart.empty = "Nothing to compare: no scenario has a figure to decide by.";
    return chart;
  }
  Json columns = Json::array();
  Json lanes = Json::array();
  for (const auto& label : labels) columns.push_back({{"value", label}});
  for (const auto& contest : contests) {
    const auto* figure = deciding(contest);
    lanes.push_back(
        {{"value", fmt::format("{}\n{}", short_name(contest.scenario, 60),
                               figure != nullptr ? figure_label(figure->figure) : "")}});
  }
  chart.subtitle = finding(contests, labels);
  chart.alt =
      fmt::format("The figure that decides each scenario, by target, the better one marked. {}",
                  chart.subtitle);
  chart.option = dump({{"xAxis",
                        {{"type", "category"},
                         {"data", columns},
                         {"position", "top"},
                         {"axisLine", {{"show", false}}},
                         {"axisLabel", {{"fontWeight", 600}}}}},
                       {"yAxis",
                        {{"type", "category"},
                         {"data", lanes},
                         {"inverse", true},
                         {"axisLabel", {{"lineHeight", 18}}}}},
                       {"series", {cells(contests, labels)}}});
  chart.table = table_of(contests, labels);
  return chart;
}

}  // namespace

Entry scenarios_chart() {
  return {.id = "scenarios",
          .title = "Who is better in which scenario",
          .question = "Which target wins each scenario, by how much, and where is there no winner?",
          .how_to_read =
              "A row is a scenario with the figure that decides it, a column a target. Green with "
              "a tick is better than every other target, with certainty, and says by how much "
              "against the next best. Where nobody wins, the cells say why: they are the same, or "
              "it cannot be told.",
          .needs = Needs::kScenarios,
          .level = Level::kSimple,
          .make = make};
}

}  // namespace tt::chart
