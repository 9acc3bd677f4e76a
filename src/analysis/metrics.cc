#include "analysis/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::analysis {
namespace {

// In the order of MetricId.
constexpr std::array kMetrics = {
    Metric{MetricId::kTtft, "ttft", "ttft_ms", "TTFT", Unit::kMillis, Better::kLower,
           Grain::kRequest,
           "Time to first token: the first chunk with text, reasoning or a tool call, minus sent."},
    Metric{
        MetricId::kTtftPlan, "ttft_plan", "ttft_plan_ms", "TTFT from plan", Unit::kMillis,
        Better::kLower, Grain::kRequest,
        "Time to first token counted from the planned instant, so that waiting to be sent counts."},
    Metric{MetricId::kTpot, "tpot", "tpot_ms", "TPOT", Unit::kMillis, Better::kLower,
           Grain::kRequest,
           "Time per output token: (last token - first token) / (output tokens - 1), for requests "
           "with more than one output token in more than one chunk."},
    Metric{MetricId::kItl, "itl", "itl_ms", "ITL", Unit::kMillis, Better::kLower, Grain::kGap,
           "Inter-token latency: gaps between tokens; a chunk of k tokens counts as k gaps of "
           "gap / k."},
    Metric{MetricId::kIcl, "icl", "icl_ms", "ICL", Unit::kMillis, Better::kLower, Grain::kGap,
           "Inter-chunk latency: gaps between chunks, however many tokens they hold."},
    Metric{MetricId::kE2e, "e2e", "e2e_ms", "E2E", Unit::kMillis, Better::kLower, Grain::kRequest,
           "End to end: end of the stream minus sent."},
    Metric{MetricId::kE2ePlan, "e2e_plan", "e2e_plan_ms", "E2E from plan", Unit::kMillis,
           Better::kLower, Grain::kRequest,
           "End to end counted from the planned instant, so that waiting to be sent counts."},
    Metric{MetricId::kScheduleLag, "schedule_lag", "schedule_lag_ms", "schedule lag", Unit::kMillis,
           Better::kLower, Grain::kRequest, "Sent minus planned."},
    Metric{
        MetricId::kClientLag, "client_lag", "client_lag_ms", "client lag", Unit::kMillis,
        Better::kLower, Grain::kRequest,
        "The client's own delay: the mean over a request's reads of the instant of reading minus "
        "the kernel's receive stamp."},
    Metric{MetricId::kOutputRate, "output_tokens_per_s", "output_tokens_per_s", "output tokens/s",
           Unit::kTokensPerSecond, Better::kHigher, Grain::kFigure,
           "Output tokens of successful requests over the time at full load."},
    Metric{MetricId::kRequestRate, "requests_per_s", "requests_per_s", "requests/s",
           Unit::kRequestsPerSecond, Better::kHigher, Grain::kFigure,
           "Successful requests over the time at full load."},
    Metric{MetricId::kSuccessRate, "success_rate", "success_rate", "success rate", Unit::kShare,
           Better::kHigher, Grain::kFigure,
           "Successful requests over those that succeeded or failed."},
    Metric{MetricId::kGoodput, "goodput", "goodput_requests_per_s", "goodput",
           Unit::kRequestsPerSecond, Better::kHigher, Grain::kFigure,
           "Successful requests that meet every latency SLO at once, over the time at full load."},
    Metric{MetricId::kWholeOutputRate, "whole_output_tokens_per_s", "whole_output_tokens_per_s",
           "output tokens/s of the whole", Unit::kTokensPerSecond, Better::kHigher, Grain::kFigure,
           "Output tokens of successful requests over the whole measured time, the filling and "
           "emptying of each block included."},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (static_cast<std::size_t>(kMetrics[i].id) != i) return false;
  }
  return kMetrics.size() == static_cast<std::size_t>(MetricId::kWholeOutputRate) + 1;
}
static_assert(in_order());

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

const Metric& metric(MetricId id) { return kMetrics[static_cast<std::size_t>(id)]; }

const Metric* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(kMetrics, name, &Metric::name);
  return found == kMetrics.end() ? nullptr : found;
}

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::kMillis:
      return "ms";
    case Unit::kTokensPerSecond:
      return "tokens/s";
    case Unit::kRequestsPerSecond:
      return "requests/s";
    case Unit::kShare:
      return "%";
  }
  return "";
}

std::string format_value(const Metric& metric, double value) {
  if (metric.unit != Unit::kShare) {
    return fmt::format("{} {}", format_number(value), unit_name(metric.unit));
  }
  // Never round a share up to the whole: one failure in a million is not 100%.
  const double floored = std::floor(value * 1e4 + 1e-6) / 1e2;
  return fmt::format("{:g}%", floored);
}

std::string quantile_name(double quantile) {
  return fmt::format("p{:g}", std::round(quantile * 1e6) / 1e4);
}

std::string figure_title(const Figure& figure) {
  const Metric& m = metric(figure.metric);
  if (m.grain == Grain::kFigure) return std::string(m.title);
  return fmt::format("{} {}", m.title, quantile_name(figure.quantile));
}

std::string figure_name(const Figure& figure) {
  const Metric& m = metric(figure.metric);
  if (m.grain == Grain::kFigure) return std::string(m.name);
  return fmt::format("{}_{}", m.name, quantile_name(figure.quantile));
}

}  // namespace tt::analysis
