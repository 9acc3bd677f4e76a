#include "app/contest_view.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/answer_view.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::Contest;
using analysis::ContestFigure;
using analysis::Unit;
using analysis::Verdict;
using Lines = std::vector<Line>;

constexpr const char* kNone = "–";

bool is_share(const ContestFigure& f) { return metric(f.figure.metric).unit == Unit::kShare; }

}  // namespace

std::string value_text(const ContestFigure& f, const std::optional<double>& value) {
  if (!value) return kNone;
  return is_share(f) ? fmt::format("{:.2f}", *value * 100) : format_number(*value);
}

std::string figure_text(const analysis::Figure& figure) {
  const auto title = analysis::figure_title(figure);
  const auto unit = analysis::unit_name(analysis::metric(figure.metric).unit);
  return title.ends_with(unit) ? title : fmt::format("{}, {}", title, unit);
}

namespace {

Line verdict_cell(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return Line("better", Style::kGood);
    case Verdict::kWorse:
      return Line("worse", Style::kBad);
    case Verdict::kSame:
      return Line("same", Style::kDim);
    case Verdict::kCannotTell:
      return Line("cannot tell", Style::kDim);
  }
  return {};
}

// "+8.90 (+19.7%)"; points for shares.
std::string difference_text(const ContestFigure& f, std::size_t side, std::size_t baseline) {
  const auto& c = f.against[side];
  if (!c.difference || !f.values[side] || !f.values[baseline]) return kNone;
  if (is_share(f)) return fmt::format("{:+.2f} points", *c.difference * 100);
  const std::string sign = *c.difference < 0 ? "-" : "+";
  std::string text = sign + format_number(std::abs(*c.difference));
  if (c.ratio) text += fmt::format(" ({:+.1f}%)", (*c.ratio - 1) * 100);
  return text;
}

std::string interval_text(const ContestFigure& f, std::size_t side, std::size_t baseline) {
  const auto& c = f.against[side];
  if (!c.interval || !f.values[side] || !f.values[baseline]) return kNone;
  const auto percent = [&](double bound) { return is_share(f) ? bound * 100 : (bound - 1) * 100; };
  return fmt::format("{:+.1f} to {:+.1f}{}", percent(c.interval->low), percent(c.interval->high),
                     is_share(f) ? "" : "%");
}

Line winner_cell(const Contest& contest, const ContestFigure& f) {
  if (!f.not_comparable.empty()) return Line("not comparable", Style::kWarn);
  if (f.winner.target) return Line(contest.sides[*f.winner.target].label, Style::kGood);
  return Line(f.winner.tie ? "tie" : kNone, Style::kDim);
}

Lines figure_lines(const Contest& contest, std::size_t width) {
  const bool several = contest.sides.size() > 2;
  std::vector<TableColumn> columns = {{.title = "figure", .shrink_to = 15}};
  columns.push_back({.title = contest.sides[contest.baseline].label, .align = Align::kRight});
  if (several) columns.push_back({.title = "against it", .shrink_to = 8});
  const auto other = static_cast<std::size_t>(contest.baseline == 0 ? 1 : 0);
  columns.push_back(
      {.title = several ? "its value" : contest.sides[other].label, .align = Align::kRight});
  columns.push_back({.title = "difference", .align = Align::kRight, .optional = 1});
  columns.push_back({.title = "95% interval", .align = Align::kRight});
  columns.push_back({.title = "verdict"});
  columns.push_back({.title = "best", .shrink_to = 8, .optional = 2});
  Table table(std::move(columns));
  for (const ContestFigure& f : contest.figures) {
    bool first = true;
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      if (i == contest.baseline) continue;
      std::vector<Line> row = {first ? Line(figure_text(f.figure)) : Line(),
                               first ? Line(value_text(f, f.values[contest.baseline])) : Line()};
      if (several) row.emplace_back(contest.sides[i].label);
      row.emplace_back(value_text(f, f.values[i]));
      row.emplace_back(difference_text(f, i, contest.baseline));
      row.emplace_back(interval_text(f, i, contest.baseline));
      row.push_back(verdict_cell(f.against[i].verdict));
      row.push_back(first ? winner_cell(contest, f) : Line());
      table.row(std::move(row));
      first = false;
    }
  }
  return table.render(width);
}

