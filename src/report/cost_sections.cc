// The sections of money, and of what the figures mean for users and for the business.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/experience.h"
#include "analysis/prices.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Amount;
using analysis::CostReport;
using analysis::LoadPoint;
using analysis::TargetCost;

class Money {
 public:
  explicit Money(const CostReport& report) : currency_(report.question.terms.currency) {}

  std::string text(double amount) const { return analysis::format_money(amount, currency_); }
  Cell cell(const std::optional<Amount>& amount) const {
    if (!amount) return text_cell("–");
    Cell cell{.text = text(amount->value), .number = amount->value};
    if (amount->interval && amount->interval->low != amount->interval->high) {
      cell.text +=
          fmt::format(" ({} to {})", text(amount->interval->low), text(amount->interval->high));
    }
    return cell;
  }

 private:
  std::string currency_;
};

// What counts for a target: the best load, else the first.
const LoadPoint* shown_point(const TargetCost& target) {
  return target.points.empty() ? nullptr : &target.points[target.best.value_or(0)];
}

Cell rate_of_a_gpu(const LoadPoint* point, const analysis::Machine& machine) {
  if (point == nullptr || !point->output_tokens_per_s || machine.gpus == 0) return text_cell("–");
  const double rate = point->output_tokens_per_s->value / machine.gpus;
  return {.text = format_number(rate), .number = rate};
}

Table unit_table(const CostReport& report) {
  const Money money(report);
  Table table{.title = "What it costs",
              .columns = {{"target"},
                          {"price from"},
                          {"GPUs", Align::kRight},
                          {"output tokens/s a GPU", Align::kRight},
                          {"an hour", Align::kRight},
                          {"1M tokens, as mixed", Align::kRight},
                          {"1M output tokens", Align::kRight},
                          {"1,000 requests", Align::kRight}},
              .rows = {},
              .note =
                  "At the highest load that was measured and keeps the objectives. Intervals "
                  "are of 95%, from those of the rates."};
  for (const auto& target : report.targets) {
    const auto* point = shown_point(target);
    const auto hour = target.machine.hour();
    const auto cost = [&](auto member) {
      return point == nullptr ? text_cell("–") : money.cell(point->costs.*member);
    };
    table.rows.push_back(
        {text_cell(target.name),
         text_cell(target.machine.basis.empty() ? "not given" : target.machine.basis),
         {.text = format_count(target.machine.gpus),
          .number = static_cast<double>(target.machine.gpus)},
         rate_of_a_gpu(point, target.machine),
         hour ? Cell{.text = money.text(*hour), .number = hour} : text_cell("–"),
         cost(&analysis::UnitCosts::per_million_tokens),
         cost(&analysis::UnitCosts::per_million_output),
         cost(&analysis::UnitCosts::per_thousand_requests)});
  }
  return table;
}

