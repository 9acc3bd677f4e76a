// The report of analysis/budget.h: every target's loads, budgets, savings, and the change.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "analysis/budget.h"
#include "base/text.h"

namespace tt::analysis {
namespace {

TargetCost& target_of(CostReport& report, const std::string& name) {
  const auto found = std::ranges::find(report.targets, name, &TargetCost::name);
  if (found != report.targets.end()) return *found;
  TargetCost& target = report.targets.emplace_back(TargetCost{.name = name, .machine = {}});
  const auto machine = report.question.machines.find(name);
  if (machine != report.question.machines.end()) target.machine = machine->second;
  return target;
}

void add_points(CostReport& report, std::span<const CostRun> runs) {
  for (const CostRun& run : runs) {
    for (std::size_t t = 0; t < run.summary.targets.size(); ++t) {
      TargetCost& target = target_of(report, run.summary.targets[t].target.name);
      target.points.push_back(
          load_point(run.summary, t, run.input->load_text, target.machine, report.question.terms));
      if (t < run.joules_per_output_token.size()) {
        target.points.back().joules_per_output_token = run.joules_per_output_token[t];
      }
    }
    if (!run.summary.valid()) {
      report.warnings.push_back(
          fmt::format("{}: a validity check failed, so its figures are not to be relied on; "
                      "tokentrial results show {}",
                      run.summary.run_id, shell_word(run.summary.run_id)));
    }
  }
}

void warn_of_prices(CostReport& report) {
  const auto unpriced = [](const TargetCost& target) { return !target.machine.gpu_hour; };
  if (report.targets.size() > 1 && std::ranges::all_of(report.targets, unpriced)) {
    report.warnings.emplace_back(
        "no target has a price: say the GPU with --gpu NAME, or a price a GPU-hour with --price "
        "MONEY; TARGET=NAME and TARGET=MONEY are for one alone");
    return;
  }
  for (const TargetCost& target : report.targets | std::views::filter(unpriced)) {
    report.warnings.push_back(
        fmt::format("{0} has no price: say its GPU with --gpu {0}=NAME, or its price a GPU-hour "
                    "with --price {0}=MONEY",
                    target.name));
  }
}

void plan(CostReport& report) {
  warn_of_prices(report);
  const CostQuestion& question = report.question;
  for (TargetCost& target : report.targets) {
    target.best = best_point(target.points);
    for (const double scale : question.scales) {
      target.budgets.push_back(target.best ? budget_for(target.points[*target.best], target.machine,
                                                        question.terms, scale)
                                           : std::nullopt);
    }
    const bool any = std::ranges::any_of(
        target.points, [](const LoadPoint& point) { return point.requests_per_s.has_value(); });
    if (target.best) continue;
    report.warnings.push_back(
        any ? fmt::format(
                  "{} keeps its objectives at no load that was measured; a budget needs one "
                  "where it does",
                  target.name)
            : fmt::format("{} has no successful request, so nothing to cost", target.name));
  }
  for (std::size_t s = 0; s < question.scales.size(); ++s) {
    std::vector<std::optional<Budget>> budgets;
    for (const TargetCost& target : report.targets) budgets.push_back(target.budgets[s]);
    report.savings.push_back(savings(budgets));
  }
}

Result<const TargetCost*> side(const CostReport& report, const std::string& name) {
  const auto found = std::ranges::find(report.targets, name, &TargetCost::name);
  if (found == report.targets.end()) {
    return fail(ErrorCode::kNotFound, fmt::format("no target of the runs is called '{}'", name));
  }
  const bool planned = !found->budgets.empty() && found->budgets[0] && found->budgets[0]->monthly;
  if (!planned) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} has no budget: it needs a price, and a load at which it keeps its "
                            "objectives",
                            name));
  }
  return &*found;
}

Result<Change> weigh(const CostReport& report, const ChangeTerms& terms) {
  const auto from = side(report, terms.from);
  if (!from) return std::unexpected(from.error());
  const auto to = side(report, terms.to);
  if (!to) return std::unexpected(to.error());
  Change change{.terms = terms, .seconds_saved = {}, .result = {}};
  const Budget& before = *(*from)->budgets[0];
  const Budget& after = *(*to)->budgets[0];
  change.requests_per_s = before.requests_per_s;
  change.machines_saved = before.monthly->value - after.monthly->value;
  const auto& waited = (*from)->points[*(*from)->best].ttft_p50_ms;
  const auto& waits = (*to)->points[*(*to)->best].ttft_p50_ms;
  if (waited && waits) {
    change.seconds_saved = (*waited - *waits) / 1000;
    change.hours_saved = hours_waited(terms.waiting, *change.seconds_saved);
    change.waiting_saved = change.hours_saved * terms.waiting.wage_per_hour;
    change.revenue_gained = revenue_gained(terms.revenue, *change.seconds_saved);
  }
  change.result = return_on({.investment = terms.investment,
                             .monthly_gain = change.machines_saved + change.waiting_saved +
                                             change.revenue_gained + terms.monthly_benefit,
                             .months = report.question.months});
  return change;
}

}  // namespace

Result<CostReport> cost_report(std::span<const CostRun> runs, CostQuestion question) {
  CostReport report{.question = std::move(question), .targets = {}, .savings = {}, .change = {}};
  add_points(report, runs);
  plan(report);
  if (report.question.change) {
    auto change = weigh(report, *report.question.change);
    if (!change) return std::unexpected(change.error());
    report.change = std::move(*change);
  }
  return report;
}

}  // namespace tt::analysis