// Why a figure says nothing, alike reasons once; and by whose definition it is.
Lines remark_lines(const Contest& contest, std::size_t width) {
  Lines lines;
  std::vector<std::pair<std::string, std::vector<std::string>>> whys;
  for (const ContestFigure& f : contest.figures) {
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      const auto& why = f.against[i].why;
      if (i == contest.baseline || why.empty()) continue;
      auto found = std::ranges::find(whys, why, &decltype(whys)::value_type::first);
      if (found == whys.end()) found = whys.insert(whys.end(), {why, {}});
      const std::string title = analysis::figure_title(f.figure);
      if (std::ranges::find(found->second, title) == found->second.end()) {
        found->second.push_back(title);
      }
    }
  }
  for (const auto& [why, titles] : whys) {
    append(lines, hanging(Line("  cannot tell ", Style::kDim),
                          fmt::format("{}: {}", fmt::join(titles, ", "), why), width));
  }
  std::vector<analysis::MetricId> told;
  for (const ContestFigure& f : contest.figures) {
    if (std::ranges::find(told, f.figure.metric) != told.end()) continue;
    told.push_back(f.figure.metric);
    for (const auto& definition : f.definition) {
      append(lines,
             hanging(Line("  defined by  ", Style::kDim),
                     fmt::format("{} of {}", analysis::metric(f.figure.metric).title, definition),
                     width));
    }
  }
  return lines;
}

