// What goes with what: the rank correlations of a request's figures, a matrix a target.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/token_effects.h"
#include "chart/charts.h"
#include "chart/multiples.h"
#include "chart/option.h"
#include "stats/adjust.h"

namespace tt::chart {
namespace {

using analysis::Quantity;
using stats::Correlation;

constexpr double kAlpha = 0.05;
// A coefficient from here on is set in bold.
constexpr double kStrong = 0.7;

struct Pair {
  Quantity row = Quantity::kTtft;  // the later of both
  Quantity column = Quantity::kInputTokens;
  std::optional<Correlation> spearman;
  std::optional<Correlation> pearson;
  double p = 1;  // of Spearman's, adjusted for the number of a target's pairs

  bool certain() const { return spearman && p < kAlpha; }
};

struct Side {
  std::size_t target = 0;
  std::uint64_t n = 0;
  std::vector<Pair> pairs;
};

Side side_of(const analysis::Slice& slice, std::size_t target) {
  const auto found = analysis::correlations(slice);
  Side side{.target = target, .n = found.n, .pairs = {}};
  std::vector<double> p_values;
  for (std::size_t i = 0; i < found.quantities.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      side.pairs.push_back({found.quantities[i], found.quantities[j], found.spearman.at(i, j),
                            found.pearson.at(i, j)});
      if (side.pairs.back().spearman) p_values.push_back(side.pairs.back().spearman->p_value);
    }
  }
  const auto adjusted = stats::holm_adjust(p_values);
  auto next = adjusted.begin();
  for (Pair& pair : side.pairs) {
    if (pair.spearman) pair.p = *next++;
  }
  return side;
}

std::vector<Side> sides_of(const RunView& view) {
  std::vector<Side> sides;
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    Side side = side_of(view.slices[t], t);
    if (std::ranges::any_of(side.pairs, [](const Pair& p) { return p.spearman.has_value(); })) {
      sides.push_back(std::move(side));
    }
  }
  return sides;
}

// Those that any target has, in their order.
std::vector<Quantity> quantities_of(const std::vector<Side>& sides) {
  std::vector<Quantity> all;
  for (const auto& side : sides) {
    for (const auto& pair : side.pairs) {
      all.push_back(pair.row);
      all.push_back(pair.column);
    }
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

std::string name_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::kInputTokens:
      return "input tokens";
    case Quantity::kOutputTokens:
      return "output tokens";
    case Quantity::kConcurrency:
      return "in flight";
    case Quantity::kRequestRate:
      return "tokens/s";
    case Quantity::kSentAt:
      return "time of sending";
    default:
      return std::string(analysis::quantity_title(quantity));
  }
}

// "−.87", "+1": short enough for a small cell.
std::string coefficient(double r) {
  const int hundredths = static_cast<int>(std::lround(100 * std::fabs(r)));
  const char* sign = r < 0 ? "−" : "+";
  if (hundredths == 0) return "0";
  return hundredths == 100 ? fmt::format("{}1", sign) : fmt::format("{}.{:02}", sign, hundredths);
}

std::string ground(double r) {
  return fmt::format("@{}/{:.2f}", r < 0 ? "amber" : "blue", 0.06 + 0.44 * std::fabs(r));
}

Json cells(const Side& side, const std::vector<Quantity>& quantities, bool certain,
           const std::string& name) {
  Json rows = Json::array();
  Json texts = Json::array();
  Json inks = Json::array();
  Json strong = Json::array();
  const auto place = [&](Quantity q) {
    return std::ranges::find(quantities, q) - quantities.begin();
  };
  for (const Pair& pair : side.pairs) {
    if (pair.certain() != certain) continue;
    const double r = pair.spearman ? pair.spearman->r : 0;
    rows.push_back({place(pair.column), place(pair.row) - 1});
    texts.push_back(pair.spearman ? coefficient(r) : "–");
    inks.push_back(certain ? ground(r) : "@minor");
    strong.push_back(certain && std::fabs(r) >= kStrong);
  }
  const Look look{.colour = "blue", .dash = "solid", .symbol = "rect"};
  return shape_series(name, "cell",
                      {{"texts", texts},
                       {"colors", inks},
                       {"strong", strong},
                       {"gap", 3},
                       {"fill", certain ? "@text" : "@faint"}},
                      std::move(rows), look);
}

bool is_latency(Quantity q) {
  return q == Quantity::kTtft || q == Quantity::kTpot || q == Quantity::kE2e;
}

// Of a latency with what it may come from: that it goes with its own parts, or with a rate made of
// it, is no finding.
const Pair* strongest(const Side& side) {
  const Pair* best = nullptr;
  for (const Pair& pair : side.pairs) {
    const bool rate = pair.row == Quantity::kRequestRate || pair.column == Quantity::kRequestRate;
    if (!pair.certain() || rate || is_latency(pair.row) == is_latency(pair.column)) continue;
    if (best == nullptr || std::fabs(pair.spearman->r) > std::fabs(best->spearman->r)) best = &pair;
  }
  return best;
}

