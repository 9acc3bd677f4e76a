// The sections of several runs over time: what rises, what falls, and where it would lead.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::TrendLine;
using analysis::TrendVerdict;

// "2026-01-31 12:00": of runs, seconds do not matter.
std::string minute_text(Nanos instant) {
  auto text = format_utc(instant).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::string name_of(const analysis::TrendReport& report, const TrendLine& line) {
  const bool several = std::ranges::any_of(
      report.lines, [&](const TrendLine& other) { return other.target != line.target; });
  const auto title = analysis::figure_title(line.figure);
  return several ? fmt::format("{} of {}", title, line.target) : title;
}

// "+12.3%", "-0.52 points"; what rounds to nothing has no sign.
std::string signed_text(double value, int decimals) {
  auto text = fmt::format("{:+.{}f}", value, decimals);
  if (text.find_first_not_of("+-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

bool is_share(const TrendLine& line) {
  return analysis::metric(line.figure.metric).unit == analysis::Unit::kShare;
}

std::string change_text(const TrendLine& line) {
  if (!line.change) return "–";
  return is_share(line) ? signed_text(*line.change * 100, 2) + " points"
                        : signed_text(*line.change * 100, 1) + "%";
}

std::string change_interval_text(const TrendLine& line) {
  if (!line.change_interval) return "–";
  return fmt::format("{} to {}{}", signed_text(line.change_interval->low * 100, 1),
                     signed_text(line.change_interval->high * 100, 1), is_share(line) ? "" : "%");
}

std::vector<std::string> names_with(const analysis::TrendReport& report, TrendVerdict verdict) {
  std::vector<std::string> names;
  for (const auto& line : report.lines) {
    if (line.verdict == verdict) names.push_back(name_of(report, line));
  }
  return names;
}

Callout headline_of(const analysis::TrendReport& report) {
  const auto worse = names_with(report, TrendVerdict::kWorse);
  const auto better = names_with(report, TrendVerdict::kBetter);
  const auto open = names_with(report, TrendVerdict::kCannotTell);
  const auto runs = report.run_ids.size();
  if (runs < analysis::kFewestTrendRuns) {
    return {
        Tone::kWarn,
        fmt::format("Whether there is a trend cannot be told from {}", count_of(runs, "run")),
        plain(fmt::format("It takes {} runs or more of one plan.", analysis::kFewestTrendRuns))};
  }
  if (!worse.empty()) {
    return {Tone::kBad,
            fmt::format("{} get{} worse from run to run", list_text(worse),
                        worse.size() == 1 ? "s" : ""),
            {}};
  }
  if (!better.empty()) {
    return {Tone::kGood,
            fmt::format("{} get{} better from run to run, and nothing gets worse for certain",
                        list_text(better), better.size() == 1 ? "s" : ""),
            {}};
  }
  if (!open.empty()) {
    return {Tone::kWarn,
            fmt::format("No trend is certain in {}; of {} it cannot be told", count_of(runs, "run"),
                        open.size() == report.lines.size() ? std::string("any figure")
                                                           : count_of(open.size(), "figure")),
            {}};
  }
  return {Tone::kGood, fmt::format("Every figure is steady over {}", count_of(runs, "run")), {}};
}

// What stands out, a sentence a figure.
std::string sentence_of(const analysis::TrendReport& report, const TrendLine& line) {
  std::string text =
      fmt::format("{} {} by {} from {} to {} (95% {})", name_of(report, line),
                  *line.change < 0 ? "fell" : "rose", change_text(line).substr(1),
                  minute_text(report.first), minute_text(report.last), change_interval_text(line));
  if (line.projection) {
    text += fmt::format("; if it goes on so, a run of {} would show {} ({} to {})",
                        minute_text(line.projection->at),
                        value_text(line.figure, line.projection->value),
                        value_text(line.figure, line.projection->interval.low),
                        value_text(line.figure, line.projection->interval.high));
  }
  if (line.crosses) {
    text += fmt::format(", and {} would be missed from about {} on", line.slo->text,
                        minute_text(*line.crosses));
  }
  return text + ".";
}

// One figure's values, all with as many decimals; the unit stands in the figure's name.
struct TrendCells {
  std::string title;
  Cell first;
  Cell last;
  std::string expected = "–";
};

TrendCells cells_of(const analysis::TrendReport& report, const TrendLine& line) {
  std::vector<analysis::Measured> all = {{line.points.front().value, {}},
                                         {line.points.back().value, {}}};
  if (const auto& p = line.projection) {
    for (const double value : {p->value, p->interval.low, p->interval.high}) {
      all.push_back({value, {}});
    }
  }
  const FigureColumn column = figure_column(line.figure, all, false);
  // "TTFT p50 (ms)", with the target's name where there are several.
  TrendCells cells{.title = column.column.title, .first = column.cells[0], .last = column.cells[1]};
  if (const auto name = name_of(report, line); name != analysis::figure_title(line.figure)) {
    cells.title += fmt::format(" of {}", line.target);
  }
  if (line.projection) {
    cells.expected = fmt::format("{} ({} to {})", column.cells[2].text, column.cells[3].text,
                                 column.cells[4].text);
  }
  return cells;
}

Table trend_table(const analysis::TrendReport& report) {
  Table table{.title = {},
              .columns = {{"figure"},
                          {"first", Align::kRight},
                          {"last", Align::kRight},
                          {"change over all", Align::kRight},
                          {"95% interval", Align::kRight},
                          {"trend"},
                          {"expected next", Align::kRight}},
              .rows = {},
              .note = {}};
  for (const auto& line : report.lines) {
    auto cells = cells_of(report, line);
    std::string verdict(analysis::trend_verdict_name(line.verdict));
    std::ranges::replace(verdict, '_', ' ');
    const Tone tone = line.verdict == TrendVerdict::kBetter  ? Tone::kGood
                      : line.verdict == TrendVerdict::kWorse ? Tone::kBad
                                                             : Tone::kQuiet;
    table.rows.push_back({text_cell(std::move(cells.title)),
                          std::move(cells.first),
                          std::move(cells.last),
                          {.text = change_text(line), .number = line.change},
                          text_cell(change_interval_text(line)),
                          text_cell(verdict, tone),
                          text_cell(std::move(cells.expected))});
  }
  table.note = fmt::format(
      "Change: along the straight line through the figure's logarithm (shares as they are), from "
      "the "
      "first run to the last; intervals by how the runs scatter about it (Student). A change under "
      "{:g}% does not matter here; verdicts allow for the number of figures (Holm). Expected next: "
      "of a run half as long again after the last, if it goes on so.",
      analysis::kSmallestEffect * 100);
  return table;
}

constexpr std::size_t kMostApart = 4;

// A jump is no trend, but nobody should miss it.
std::optional<Callout> last_run_apart(const analysis::TrendReport& report) {
  std::vector<const TrendLine*> apart;
  for (const auto& line : report.lines) {
    if (line.apart) apart.push_back(&line);
  }
  if (apart.empty()) return std::nullopt;
  std::ranges::stable_sort(apart, std::greater{},
                           [](const TrendLine* line) { return std::abs(line->apart->change); });
  std::vector<std::string> parts;
  for (const auto* line : apart | std::views::take(kMostApart)) {
    const auto& before = line->apart->before;
    parts.push_back(fmt::format("{} {} (before {} to {})", name_of(report, *line),
                                value_text(line->figure, line->points.back().value),
                                value_text(line->figure, before.low),
                                value_text(line->figure, before.high)));
  }
  if (apart.size() > kMostApart) {
    parts.push_back(count_of(apart.size() - kMostApart, "other figure"));
  }
  return Callout{
      Tone::kWarn,
      fmt::format("The last run is not like the {} before it", report.run_ids.size() - 1),
      plain(fmt::format("{}. One run is no trend: another will tell whether it stays so, and a "
                        "comparison with the run before what changed.",
                        list_text(parts)))};
}

}  // namespace

std::vector<Block> trend_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.trend == nullptr) return {};
  const auto& report = *s.trend;
  std::vector<Block> blocks;
  blocks.emplace_back(headline_of(report));
  Bullets bullets;
  for (const auto& line : report.lines) {
    const bool certain =
        line.verdict == TrendVerdict::kWorse || line.verdict == TrendVerdict::kBetter;
    if (certain && line.change) bullets.items.push_back(plain(sentence_of(report, line)));
  }
  if (!bullets.items.empty()) blocks.emplace_back(std::move(bullets));
  if (auto apart = last_run_apart(report)) blocks.emplace_back(std::move(*apart));
  for (const auto& warning : report.warnings)
    blocks.emplace_back(Callout{Tone::kWarn, warning, {}});
  if (!report.lines.empty()) blocks.emplace_back(trend_table(report));
  std::map<std::string, std::vector<std::string>> whys;
  for (const auto& line : report.lines) {
    if (!line.why.empty()) whys[line.why].push_back(name_of(report, line));
  }
  Bullets open;
  for (const auto& [why, names] : whys) {
    open.items.push_back(plain(fmt::format("Cannot tell of {}: {}.", list_text(names), why)));
  }
  if (!open.items.empty()) blocks.emplace_back(std::move(open));
  return blocks;
}

std::vector<Block> trend_runs_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.trend == nullptr || s.trend->lines.empty()) return {};
  const auto& report = *s.trend;
  std::vector<Block> blocks;
  std::vector<std::string> targets;
  for (const auto& line : report.lines) {
    if (std::ranges::find(targets, line.target) == targets.end()) targets.push_back(line.target);
  }
  for (const auto& target : targets) {
    Table table{.title = target, .columns = {{"run"}, {"measured"}}, .rows = {}, .note = {}};
    for (const auto& line : report.lines) {
      if (line.target != target) continue;
      std::vector<analysis::Measured> all;
      for (const auto& point : line.points) all.push_back({point.value, point.interval});
      if (table.rows.empty()) {
        for (const auto& point : line.points) {
          table.rows.push_back({text_cell(point.run_id), text_cell(minute_text(point.started))});
        }
      }
      FigureColumn column = figure_column(line.figure, all, false);
      table.columns.push_back(std::move(column.column));
      for (std::size_t i = 0; i < table.rows.size(); ++i) {
        table.rows[i].push_back(std::move(column.cells[i]));
      }
    }
    blocks.emplace_back(std::move(table));
  }
  return blocks;
}

}  // namespace tt::report
