#include "app/figure_tables.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/table.h"
#include "base/scale.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::Figure;
using analysis::MetricId;
using analysis::RunSummary;
using Lines = std::vector<Line>;

constexpr std::size_t kRoomForP95 = 104;
constexpr std::size_t kNameWidth = 12;  // longer ones may be cut

// What a table gives up, one after the other, until it fits.
enum class Detail : std::uint8_t { kAll, kIntervalOfTheMedian, kNoIntervals };
constexpr std::array kDetails = {Detail::kAll, Detail::kIntervalOfTheMedian, Detail::kNoIntervals};

// A figure of every target, as cells of one column.
struct Values {
  Figure figure;
  std::vector<std::optional<double>> value;
  std::vector<std::optional<stats::Interval>> interval;
};

Values quantile_values(const RunSummary& s, MetricId metric, double quantile) {
  Values values{.figure = {metric, quantile}, .value = {}, .interval = {}};
  for (const auto& target : s.targets) {
    const auto* distribution = target.distribution(metric);
    const auto* figure = distribution == nullptr ? nullptr : distribution->at(quantile);
    values.value.push_back(figure == nullptr ? std::nullopt : std::optional(figure->value));
    values.interval.push_back(figure == nullptr ? std::nullopt : figure->interval);
  }
  return values;
}

Values rate_values(const RunSummary& s, MetricId metric) {
  Values values{.figure = {.metric = metric}, .value = {}, .interval = {}};
  for (const auto& target : s.targets) {
    const auto* rate = target.rate(metric);
    values.value.push_back(rate == nullptr ? std::nullopt : rate->value);
    values.interval.push_back(rate == nullptr ? std::nullopt : rate->interval);
  }
  return values;
}

// Nobody wins anything in a run that is not valid.
bool has_winners(const RunSummary& s) { return s.targets.size() > 1 && s.valid(); }

const analysis::Winner* winner_of(const RunSummary& s, const Figure& figure) {
  if (!has_winners(s)) return nullptr;
  const auto found = std::ranges::find(s.winners, figure, &analysis::Winner::figure);
  return found == s.winners.end() ? nullptr : &*found;
}

std::vector<double> known(const Values& values) {
  std::vector<double> all;
  for (const auto& value : values.value) {
    if (value) all.push_back(*value);
  }
  return all;
}

