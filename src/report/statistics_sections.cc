// The appendix: every distribution of every side in full, and the tests of textbooks.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

Cell number_cell(double value) { return {.text = format_number(value), .number = value}; }

Cell number_cell(const std::optional<double>& value) {
  return value ? number_cell(*value) : text_cell("–");
}

Table distribution_table(const ReportSubject& s, const ReportSide& side) {
  Table table{.title = side_title(s, side),
              .columns = {{"metric"}, {"n", Align::kRight}},
              .rows = {},
              .note = "Of the sample as it is; sd with n - 1. Quantiles by linear interpolation."};
  for (const char* name : {"mean", "sd", "min"}) table.columns.push_back({name, Align::kRight});
  for (const double quantile : analysis::kShownQuantiles) {
    table.columns.push_back({analysis::quantile_name(quantile), Align::kRight});
  }
  table.columns.push_back({"max", Align::kRight});
  for (const auto& d : side.summary().distributions) {
    if (d.n == 0) continue;
    const auto& metric = analysis::metric(d.metric);
    std::vector<Cell> row = {
        text_cell(fmt::format("{} ({})", metric.title, analysis::unit_name(metric.unit))),
        {.text = format_count(d.n), .number = static_cast<double>(d.n)},
        number_cell(d.mean),
        number_cell(d.stddev),
        number_cell(d.min)};
    for (const double quantile : analysis::kShownQuantiles) {
      const auto* at = d.at(quantile);
      row.push_back(at == nullptr ? text_cell("–") : number_cell(at->value));
    }
    row.push_back(number_cell(d.max));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string p_text(double p) { return p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", p); }

void add_test(Table& table, std::string of, const analysis::TestLine& test) {
  table.rows.push_back(
      {text_cell(std::move(of)),
       text_cell(test.method),
       text_cell(test.asks),
       number_cell(test.statistic),
       text_cell(fmt::format("{}, {}", format_count(test.a_n), format_count(test.b_n))),
       {.text = p_text(test.p_value), .number = test.p_value},
       {.text = p_text(test.adjusted_p), .number = test.adjusted_p}});
}

Table test_table(const analysis::Contest& contest, const analysis::PairTests& pair) {
  Table table{.title = fmt::format("Tests of {} against {}", contest.sides[pair.a].label,
                                   contest.sides[pair.b].label),
              .columns = {{"of"},
                          {"test"},
                          {"asks whether"},
                          {"statistic", Align::kRight},
                          {"n", Align::kRight},
                          {"p", Align::kRight},
                          {"p adjusted", Align::kRight}},
              .rows = {},
              .note = std::string(analysis::kTestsCaveat)};
  for (const auto& m : pair.metrics) {
    for (const auto& test : m.tests) {
      add_test(table, std::string(analysis::metric(m.metric).title), test);
    }
  }
  if (pair.success) add_test(table, "success", *pair.success);
  return table;
}

Table token_table(const ReportSubject& s) {
  Table table{.title = "Requests and tokens",
              .columns = {{s.alone() ? "target" : "side"}},
              .rows = {},
              .note = {}};
  for (const char* name : {"requests", "succeeded", "failed", "not sent", "warm-up", "input tokens",
                           "output tokens", "mean input", "mean output", "seconds", "blocks"}) {
    table.columns.push_back({name, Align::kRight});
  }
  for (const auto& side : s.sides) {
    const auto& t = side.summary();
    std::vector<Cell> row = {text_cell(side.label)};
    for (const std::uint64_t n : {t.counts.planned, t.counts.ok, t.counts.failed, t.counts.dropped,
                                  t.counts.warmup, t.tokens.input, t.tokens.output}) {
      row.push_back({.text = format_count(n), .number = static_cast<double>(n)});
    }
    row.push_back(number_cell(t.tokens.mean_input));
    row.push_back(number_cell(t.tokens.mean_output));
    row.push_back(number_cell(t.seconds));
    row.push_back({.text = format_count(t.blocks), .number = static_cast<double>(t.blocks)});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<Block> statistics_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  if (s.sides.empty()) return blocks;
  blocks.emplace_back(token_table(s));
  for (const auto& side : s.sides) {
    Table table = distribution_table(s, side);
    if (!table.rows.empty()) blocks.emplace_back(std::move(table));
  }
  for (const auto& contest : s.contests) {
    for (const auto& pair : contest.tests) blocks.emplace_back(test_table(contest, pair));
  }
  return blocks;
}

}  // namespace tt::report