std::string finding(const RunView& view, const std::vector<Side>& sides) {
  std::vector<std::string> texts;
  for (const auto& side : sides) {
    const auto name = short_name(view.run.targets[side.target].name, 28);
    const Pair* best = strongest(side);
    if (best == nullptr) {
      texts.push_back(fmt::format("{} nothing for certain", name));
      continue;
    }
    const bool first = is_latency(best->row);
    texts.push_back(
        fmt::format("{} {} with {} ({})", name, name_of(first ? best->row : best->column),
                    name_of(first ? best->column : best->row), coefficient(best->spearman->r)));
  }
  return fmt::format(
      "Latency goes most with: {}. Blue: rise together; amber: one falls; grey: not certain.",
      list_text(texts, 3));
}

Table table_of(const RunView& view, const std::vector<Side>& sides) {
  Table table{.columns = {"target", "figure", "with", "n", "Spearman", "95% from", "95% to",
                          "p (Holm)", "Pearson"},
              .rows = {}};
  for (const auto& side : sides) {
    for (const Pair& pair : side.pairs) {
      if (!pair.spearman) continue;
      table.rows.push_back({view.run.targets[side.target].name, name_of(pair.column),
                            name_of(pair.row), static_cast<double>(side.n), pair.spearman->r,
                            pair.spearman->interval.low, pair.spearman->interval.high, pair.p,
                            pair.pearson ? Cell(pair.pearson->r) : Cell()});
    }
  }
  return table;
}

// Rows are named at each panel; columns by the rows' numbers where panels are narrow.
void add_axes(Multiples& grid, const std::vector<Quantity>& quantities) {
  const bool narrow = grid.panels.size() > 1;
  Json rows = Json::array();
  Json columns = Json::array();
  for (std::size_t i = 0; i < quantities.size(); ++i) {
    const auto name = name_of(quantities[i]);
    const auto number = std::to_string(i + 1);
    if (i > 0) rows.push_back(narrow ? number + " " + name : name);
    if (i + 1 == quantities.size()) continue;
    columns.push_back(!narrow ? name : i == 0 ? "1" : number);
  }
  for (std::size_t panel = 0; panel < grid.panels.size(); ++panel) {
    grid.x[panel]["data"] = columns;
    grid.y[panel]["data"] = rows;
    grid.y[panel]["axisLabel"]["show"] = true;
    grid.x[panel]["axisLabel"]["show"] = true;
    grid.panels[panel].axis = true;
  }
}

Chart make(const Input& input) {
  const RunView& view = *input.run;
  const auto sides = sides_of(view);
  std::vector<std::uint64_t> n;
  for (const auto& side : sides) n.push_back(side.n);
  Chart chart;
  chart.source = source_text(view, n, {}) +
                 " · Spearman's rank correlation; certain: p < 0.05, adjusted for the number of a "
                 "target's pairs (Holm); neighbouring requests are taken for independent";
  if (sides.empty()) {
    chart.empty = nothing_text(view, "figure that varies beside another");
    return chart;
  }
  const auto quantities = quantities_of(sides);
  std::vector<std::size_t> targets;
  for (const auto& side : sides) targets.push_back(side.target);
  const Json x = {
      {"type", "category"}, {"axisLine", {{"show", false}}}, {"axisLabel", {{"interval", 0}}}};
  const Json y = {{"type", "category"}, {"inverse", true}, {"axisLabel", {{"interval", 0}}}};
  Multiples grid = multiples(view, targets, x, y);
  add_axes(grid, quantities);
  Json series = Json::array();
  for (std::size_t panel = 0; panel < grid.targets.size(); ++panel) {
    const auto& name = view.run.targets[sides[panel].target].name;
    for (const bool certain : {true, false}) {
      series.push_back(in_panel(cells(sides[panel], quantities, certain, name), panel));
    }
  }
  chart.panels = grid.panels;
  chart.columns = grid.columns;
  chart.subtitle = finding(view, sides);
  if (grid.panels.size() > 1) {
    chart.subtitle += fmt::format(" Column 1: {}.", name_of(quantities.front()));
  }
  chart.subtitle += left_out_text(grid);
  chart.alt = fmt::format("Correlations between the figures of requests, a matrix a target. {}",
                          chart.subtitle);
  chart.option = dump({{"xAxis", grid.x}, {"yAxis", grid.y}, {"series", series}});
  chart.table = table_of(view, sides);
  return chart;
}

}  // namespace

Entry correlations_chart() {
  return {.id = "correlations",
          .title = "What goes with what",
          .question = "Which figures of a request rise and fall together?",
          .how_to_read =
              "A cell is a row's figure with a column's: +1 where both always rise together, −1 "
              "where one falls as the other rises, 0 where neither tells of the other. Grey cells "
              "are not certain. Look for what latency goes with: input tokens, load, or the time "
              "of sending, which means that something drifts. Going together is no cause yet.",
          .needs = Needs::kRun,
          .level = Level::kTechnical,
          .make = make,
          .offered = [](const Input& input) { return !sides_of(*input.run).empty(); }};
}

}  // namespace tt::chart
