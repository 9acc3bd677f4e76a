// From the cost of a load to a budget: replicas and money a month at several scales, what one
// target saves over another, and whether a change pays. Pure; docs/cost.md gives each formula.
//
// What is not measured here is the user's own assumption, and every result carries the assumptions
// that went into it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/cost.h"
#include "base/error.h"

namespace tt::analysis {

/// What it takes to serve so many requests a second, of the mix that was measured.
struct Budget {
  double requests_per_s = 0;
  std::uint64_t replicas = 0;
  std::uint64_t gpus = 0;
  std::optional<Amount> monthly;             // interval: from the replicas that the rate's allows
  std::optional<double> per_million_tokens;  // with the idle part of the last replica
};
/// replicas = ceil(requests_per_s / (rate x utilization))
/// monthly  = replicas x GPUs x price x hours
/// nullopt where the point has no rate.
std::optional<Budget> budget_for(const LoadPoint& point, const Machine& machine,
                                 const CostTerms& terms, double requests_per_s);

/// The cheapest target against another, at one scale.
struct Saving {
  std::size_t cheapest = 0;
  std::size_t other = 0;
  double monthly = 0;  // money
  double share = 0;    // of what the other costs
  /// The two intervals are apart; nullopt where one has none.
  std::optional<bool> certain;
};
/// One entry for every other target that has a price; empty where fewer than two have.
std::vector<Saving> savings(std::span<const std::optional<Budget>> budgets);

/// monthly x months + once
double total_cost(double monthly, double months, double once);

/// Time that people wait, turned into money by the user's own assumptions.
struct Waiting {
  double people = 0;
  double answers_per_day = 0;  // a person
  double days_per_month = 21;
  double wage_per_hour = 0;
};
/// people x answers_per_day x days_per_month x seconds / 3600
double hours_waited(const Waiting& waiting, double seconds_per_answer);

/// Money that slowness keeps away, by the user's own assumption that it grows with the wait.
struct Revenue {
  double per_month = 0;    // what the service earns today, with the target that serves today
  double share_per_s = 0;  // of it that each second more of waiting costs: 0.1 is 10%
};
/// per_month x share_per_s x seconds_saved, never more than per_month either way.
double revenue_gained(const Revenue& revenue, double seconds_saved);

/// Whether a change pays, by the user's own assumptions.
struct ReturnTerms {
  double investment = 0;    // once
  double monthly_gain = 0;  // what the change brings a month, in all
  double months = 12;       // the time that is looked at
};
struct Return {
  double net = 0;                        // gain x months - investment
  std::optional<double> ratio;           // net / investment; nullopt without investment
  std::optional<double> payback_months;  // investment / gain; nullopt where it never pays
};
Return return_on(const ReturnTerms& terms);

/// A change from one target to another, and what the user takes for granted of it.
struct ChangeTerms {
  std::string from;
  std::string to;
  double investment = 0;       // once
  double monthly_benefit = 0;  // beside machines, waiting and revenue
  Waiting waiting;
  Revenue revenue;
};

struct Change {
  ChangeTerms terms;
  double requests_per_s = 0;            // the scale: the first that was asked for
  double machines_saved = 0;            // money a month; below 0: it costs more
  std::optional<double> seconds_saved;  // TTFT, median: from less to
  double hours_saved = 0;               // a month
  double waiting_saved = 0;             // money a month
  double revenue_gained = 0;            // money a month
  Return result;
};

/// A target over all runs that have one of its name.
struct TargetCost {
  std::string name;
  Machine machine;
  std::vector<LoadPoint> points;               // by run
  std::optional<std::size_t> best;             // best_point
  std::vector<std::optional<Budget>> budgets;  // one a scale, at the best point
};

struct CostRun {
  const RunInput* input = nullptr;
  RunSummary summary;
  /// GPU energy for each output token, by target; empty where none was measured.
  std::vector<std::optional<double>> joules_per_output_token = {};
};

struct CostQuestion {
  CostTerms terms;
  std::map<std::string, Machine> machines;    // by target name
  std::vector<double> scales = {1, 10, 100};  // requests a second
  double months = 12;
  std::optional<ChangeTerms> change;
};

struct CostReport {
  CostQuestion question;
  std::vector<TargetCost> targets;           // in the order in which the runs name them
  std::vector<std::vector<Saving>> savings;  // one a scale; indices are of `targets`
  std::optional<Change> change;
  std::vector<std::string> warnings;  // what keeps a figure from being believed or being there
};

/// kNotFound where the change names a target that no run has; kInvalidInput where one of the two
/// has no budget (no price, or no load that keeps its objectives).
Result<CostReport> cost_report(std::span<const CostRun> runs, CostQuestion question);

}  // namespace tt::analysis
