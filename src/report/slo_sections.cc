// The sections of objectives: kept or not, how surely, and what is left of the error budget.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::SloResult;

// Without a demand of the user's own.
constexpr double kSure = 0.95;

enum class Outcome : std::uint8_t { kMet, kMissed, kCannotTell };

double demanded(const ReportRun& run) {
  return run.objectives != nullptr ? run.objectives->demand.confidence.value_or(kSure) : kSure;
}

Outcome outcome_of(const SloResult& result, double sure) {
  if (!result.value) return Outcome::kMissed;  // nothing succeeded
  // Where nothing can be said of the certainty, what was measured stands: 100% is 100%.
  if (result.confidence && *result.confidence < sure) return Outcome::kCannotTell;
  return result.met ? Outcome::kMet : Outcome::kMissed;
}

Cell outcome_cell(const SloResult& result, double sure) {
  switch (outcome_of(result, sure)) {
    case Outcome::kMet:
      return text_cell("met", Tone::kGood, true);
    case Outcome::kMissed:
      return text_cell(result.value ? "missed" : "missed: no data", Tone::kBad, true);
    case Outcome::kCannotTell:
      return text_cell(result.met ? "met here, cannot tell" : "missed here, cannot tell",
                       Tone::kWarn, true);
  }
  return {};
}

std::string range_of(const SloResult& result) {
  if (!result.interval) return "too few requests";
  const auto& figure = result.slo.figure;
  const auto number = [&](double value) {
    return analysis::metric(figure.metric).unit == analysis::Unit::kShare ? share_text(value)
                                                                          : format_number(value);
  };
  return fmt::format("{} to {}", number(result.interval->low), number(result.interval->high));
}

// Of one side, by what came of them.
struct Tally {
  std::vector<std::string> met;
  std::vector<std::string> missed;
  std::vector<std::string> open;
};

Tally tally_of(const ReportSide& side) {
  Tally tally;
  for (const auto& one : side.summary().slos) {
    const auto outcome = outcome_of(one, demanded(*side.run));
    (outcome == Outcome::kMet      ? tally.met
     : outcome == Outcome::kMissed ? tally.missed
                                   : tally.open)
        .push_back(one.slo.text);
  }
  return tally;
}

void say_compliance(std::vector<Block>& blocks, const ReportSide& side) {
  const Tally tally = tally_of(side);
  const std::size_t all = tally.met.size() + tally.missed.size() + tally.open.size();
  if (all == 0) return;
  if (!tally.missed.empty()) {
    blocks.emplace_back(Callout{
        Tone::kBad,
        all == 1 ? fmt::format("{} misses its objective: {}", side.label, tally.missed.front())
                 : fmt::format("{} misses {} of {} objectives: {}", side.label, tally.missed.size(),
                               all, fmt::join(tally.missed, ", ")),
        {}});
  } else if (!tally.open.empty()) {
    blocks.emplace_back(Callout{
        Tone::kWarn,
        fmt::format("{}: whether {} {} kept cannot be told", side.label, list_text(tally.open),
                    tally.open.size() == 1 ? "is" : "are"),
        plain(fmt::format("{} of {} kept with at least {} confidence; for the others the run has "
                          "too few requests, or the figure lies too near to its limit.",
                          tally.met.size(), count_of(all, "objective"),
                          share_text(demanded(*side.run))))});
  } else {
    blocks.emplace_back(Callout{
        Tone::kGood,
        all == 1 ? fmt::format("{} keeps its objective", side.label)
                 : fmt::format("{} keeps all {} objectives", side.label, all),
        plain(fmt::format("Each with at least {} confidence.", share_text(demanded(*side.run))))});
  }
}

// "+52.6%", "-2,693%": of a limit missed by far, decimals say nothing.
std::string margin_text(double share) {
  const double percent = share * 100;
  if (std::fabs(percent) < 999.95) return fmt::format("{:+.1f}%", percent);
  return fmt::format("{}{}%", percent < 0 ? "-" : "+",
                     format_count(static_cast<std::uint64_t>(std::llround(std::fabs(percent)))));
}

