// The sections of figures, of what failed, and of how it was all come by.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/attainment.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Figure;
using analysis::Level;
using analysis::MetricId;
using analysis::Verdict;

constexpr std::size_t kMostSaid = 240;  // bytes of an engine's message

std::string_view side_word(const ReportSubject& s) { return s.alone() ? "target" : "side"; }

// Sides as rows, figures as columns; a figure that no side has is left out.
Table figure_table(const ReportSubject& s, std::string title, std::span<const Figure> figures) {
  Table table{
      .title = std::move(title), .columns = {{std::string(side_word(s))}}, .rows = {}, .note = {}};
  for (const auto& side : s.sides) table.rows.push_back({text_cell(side.label)});
  for (const Figure& figure : figures) {
    FigureColumn column = figure_column(s, figure);
    if (!column.any) continue;
    table.columns.push_back(std::move(column.column));
    for (std::size_t i = 0; i < column.cells.size(); ++i) {
      table.rows[i].push_back(std::move(column.cells[i]));
    }
  }
  if (table.columns.size() == 1) table.rows.clear();
  return table;
}

}  // namespace

namespace {

// Why figures say nothing, alike reasons once; and by whose definition they are.
Bullets remarks_of(const analysis::Contest& contest) {
  std::vector<std::pair<std::string, std::vector<std::string>>> whys;
  const auto say = [&](const std::string& why, const Figure& figure) {
    if (why.empty()) return;
    auto found = std::ranges::find_if(whys, [&](const auto& one) { return one.first == why; });
    if (found == whys.end()) found = whys.insert(whys.end(), {why, {}});
    auto title = analysis::figure_title(figure);
    if (std::ranges::find(found->second, title) == found->second.end()) {
      found->second.push_back(std::move(title));
    }
  };
  for (const auto& f : contest.figures) {
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      if (i != contest.baseline) say(f.against[i].why, f.figure);
    }
    for (const auto& definition : f.definition) {
      say(fmt::format("as defined by {}", definition), f.figure);
    }
  }
  Bullets bullets;
  for (const auto& [why, titles] : whys) {
    bullets.items.push_back(plain(fmt::format("{}: {}", fmt::join(titles, ", "), why)));
  }
  return bullets;
}

std::string difference_text(const analysis::ContestFigure& f, std::size_t side) {
  const auto& c = f.against[side];
  if (!c.difference) return "–";
  const auto& metric = analysis::metric(f.figure.metric);
  if (metric.unit == analysis::Unit::kShare) {
    return fmt::format("{:+.2f} points", *c.difference * 100);
  }
  return fmt::format("{}{}", *c.difference < 0 ? "-" : "+",
                     value_text(f.figure, std::abs(*c.difference)));
}

Table contest_table(const analysis::Contest& contest, std::string title) {
  const bool several = contest.sides.size() > 2;
  const auto& baseline = contest.sides[contest.baseline].label;
  Table table{.title = title.empty() ? fmt::format("Against {}", baseline)
                                     : fmt::format("{}: against {}", title, baseline),
              .columns = {{"figure"}},
              .rows = {},
              .note = fmt::format(
                  "A difference under {:g}% does not matter here{}.", contest.min_effect * 100,
                  several ? "; verdicts are adjusted for the number of sides" : "")};
  if (several) table.columns.push_back({"side"});
  for (const char* name : {"value", "baseline", "difference", "ratio, 95% interval"}) {
    table.columns.push_back({name, Align::kRight});
  }
  table.columns.push_back({"verdict"});
  for (const auto& f : contest.figures) {
    for (std::size_t i = 0; i < contest.sides.size(); ++i) {
      if (i == contest.baseline) continue;
      const auto& c = f.against[i];
      std::vector<Cell> row = {text_cell(analysis::figure_title(f.figure))};
      if (several) row.push_back(text_cell(contest.sides[i].label));
      row.push_back({.text = value_text(f.figure, f.values[i]), .number = f.values[i]});
      row.push_back({.text = value_text(f.figure, f.values[contest.baseline]),
                     .number = f.values[contest.baseline]});
      row.push_back({.text = difference_text(f, i), .number = c.difference});
      row.push_back(
          {.text = f.not_comparable.empty() ? analysis::effect_text(c) : "–", .number = c.ratio});
      row.push_back(f.not_comparable.empty()
                        ? text_cell(verdict_word(c.verdict), verdict_tone(c.verdict))
                        : text_cell("not comparable", Tone::kWarn));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table score_table(const analysis::Contest& contest) {
  const auto& scores = contest.scores;
  Table table{.title = "Scores of 100",
              .columns = {{"side"},
                          {"latency", Align::kRight},
                          {"throughput", Align::kRight},
                          {"reliability", Align::kRight},
                          {"score", Align::kRight}},
              .rows = {},
              .note = fmt::format("No verdict rests on them. {}", scores.formula)};
  const auto cell = [](const std::optional<double>& value) {
    return Cell{.text = value ? fmt::format("{:.1f}", *value) : "unknown", .number = value};
  };
  for (std::size_t i = 0; i < scores.sides.size(); ++i) {
    const auto& one = scores.sides[i];
    table.rows.push_back({text_cell(contest.sides[i].label), cell(one.latency),
                          cell(one.throughput), cell(one.reliability), cell(one.total)});
  }
  return table;
}

}  // namespace

std::vector<Block> comparison_part(const ReportSubject& s, Audience audience) {
  std::vector<Block> blocks;
  for (const auto& contest : s.contests) {
    if (!contest.comparable) blocks.emplace_back(Callout{Tone::kBad, contest.why_not, {}});
    blocks.emplace_back(contest_table(contest, contest_title(s, contest)));
    Bullets remarks = remarks_of(contest);
    if (!remarks.items.empty()) blocks.emplace_back(std::move(remarks));
    if (audience == Audience::kEngineer) blocks.emplace_back(score_table(contest));
  }
  return blocks;
}

std::vector<Block> latency_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  std::vector<MetricId> ids = {MetricId::kTtft, MetricId::kTpot, MetricId::kItl, MetricId::kE2e};
  if (std::ranges::any_of(s.runs, [](const ReportRun& run) {
        return run.input.load == analysis::LoadKind::kOpen;
      })) {
    ids.push_back(MetricId::kTtftPlan);
    ids.push_back(MetricId::kE2ePlan);
  }
  for (const MetricId id : ids) {
    std::vector<Figure> figures;
    for (const double quantile : analysis::kShownQuantiles) figures.push_back({id, quantile});
    Table table = figure_table(s, std::string(analysis::metric(id).title), figures);
    if (table.rows.empty()) continue;
    table.note = std::string(analysis::metric(id).definition);
    blocks.emplace_back(std::move(table));
  }
  if (!blocks.empty()) {
    blocks.emplace(blocks.begin(),
                   Paragraph{plain("Of successful requests, warm-up left out; 95% intervals in "
                                   "brackets, where there are enough requests to tell.")});
  }
  return blocks;
}

std::vector<Block> throughput_part(const ReportSubject& s, Audience /*audience*/) {
  const std::vector<Figure> figures = {{.metric = MetricId::kOutputRate},
                                       {.metric = MetricId::kRequestRate},
                                       {.metric = MetricId::kGoodput}};
  Table table = figure_table(s, {}, figures);
  if (table.rows.empty()) return {};
  table.note =
      "Of successful requests, at full load: the filling of a turn and the wait for its "
      "last answers do not count.";
  return {std::move(table)};
}

std::vector<Block> failures_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{std::string(side_word(s))},
                          {"requests", Align::kRight},
                          {"what"},
                          {"what it means"},
                          {"the first said"}},
              .rows = {},
              .note = {}};
  for (const auto& side : s.sides) {
    const auto& target = side.summary();
    for (int i = 1; i < kStatusCount; ++i) {
      const auto n = target.counts.by_status[static_cast<std::size_t>(i)];
      if (n == 0) continue;
      const auto status = static_cast<Status>(i);
      table.rows.push_back(
          {text_cell(side.label),
           {.text = format_count(n), .number = static_cast<double>(n)},
           text_cell(std::string(status_name(status)), Tone::kWarn),
           text_cell(std::string(status_help(status))),
           text_cell(cut_text(target.counts.first_error[static_cast<std::size_t>(i)], kMostSaid))});
    }
  }
  if (table.rows.empty()) return {};
  return {std::move(table)};
}

