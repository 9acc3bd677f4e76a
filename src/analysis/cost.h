// What tokens and requests cost on the machines that served them. Pure; docs/cost.md gives each
// formula with its reason.
//
// The machines are paid by the hour, whatever they did in it. So a failed request costs what a good
// one does and brings nothing: its time is in the rates' divisor, its tokens are in no rate.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/summary.h"
#include "stats/interval.h"

namespace tt::analysis {

/// What serves one replica of a target.
struct Machine {
  /// Money a GPU and hour, power included; nullopt: unknown, and so is every amount of money.
  std::optional<double> gpu_hour;
  std::uint32_t gpus = 1;  // in all that was measured behind the target's URL
  std::string basis;       // where the price comes from, for people

  std::optional<double> hour() const {
    return gpu_hour ? std::optional(*gpu_hour * gpus) : std::nullopt;
  }
};

struct CostTerms {
  std::string currency = "USD";
  /// The part of the measured throughput that a replica brings on average: below 1 it stands partly
  /// idle, or headroom is kept. Above 0, at most 1.
  double utilization = 1;
  /// How many input tokens one output token counts for where a cost is shared between the two.
  double output_weight = 4;
  double hours_per_month = 730;  // of operation: 8,760 / 12
};

/// A figure with what the rate's own interval makes of it.
struct Amount {
  double value = 0;
  std::optional<stats::Interval> interval;
};

/// At the load that was measured, at the utilization of the terms. Whatever needs a price, tokens
/// or successes that are not there is nullopt.
struct UnitCosts {
  std::optional<Amount> per_million_tokens;  // input and output together, mixed as they were
  std::optional<Amount> per_million_input;   // shares by CostTerms::output_weight: these two times
  std::optional<Amount> per_million_output;  // their tokens make up the whole cost
  std::optional<Amount> per_million_output_alone;  // output bears all of it, input is free
  std::optional<Amount> per_thousand_requests;
  std::optional<Amount> tokens_per_s_per_money;  // output tokens/s over money an hour
  std::optional<Amount> gpu_hours_per_million;   // of tokens, both kinds: needs no price
  double input_share = 0;                        // of all tokens
};
UnitCosts unit_costs(const TargetSummary& target, const Machine& machine, const CostTerms& terms);

/// One target at one load.
struct LoadPoint {
  std::string run_id;
  std::string load_text;
  std::optional<Amount> requests_per_s;  // successful
  std::optional<Amount> output_tokens_per_s;
  bool judged = false;   // the run has objectives
  bool slos_met = true;  // every one that it has
  bool valid = true;     // no check of the run failed
  double success_share = 0;
  double tokens_per_request = 0;      // input and output, mean
  std::optional<double> ttft_p50_ms;  // what a reader waits for
  UnitCosts costs;
  std::optional<double> joules_per_output_token = {};  // of the GPUs, where it was measured
};
LoadPoint load_point(const RunSummary& run, std::size_t target, const std::string& load_text,
                     const Machine& machine, const CostTerms& terms);

/// The point to plan with: of those that met their objectives the one with the most requests a
/// second. nullopt where none did or nothing succeeded.
std::optional<std::size_t> best_point(std::span<const LoadPoint> points);

}  // namespace tt::analysis