Table budget_table(const CostReport& report) {
  const Money money(report);
  Table table{.title = "What a service would cost",
              .columns = {{"target"},
                          {"requests/s", Align::kRight},
                          {"replicas", Align::kRight},
                          {"GPUs", Align::kRight},
                          {"a month", Align::kRight},
                          {fmt::format("{:g} months", report.question.months), Align::kRight}},
              .rows = {},
              .note = {}};
  for (std::size_t i = 0; i < report.question.scales.size(); ++i) {
    for (const auto& target : report.targets) {
      const double scale = report.question.scales[i];
      std::vector<Cell> row = {text_cell(target.name),
                               {.text = fmt::format("{:g}", scale), .number = scale}};
      const auto& budget = target.budgets[i];
      if (!budget) {
        row.insert(row.end(), 4, text_cell("–"));
      } else {
        row.push_back({.text = format_count(budget->replicas),
                       .number = static_cast<double>(budget->replicas)});
        row.push_back(
            {.text = format_count(budget->gpus), .number = static_cast<double>(budget->gpus)});
        row.push_back(money.cell(budget->monthly));
        const auto total = budget->monthly ? std::optional(analysis::total_cost(
                                                 budget->monthly->value, report.question.months, 0))
                                           : std::nullopt;
        row.push_back(total ? Cell{.text = money.text(*total), .number = total} : text_cell("–"));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

// "A saves so much": at every scale, against each other one.
void say_savings(Bullets& bullets, const CostReport& report) {
  const Money money(report);
  for (std::size_t i = 0; i < report.savings.size(); ++i) {
    for (const auto& saving : report.savings[i]) {
      const auto& cheapest = report.targets[saving.cheapest].name;
      const auto& other = report.targets[saving.other].name;
      const double scale = report.question.scales[i];
      if (saving.monthly <= 0) {
        bullets.items.push_back(plain(
            fmt::format("At {:g} requests/s {} and {} cost the same.", scale, cheapest, other)));
        continue;
      }
      const std::string_view how = !saving.certain ? "; how certain that is cannot be told"
                                   : *saving.certain
                                       ? ""
                                       : ", though not for certain: the intervals overlap";
      bullets.items.push_back(plain(
          fmt::format("At {:g} requests/s {} costs {} a month less than {} ({:.0f}%){}.", scale,
                      cheapest, money.text(saving.monthly), other, saving.share * 100, how)));
    }
  }
}

void say_change(Bullets& bullets, const CostReport& report) {
  if (!report.change) return;
  const Money money(report);
  const auto& c = *report.change;
  const auto say = [&](std::string text) { bullets.items.push_back(plain(std::move(text))); };
  say(
      fmt::format("Machines: {} a month {} with {} than with {}, at {:g} requests/s (measured "
                  "throughput, list prices).",
                  money.text(std::abs(c.machines_saved)), c.machines_saved < 0 ? "more" : "less",
                  c.terms.to, c.terms.from, c.requests_per_s));
  const double ms = c.seconds_saved.value_or(0) * 1000;
  if (c.seconds_saved && c.terms.waiting.people > 0) {
    const auto& w = c.terms.waiting;
    say(fmt::format(
        "Productivity: {:.1f} hours a month, worth {}: {:g} people, {:g} answers a day, "
        "{:g} days and {} an hour (assumed) times {:.0f} ms less to the first word "
        "(TTFT p50, measured).",
        c.hours_saved, money.text(c.waiting_saved), w.people, w.answers_per_day, w.days_per_month,
        money.text(w.wage_per_hour), ms));
  }
  if (c.seconds_saved && c.terms.revenue.per_month > 0) {
    const auto& r = c.terms.revenue;
    say(fmt::format(
        "Revenue: {} a month: {} a month and {:g}% lost for each second of waiting "
        "(assumed) times {:.0f} ms (TTFT p50, measured).",
        money.text(c.revenue_gained), money.text(r.per_month), r.share_per_s * 100, ms));
  }
  std::string text =
      fmt::format("In all: {} over {:g} months for an investment of {} (assumed)",
                  money.text(c.result.net), report.question.months, money.text(c.terms.investment));
  if (c.result.ratio) text += fmt::format(", a return of {:.0f}%", *c.result.ratio * 100);
  text += c.result.payback_months
              ? fmt::format(", paid back after {:.1f} months.", *c.result.payback_months)
              : ", never paid back.";
  say(std::move(text));
}

}  // namespace

std::vector<Block> cost_part(const ReportSubject& s, Audience audience) {
  if (s.cost == nullptr) return {};
  std::vector<Block> blocks;
  Bullets said;
  say_savings(said, *s.cost);
  if (!said.items.empty()) blocks.emplace_back(std::move(said));
  if (audience != Audience::kExecutive) blocks.emplace_back(unit_table(*s.cost));
  blocks.emplace_back(budget_table(*s.cost));
  for (const auto& warning : s.cost->warnings) {
    blocks.emplace_back(Callout{Tone::kWarn, warning, {}});
  }
  return blocks;
}

namespace {

// "all 251 requests", "243 of 251 requests (96.81%)", "none of 251 requests".
std::string part_text(std::uint64_t n, std::uint64_t of, std::string_view what) {
  if (n == of) return fmt::format("all {} {}", format_count(of), what);
  if (n == 0) return fmt::format("none of {} {}", format_count(of), what);
  return fmt::format("{} of {} {} ({})", format_count(n), format_count(of), what,
                     share_text(static_cast<double>(n) / static_cast<double>(of)));
}

const analysis::Experience* experience_of(const ReportSide& side) {
  if (side.target >= side.run->experience.size()) return nullptr;
  const auto& e = side.run->experience[side.target];
  return e.requests == 0 ? nullptr : &e;
}

// How many times as fast as people read an answer is written, at the typical pace.
std::string pace_text(const ReportSide& side) {
  const auto tpot = measured_of(side.summary(), {analysis::MetricId::kTpot, 0.5});
  if (!tpot.value || *tpot.value <= 0) return {};
  const double times = analysis::kReadingMsPerToken / *tpot.value;
  return times < 1
             ? fmt::format("; it is written more slowly than people read ({} a token, TPOT p50)",
                           value_text({analysis::MetricId::kTpot, 0.5}, tpot))
             : fmt::format("; answers are written {:.3g} times as fast as people read (TPOT p50)",
                           times);
}

// What a reader of each would notice, with the figures that say so.
void say_waiting(Bullets& bullets, const ReportSubject& s) {
  for (const auto& side : s.sides) {
    const auto* e = experience_of(side);
    if (e == nullptr) continue;
    const auto ttft = measured_of(side.summary(), {analysis::MetricId::kTtft, 0.5});
    std::string text;
    if (ttft.value) {
      text = fmt::format(" the typical reader waits {} for the first word (TTFT p50);",
                         value_text({analysis::MetricId::kTtft, 0.5}, ttft));
    }
    text += fmt::format(" {} showed it within a second, which keeps the train of thought",
                        part_text(e->immediate + e->in_thought, e->requests, "requests"));
    text += pace_text(side);
    if (e->failed > 0) {
      text += fmt::format("; {} failed", part_text(e->failed, e->requests, "requests"));
    }
    bullets.items.push_back({{.text = side.label + ":", .strong = true}, {.text = text + "."}});
  }
}

// Where readers would hardly notice, what is won shows in how many a machine serves.
void say_served(Bullets& bullets, const ReportSubject& s) {
  if (!s.alone() || s.contests.empty() || !s.contests.front().comparable) return;
  const auto& contest = s.contests.front();
  const auto f = std::ranges::find(contest.figures, analysis::MetricId::kRequestRate,
                                   [](const auto& figure) { return figure.figure.metric; });
  if (f == contest.figures.end() || !f->winner.target) return;
  const auto winner = *f->winner.target;
  for (std::size_t i = 0; i < contest.sides.size(); ++i) {
    if (i == winner || !f->values[i] || !f->values[winner] || *f->values[i] <= 0) continue;
    bullets.items.push_back(plain(fmt::format(
        "At this load {} answers {:.3g} requests where {} answers one ({} against {} requests/s).",
        contest.sides[winner].label, *f->values[winner] / *f->values[i], contest.sides[i].label,
        format_number(*f->values[winner]), format_number(*f->values[i]))));
  }
}

}  // namespace

std::vector<Block> business_part(const ReportSubject& s, Audience /*audience*/) {
  Bullets bullets;
  say_waiting(bullets, s);
  say_served(bullets, s);
  if (s.cost != nullptr) say_change(bullets, *s.cost);
  if (bullets.items.empty()) return {};
  return {std::move(bullets)};
}

std::vector<Block> assumptions_part(const ReportSubject& s, Audience /*audience*/) {
  Terms terms;
  const auto add = [&](std::string what, std::string text) {
    terms.entries.emplace_back(std::move(what), std::move(text));
  };
  if (s.group != nullptr && !s.group->traffic.empty()) {
    add("Traffic", fmt::format("{:g} requests/s, of the mix that was measured (--qps, --growth)",
                               fmt::join(s.group->traffic, ", ")));
    add("Use of a replica",
        fmt::format("{:g}% of its capacity (--utilization)", s.group->utilization * 100));
  }
  if (s.cost != nullptr) {
    const auto& q = s.cost->question;
    const Money money(*s.cost);
    for (const auto& target : s.cost->targets) {
      if (!target.machine.gpu_hour) continue;
      add(fmt::format("Price of {}", target.name),
          fmt::format("{} a GPU-hour, {}: {}", money.text(*target.machine.gpu_hour),
                      count_of(target.machine.gpus, "GPU"), target.machine.basis));
    }
    if (s.group == nullptr) {
      add("Use of machines", fmt::format("{:g}% of the measured throughput (--utilization)",
                                         q.terms.utilization * 100));
    }
    add("Input and output",
        fmt::format("an output token counts for {:g} input tokens", q.terms.output_weight));
    add("Operation", fmt::format("{:g} hours a month; totals of {:g} months",
                                 q.terms.hours_per_month, q.months));
  }
  if (terms.entries.empty()) return {};
  return {
      Paragraph{plain("These were not measured: they are the reader's own, or a list's, and can "
                      "be changed on the command line.")},
      std::move(terms)};
}

}  // namespace tt::report
