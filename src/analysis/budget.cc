#include "analysis/budget.h"

#include <algorithm>
#include <cmath>

namespace tt::analysis {
namespace {

// Whole replicas; a hair above a whole number is rounding, not a replica.
std::uint64_t replicas_for(double requests_per_s, double rate) {
  constexpr double kHair = 1e-9;
  const double exact = requests_per_s / rate;
  const double whole = std::ceil(exact - kHair * std::max(1.0, exact));
  constexpr double kMost = 1e15;  // beyond any budget, and still a whole number
  return static_cast<std::uint64_t>(std::clamp(whole, 1.0, kMost));
}

}  // namespace

std::optional<Budget> budget_for(const LoadPoint& point, const Machine& machine,
                                 const CostTerms& terms, double requests_per_s) {
  if (!point.requests_per_s || !(requests_per_s > 0)) return std::nullopt;
  const Amount& rate = *point.requests_per_s;
  const auto replicas = [&](double of) {
    return replicas_for(requests_per_s, of * terms.utilization);
  };
  Budget budget{.requests_per_s = requests_per_s,
                .replicas = replicas(rate.value),
                .monthly = {},
                .per_million_tokens = {}};
  budget.gpus = budget.replicas * machine.gpus;
  const auto hour = machine.hour();
  if (!hour) return budget;
  const auto money = [&](std::uint64_t count) {
    return static_cast<double>(count) * *hour * terms.hours_per_month;
  };
  budget.monthly = Amount{money(budget.replicas), {}};
  if (rate.interval && rate.interval->low > 0) {
    budget.monthly->interval =
        stats::Interval{money(replicas(rate.interval->high)), money(replicas(rate.interval->low)),
                        rate.interval->confidence};
  }
  const double tokens = requests_per_s * 3600 * terms.hours_per_month * point.tokens_per_request;
  if (tokens > 0) budget.per_million_tokens = budget.monthly->value / tokens * 1e6;
  return budget;
}

std::vector<Saving> savings(std::span<const std::optional<Budget>> budgets) {
  std::vector<std::size_t> priced;
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    if (budgets[i] && budgets[i]->monthly) priced.push_back(i);
  }
  if (priced.size() < 2) return {};
  const std::size_t cheapest = *std::ranges::min_element(
      priced, {}, [&](std::size_t i) { return budgets[i]->monthly->value; });
  const Amount& least = *budgets[cheapest]->monthly;
  std::vector<Saving> all;
  for (const std::size_t i : priced) {
    if (i == cheapest) continue;
    const Amount& other = *budgets[i]->monthly;
    Saving saving{.cheapest = cheapest, .other = i, .monthly = other.value - least.value};
    if (other.value > 0) saving.share = saving.monthly / other.value;
    if (least.interval && other.interval) {
      saving.certain = least.interval->high < other.interval->low;
    }
    all.push_back(saving);
  }
  return all;
}

double total_cost(double monthly, double months, double once) { return monthly * months + once; }

double hours_waited(const Waiting& waiting, double seconds_per_answer) {
  return waiting.people * waiting.answers_per_day * waiting.days_per_month * seconds_per_answer /
         3600;
}

double revenue_gained(const Revenue& revenue, double seconds_saved) {
  return revenue.per_month * std::clamp(revenue.share_per_s * seconds_saved, -1.0, 1.0);
}

Return return_on(const ReturnTerms& terms) {
  Return result;
  result.net = terms.monthly_gain * terms.months - terms.investment;
  if (terms.investment > 0) result.ratio = result.net / terms.investment;
  if (terms.monthly_gain > 0) result.payback_months = terms.investment / terms.monthly_gain;
  return result;
}

}  // namespace tt::analysis