void say_attainment(std::vector<Block>& blocks, const ReportSubject& s) {
  Table table{.title = "Requests that keep every latency limit at once",
              .columns = {{"target"},
                          {"requests", Align::kRight},
                          {"kept all", Align::kRight},
                          {"share", Align::kRight},
                          {"95% interval", Align::kRight},
                          {"asked for", Align::kRight}},
              .rows = {},
              .note = "A failed request keeps none."};
  for (const auto& side : s.sides) {
    const auto* report = side.run->objectives;
    if (report == nullptr || side.target >= report->targets.size()) continue;
    const auto& all = report->targets[side.target].all;
    if (!all.share) continue;
    table.rows.push_back(
        {text_cell(side.label),
         {.text = format_count(all.answered), .number = static_cast<double>(all.answered)},
         {.text = format_count(all.good), .number = static_cast<double>(all.good)},
         {.text = share_text(*all.share),
          .number = all.share,
          .tone = all.limit ? (all.met ? Tone::kGood : Tone::kBad) : Tone::kPlain},
         text_cell(all.interval ? fmt::format("{} to {}", share_text(all.interval->low),
                                              share_text(all.interval->high))
                                : "–"),
         text_cell(all.limit ? share_text(*all.limit) : "–")});
  }
  if (!table.rows.empty()) blocks.emplace_back(std::move(table));
}

}  // namespace

std::vector<Block> compliance_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  for (const auto& side : s.sides) say_compliance(blocks, side);
  if (blocks.empty()) {
    return {Callout{Tone::kWarn,
                    "There is nothing to judge by",
                    {{.text = "The plan has no objectives. Name some with "},
                     {.text = "--slo ttft_p95=500ms", .code = true},
                     {.text = " or "},
                     {.text = "--slo-file examples/slo.yaml", .code = true},
                     {.text = "."}}}};
  }
  say_attainment(blocks, s);
  return blocks;
}

std::vector<Block> objectives_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{"objective"},
                          {s.alone() ? "target" : "side"},
                          {"measured", Align::kRight},
                          {"95% interval", Align::kRight},
                          {"left of the limit", Align::kRight},
                          {"outcome"},
                          {"confidence", Align::kRight}},
              .rows = {},
              .note = {}};
  for (const auto& side : s.sides) {
    for (const auto& one : side.summary().slos) {
      table.rows.push_back(
          {text_cell(one.slo.text),
           text_cell(side.label),
           {.text = value_text(one.slo.figure, one.value), .number = one.value},
           text_cell(range_of(one)),
           {.text = one.margin ? margin_text(*one.margin) : "–", .number = one.margin},
           outcome_cell(one, demanded(*side.run)),
           {.text = one.confidence ? analysis::confidence_text(*one.confidence) : "–",
            .number = one.confidence}});
    }
  }
  if (table.rows.empty()) return {};
  table.note =
      "Confidence: that the outcome is true of the target, and not of this run alone. Below 95%, "
      "or "
      "what was asked for, it cannot be told.";
  return {std::move(table)};
}

std::vector<Block> error_budget_part(const ReportSubject& s, Audience /*audience*/) {
  Table table{.title = {},
              .columns = {{"objective"},
                          {s.alone() ? "target" : "side"},
                          {"may miss it", Align::kRight},
                          {"of requests", Align::kRight},
                          {"did", Align::kRight},
                          {"budget used", Align::kRight}},
              .rows = {},
              .note =
                  "A p95 lets one request in twenty be slower than its limit: that is its error "
                  "budget. Used of it is what this run alone used; over 100% the objective is "
                  "missed."};
  for (const auto& side : s.sides) {
    const auto* report = side.run->objectives;
    if (report == nullptr || side.target >= report->targets.size()) continue;
    for (const auto& budget : report->targets[side.target].budgets) {
      const double used = budget.used();
      table.rows.push_back(
          {text_cell(budget.slo.text),
           text_cell(side.label),
           text_cell(share_text(budget.allowed)),
           {.text = format_count(budget.requests), .number = static_cast<double>(budget.requests)},
           {.text = format_count(budget.spent), .number = static_cast<double>(budget.spent)},
           {.text = fmt::format("{:.0f}%", used * 100),
            .number = used,
            .tone = used > 1     ? Tone::kBad
                    : used > 0.5 ? Tone::kWarn
                                 : Tone::kGood}});
    }
  }
  if (table.rows.empty()) return {};
  return {std::move(table)};
}

}  // namespace tt::report