// "45.2 (44.1–46.3)", values flush right, intervals flush left: cells of one width.
std::vector<Line> cells(const RunSummary& s, const Values& values, const Scale& scale) {
  std::vector<std::string> numbers;
  std::vector<std::string> intervals;
  std::size_t number_width = 0;
  std::size_t interval_width = 0;
  for (std::size_t i = 0; i < values.value.size(); ++i) {
    const auto& interval = values.interval[i];
    numbers.push_back(values.value[i] ? scale.text(*values.value[i]) : "–");
    intervals.push_back(
        interval ? fmt::format("({}–{})", scale.text(interval->low), scale.text(interval->high))
                 : "");
    number_width = std::max(number_width, display_width(numbers[i]));
    interval_width = std::max(interval_width, display_width(intervals[i]));
  }
  const auto* winner = winner_of(s, values.figure);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool wins = winner != nullptr && winner->target == i;
    Line line;
    line.to_column(number_width - display_width(numbers[i]));
    line.add(numbers[i], wins ? Style::kGood : Style::kPlain);
    if (interval_width > 0) {
      line.add(" ").add(intervals[i], Style::kDim);
      line.to_column(number_width + 1 + interval_width);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// How the winner stands to the best of the others: "0.57x".
std::string lead_text(const Values& values, std::size_t winner) {
  const bool lower = analysis::metric(values.figure.metric).better == analysis::Better::kLower;
  std::optional<double> next;
  for (std::size_t i = 0; i < values.value.size(); ++i) {
    const auto& value = values.value[i];
    if (i == winner || !value) continue;
    if (!next || (lower ? *value < *next : *value > *next)) next = value;
  }
  if (!next || *next == 0 || !values.value[winner]) return "";
  return fmt::format(" {:.2f}x", *values.value[winner] / *next);
}

// The cell of the winners' row; empty where this figure is not compared.
Line winner_cell(const RunSummary& s, const Values& values, std::size_t room) {
  const auto* winner = winner_of(s, values.figure);
  if (winner == nullptr) return {};
  if (!winner->target) return Line(winner->tie ? "same" : "cannot tell", Style::kDim);
  const std::string lead = lead_text(values, *winner->target);
  const std::string& name = s.targets[*winner->target].target.name;
  const std::size_t left = room > lead.size() ? room - lead.size() : 0;
  return Line(fit_middle(name, std::max<std::size_t>(left, 6)), Style::kGood)
      .add(lead, Style::kDim);
}

std::string percent_text(const analysis::TargetSummary& target) {
  const auto* rate = target.rate(MetricId::kSuccessRate);
  if (rate == nullptr || !rate->value) return "–";
  return analysis::format_value(analysis::metric(MetricId::kSuccessRate), *rate->value);
}

// --- Latencies

struct Group {
  MetricId metric;
  std::string_view label;
  std::string_view second_label;
};

std::vector<Group> latency_groups(const RunSummary& s) {
  std::vector<Group> groups;
  const auto add = [&](Group group) { groups.push_back(group); };
  const bool open = s.answer.primary.metric == MetricId::kE2ePlan;
  add({MetricId::kTtft, "TTFT", ""});
  if (open) add({MetricId::kTtftPlan, "TTFT", "from plan"});
  add({MetricId::kTpot, "TPOT", ""});
  add({MetricId::kItl, "ITL", ""});
  add({MetricId::kE2e, "E2E", ""});
  if (open) add({MetricId::kE2ePlan, "E2E", "from plan"});
  return groups;
}

// A latency's rows: one a target, then who wins.
void add_group(Table& table, const RunSummary& s, const Group& group,
               const std::vector<double>& quantiles, Detail detail, std::size_t room) {
  std::vector<Values> columns;
  std::vector<double> all;
  for (const double quantile : quantiles) {
    columns.push_back(quantile_values(s, group.metric, quantile));
    for (const double value : known(columns.back())) all.push_back(value);
  }
  for (auto& values : columns) {
    const bool shown = detail == Detail::kAll ||
                       (detail == Detail::kIntervalOfTheMedian && values.figure.quantile == 0.5);
    if (!shown) values.interval.assign(values.interval.size(), std::nullopt);
  }
  Scale scale = scale_millis(all);
  std::vector<std::vector<Line>> cell_columns;
  for (;;) {
    cell_columns.clear();
    for (const auto& values : columns) cell_columns.push_back(cells(s, values, scale));
    const bool fits = std::ranges::all_of(
        cell_columns, [&](const auto& column) { return column.front().width() <= room; });
    if (fits || scale.coarsest()) break;
    scale = scale.coarser();
  }

  const std::size_t rows =
      std::max<std::size_t>(s.targets.size(), group.second_label.empty() ? 1 : 2);
  const auto label_of = [&](std::size_t row) {
    if (row == 0) return Line(fmt::format("{}, {}", group.label, scale.unit), Style::kStrong);
    return row == 1 ? Line(group.second_label, Style::kStrong) : Line();
  };
  const bool compared = has_winners(s);
  for (std::size_t t = 0; t < rows + (compared ? 1 : 0); ++t) {
    std::vector<Line> row = {label_of(t)};
    if (t < s.targets.size()) {
      row.emplace_back(s.targets[t].target.name);
      for (const auto& column : cell_columns) row.push_back(column[t]);
    } else if (compared && t == rows) {
      row.emplace_back("winner", Style::kDim);
      for (const auto& values : columns) row.push_back(winner_cell(s, values, 16));
    }
    table.row(std::move(row));
  }
}

// The columns that one quantile's cells may take beside labels and names.
std::size_t room_for_cells(const RunSummary& s, std::size_t width, std::size_t quantiles) {
  std::size_t labels = 0;
  for (const auto& group : latency_groups(s)) {
    labels = std::max({labels, group.label.size() + 4, group.second_label.size()});
  }
  std::size_t names = 6;
  for (const auto& target : s.targets) {
    names = std::max(names, display_width(target.target.name));
  }
  const std::size_t beside =
      2 + labels + 2 + std::min<std::size_t>(names, kNameWidth) + 2 * quantiles;
  return width > beside ? (width - beside) / quantiles : 0;
}

}  // namespace

Lines throughput_lines(const RunSummary& s, std::size_t width) {
  std::vector<TableColumn> columns = {{.title = "target", .shrink_to = 8},
                                      {.title = "model", .shrink_to = 20, .optional = 2},
                                      {.title = "requests", .align = Align::kRight},
                                      {.title = "success", .align = Align::kRight},
                                      {.title = "output tokens/s", .align = Align::kRight},
                                      {.title = "requests/s", .align = Align::kRight}};
  const Values tokens = rate_values(s, MetricId::kOutputRate);
  const Values requests = rate_values(s, MetricId::kRequestRate);
  const Values goodput = rate_values(s, MetricId::kGoodput);
  const auto token_cells = cells(s, tokens, scale_plain(known(tokens)));
  const auto request_cells = cells(s, requests, scale_plain(known(requests)));
  const auto goodput_cells = cells(s, goodput, scale_plain(known(goodput)));
  // Without objectives there is no goodput.
  if (!known(goodput).empty()) {
    columns.push_back({.title = "goodput/s", .align = Align::kRight, .optional = 1});
  }
  Table table(std::move(columns));
  for (std::size_t t = 0; t < s.targets.size(); ++t) {
    const auto& target = s.targets[t];
    const bool all_well = target.counts.ok == target.counts.planned;
    table.row({target.target.name, Line(target.target.model, Style::kDim),
               format_count(target.counts.planned),
               Line(percent_text(target), all_well ? Style::kPlain : Style::kWarn), token_cells[t],
               request_cells[t], goodput_cells[t]});
  }
  if (has_winners(s)) {
    table.row({Line("winner", Style::kDim),
               {},
               {},
               {},
               winner_cell(s, tokens, 18),
               winner_cell(s, requests, 18),
               winner_cell(s, goodput, 18)});
  }
  Lines lines = {heading_line("Throughput")};
  append(lines, table.render(width));
  return lines;
}

Lines latency_lines(const RunSummary& s, std::size_t width) {
  std::vector<double> quantiles = {0.5, 0.9, 0.99};
  if (width >= kRoomForP95) quantiles = {0.5, 0.9, 0.95, 0.99};
  std::vector<TableColumn> columns = {{.title = ""}, {.title = "target", .shrink_to = 8}};
  for (const double quantile : quantiles) {
    columns.push_back({.title = fmt::format("p{:g}", quantile * 100), .align = Align::kRight});
  }
  Lines lines = {heading_line(
      "Latency", has_winners(s) ? "95% intervals in brackets; winner: its ratio to the next best"
                                : "95% intervals in brackets")};
  const std::size_t room = room_for_cells(s, width, quantiles.size());
  Lines rows;
  for (const Detail detail : kDetails) {
    Table table(columns);
    for (const auto& group : latency_groups(s)) add_group(table, s, group, quantiles, detail, room);
    rows = table.render(width);
    if (std::ranges::all_of(rows, [&](const Line& row) { return row.width() <= width; })) break;
  }
  append(lines, std::move(rows));
  return lines;
}

}  // namespace tt::app