Lines side_lines(const Contest& contest) {
  Lines lines;
  for (std::size_t i = 0; i < contest.sides.size(); ++i) {
    const auto& side = contest.sides[i];
    Line line(i == contest.baseline ? "baseline  " : "against   ", Style::kDim);
    line.add(side.label, Style::kStrong);
    if (side.label != side.run_id) line.add("  " + side.run_id, Style::kDim);
    if (side.label == side.run_id) line.add("  " + side.target, Style::kDim);
    if (!side.tool.empty()) line.add("  measured by " + side.tool, Style::kDim);
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines verdict_lines(const Contest& contest, std::size_t width) {
  Lines lines = hanging({}, contest.answer.headline, width,
                        contest.comparable ? Style::kStrong : Style::kBad);
  for (const auto& reason : contest.reasons) append(lines, hanging(Line("  - "), reason, width));
  return lines;
}

Lines gate_lines(const Contest& contest, std::size_t width) {
  Lines lines;
  if (contest.comparable && contest.regressions.empty()) {
    lines.emplace_back("No regression against the baseline in these figures.", Style::kGood);
  }
  for (const auto& r : contest.regressions) {
    const auto f = std::ranges::find(contest.figures, r.figure, &ContestFigure::figure);
    append(lines, hanging(Line("Regression: ", Style::kBad),
                          fmt::format("{} of {}: {}", analysis::figure_title(r.figure),
                                      contest.sides[r.side].label,
                                      difference_text(*f, r.side, contest.baseline)),
                          width));
  }
  return lines;
}

Lines score_lines(const Contest& contest, std::size_t width) {
  const auto& scores = contest.scores;
  Lines lines = {heading_line("Scores of 100", "no verdict rests on them")};
  Table table({{.title = "side", .shrink_to = 8},
               {.title = "latency", .align = Align::kRight},
               {.title = "throughput", .align = Align::kRight},
               {.title = "reliability", .align = Align::kRight},
               {.title = "score", .align = Align::kRight}});
  const auto cell = [](const std::optional<double>& value) {
    return Line(value ? fmt::format("{:.1f}", *value) : "unknown");
  };
  for (std::size_t i = 0; i < scores.sides.size(); ++i) {
    const auto& s = scores.sides[i];
    table.row({contest.sides[i].label, cell(s.latency), cell(s.throughput), cell(s.reliability),
               cell(s.total)});
  }
  append(lines, table.render(width));
  append(lines, hanging(Line("  "),
                        fmt::format("weights: latency {:g}, throughput {:g}, reliability {:g}",
                                    scores.weights.latency, scores.weights.throughput,
                                    scores.weights.reliability),
                        width, Style::kDim));
  return lines;
}

std::string p_text(double p) { return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p); }

void add_test(Table& table, std::string_view of, const analysis::TestLine& t) {
  table.row({of, t.method, t.asks, format_number(t.statistic),
             fmt::format("{}, {}", format_count(t.a_n), format_count(t.b_n)), p_text(t.p_value),
             p_text(t.adjusted_p)});
}

Lines effect_lines(const analysis::MetricTests& m, std::size_t width) {
  std::string text = fmt::format("{}.", m.chosen);
  if (m.effect) text += fmt::format(" Cohen's d {:+.2f}.", m.effect->cohens_d);
  if (m.cliffs_delta) text += fmt::format(" Cliff's delta {:+.3f}.", *m.cliffs_delta);
  if (m.shift) {
    text += fmt::format(" Shift {:+.4g} ms (Hodges-Lehmann)", m.shift->value);
    if (m.shift->interval) {
      text +=
          fmt::format(", 95% {:+.4g} to {:+.4g}", m.shift->interval->low, m.shift->interval->high);
    }
    text += ".";
  }
  std::vector<std::string> points;
  for (const auto& p : m.shift_curve) {
    const bool wanted = p.share == 0.1 || p.share == 0.5 || p.share == 0.9 || p.share == 0.99;
    if (!wanted || !p.difference) continue;
    points.push_back(fmt::format("p{:g} {:+.4g} ({:+.4g} to {:+.4g})", p.share * 100,
                                 p.difference->value, p.difference->interval.low,
                                 p.difference->interval.high));
  }
  if (!points.empty()) {
    text += fmt::format(" Shift at each part, by blocks: {} ms.", fmt::join(points, ", "));
  }
  return hanging(Line(fmt::format("  {}  ", analysis::metric(m.metric).title)), text, width);
}

Lines test_lines(const Contest& contest, std::size_t width) {
  Lines lines;
  for (const auto& pair : contest.tests) {
    lines.emplace_back();
    lines.push_back(heading_line(fmt::format("Tests of {} against {}", contest.sides[pair.a].label,
                                             contest.sides[pair.b].label),
                                 pair.matched ? "the same prompts, so pairs too" : ""));
    Table table({{.title = "of"},
                 {.title = "test", .shrink_to = 10},
                 {.title = "asks whether", .shrink_to = 12, .optional = 1},
                 {.title = "statistic", .align = Align::kRight, .optional = 2},
                 {.title = "n", .align = Align::kRight},
                 {.title = "p", .align = Align::kRight},
                 {.title = "p adjusted", .align = Align::kRight}});
    for (const auto& m : pair.metrics) {
      for (const auto& t : m.tests) add_test(table, analysis::metric(m.metric).title, t);
    }
    if (pair.success) add_test(table, "success", *pair.success);
    append(lines, table.render(width));
    for (const auto& m : pair.metrics) append(lines, effect_lines(m, width));
  }
  if (!contest.tests.empty()) {
    append(lines, hanging(Line("  "), analysis::kTestsCaveat, width, Style::kWarn));
  }
  return lines;
}

}  // namespace

Lines contest_lines(const Contest& contest, std::size_t width, bool gate) {
  Lines lines = side_lines(contest);
  lines.emplace_back();
  append(lines, verdict_lines(contest, width));
  if (gate) append(lines, gate_lines(contest, width));
  lines.emplace_back();
  append(lines, figure_lines(contest, width));
  append(lines, remark_lines(contest, width));
  lines.emplace_back();
  append(lines, score_lines(contest, width));
  append(lines, test_lines(contest, width));
  lines.emplace_back();
  const bool warned = worst(contest.checks) != analysis::Level::kPass;
  lines.push_back(heading_line("Can they be compared?", !contest.comparable ? "no: a check failed"
                                                        : warned ? "yes, with the warnings below"
                                                                 : "yes"));
  append(lines, check_lines(contest.checks, {}, width));
  return lines;
}

}  // namespace tt::app
