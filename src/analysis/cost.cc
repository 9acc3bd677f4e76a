#include "analysis/cost.h"

#include <cmath>

namespace tt::analysis {
namespace {

constexpr double kMillion = 1e6;
constexpr double kSecondsPerHour = 3600;

std::optional<Amount> amount_of(const RateFigure* rate) {
  if (rate == nullptr || !rate->value || !(*rate->value > 0)) return std::nullopt;
  return Amount{*rate->value, rate->interval};
}

Amount times(const Amount& amount, double factor) {
  Amount out{amount.value * factor, amount.interval};
  if (out.interval) {
    out.interval->low *= factor;
    out.interval->high *= factor;
  }
  return out;
}

// `whole` over the amount. An interval that reaches down to 0 has no upper end, and so no inverse.
Amount over(double whole, const Amount& amount) {
  Amount out{whole / amount.value, {}};
  if (amount.interval && amount.interval->low > 0) {
    out.interval = stats::Interval{whole / amount.interval->high, whole / amount.interval->low,
                                   amount.interval->confidence};
  }
  return out;
}

}  // namespace

UnitCosts unit_costs(const TargetSummary& target, const Machine& machine, const CostTerms& terms) {
  UnitCosts costs;
  const auto input = static_cast<double>(target.tokens.input);
  const auto output = static_cast<double>(target.tokens.output);
  if (input + output > 0) costs.input_share = input / (input + output);

  const auto hour = machine.hour();
  if (const auto requests = amount_of(target.rate(MetricId::kRequestRate)); requests && hour) {
    costs.per_thousand_requests =
        over(*hour * 1000, times(*requests, kSecondsPerHour * terms.utilization));
  }
  // All rates of tokens go by that of output, with input mixed in as it was.
  const auto rate = amount_of(target.rate(MetricId::kOutputRate));
  if (!rate || !(output > 0)) return costs;
  const Amount output_per_hour = times(*rate, kSecondsPerHour * terms.utilization);
  const Amount all_per_hour = times(output_per_hour, (input + output) / output);
  costs.gpu_hours_per_million = over(kMillion * machine.gpus, all_per_hour);
  if (!hour) return costs;
  costs.per_million_tokens = over(*hour * kMillion, all_per_hour);
  costs.per_million_output_alone = over(*hour * kMillion, output_per_hour);
  const double weighted = (input + terms.output_weight * output) / output;
  if (input > 0) {
    costs.per_million_input = over(*hour * kMillion, times(output_per_hour, weighted));
    costs.per_million_output = times(*costs.per_million_input, terms.output_weight);
  } else {
    costs.per_million_output = costs.per_million_output_alone;
  }
  if (*hour > 0) costs.tokens_per_s_per_money = times(*rate, terms.utilization / *hour);
  return costs;
}

LoadPoint load_point(const RunSummary& run, std::size_t target, const std::string& load_text,
                     const Machine& machine, const CostTerms& terms) {
  const TargetSummary& t = run.targets[target];
  LoadPoint point{.run_id = run.run_id, .load_text = load_text, .requests_per_s = {}, .costs = {}};
  point.requests_per_s = amount_of(t.rate(MetricId::kRequestRate));
  point.output_tokens_per_s = amount_of(t.rate(MetricId::kOutputRate));
  point.judged = !t.slos.empty();
  for (const SloResult& slo : t.slos) point.slos_met &= slo.met;
  point.valid = run.valid();
  if (t.counts.answerable() > 0) {
    point.success_share =
        static_cast<double>(t.counts.ok) / static_cast<double>(t.counts.answerable());
  }
  point.tokens_per_request = t.tokens.mean_input + t.tokens.mean_output;
  if (const auto* ttft = t.distribution(MetricId::kTtft)) {
    if (const auto* median = ttft->at(0.5)) point.ttft_p50_ms = median->value;
  }
  point.costs = unit_costs(t, machine, terms);
  return point;
}

std::optional<std::size_t> best_point(std::span<const LoadPoint> points) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const LoadPoint& point = points[i];
    if (!point.slos_met || !point.requests_per_s) continue;
    if (!best || point.requests_per_s->value > points[*best].requests_per_s->value) best = i;
  }
  return best;
}

}  // namespace tt::analysis