namespace {

void add_configuration(std::vector<Block>& blocks, const record::Manifest& manifest,
                       const std::string& title) {
  Table table{.title = title.empty() ? "Targets" : title,
              .columns = {{"target"}, {"engine"}, {"version"}, {"model"}, {"address"}},
              .rows = {},
              .note = {}};
  for (const auto& target : manifest.targets) {
    const auto cell = [](const std::string& text) {
      return text_cell(text.empty() ? "not told" : text);
    };
    table.rows.push_back({cell(target.name), cell(target.engine), cell(target.server_version),
                          cell(target.model), cell(target.url)});
  }
  blocks.emplace_back(std::move(table));
  Terms terms;
  const auto& host = manifest.host;
  if (!host.cpu_model.empty()) {
    terms.entries.emplace_back(
        "Measured from", fmt::format("{} ({} cores, {:.0f} GB, {})", host.cpu_model, host.cores,
                                     static_cast<double>(host.memory_bytes) / 1e9, host.kernel));
  }
  if (manifest.origin) {
    const auto& origin = *manifest.origin;
    terms.entries.emplace_back(
        "Imported", fmt::format("from {}, a file of {}; quality {:g} of 100; {} of {} rows kept",
                                origin.file, origin.tool, origin.quality,
                                format_count(origin.rows_kept), format_count(origin.rows_read)));
  }
  if (!terms.entries.empty()) blocks.emplace_back(std::move(terms));
}

}  // namespace

// Of several runs' plans the last alone: in what the others differ stands under What was different.
std::vector<Block> configuration_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  const bool one = s.alone() || s.group != nullptr;
  for (const auto& run : s.runs) {
    add_configuration(blocks, run.manifest, one ? "" : run.input.run_id);
  }
  if (s.runs.empty()) return blocks;
  const auto& last = s.runs.back();
  const auto& plan = s.group != nullptr ? s.group->group.plan_yaml : last.manifest.plan_yaml;
  if (!plan.empty()) {
    blocks.emplace_back(
        Listing{one ? "The plan" : fmt::format("The plan of {}", last.input.run_id), plan});
  }
  return blocks;
}

std::vector<Block> method_part(const ReportSubject& s, Audience /*audience*/) {
  Terms terms;
  for (const auto& metric : analysis::metrics()) {
    const bool shown = std::ranges::any_of(s.sides, [&](const ReportSide& side) {
      const auto& target = side.summary();
      return target.distribution(metric.id) != nullptr || target.rate(metric.id) != nullptr;
    });
    if (shown) terms.entries.emplace_back(metric.title, metric.definition);
  }
  terms.entries.emplace_back("95% interval",
                             "how far the figure could be off by chance: such an interval misses "
                             "the truth one time in twenty");
  terms.entries.emplace_back("better, worse",
                             "the interval leaves out no difference, and the difference is large "
                             "enough to matter");
  terms.entries.emplace_back("cannot tell",
                             "this run cannot say; run longer, or with more requests");
  return {std::move(terms)};
}

}  // namespace tt::report
