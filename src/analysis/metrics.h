// Every metric, declared once. Terminal, browser, reports and files take names, units and
// definitions from here; docs/metrics.md says the same at length.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tt::analysis {

enum class MetricId : std::uint8_t {
  kTtft,
  kTtftPlan,
  kTpot,
  kItl,
  kIcl,
  kE2e,
  kE2ePlan,
  kScheduleLag,
  kClientLag,
  kOutputRate,
  kRequestRate,
  kSuccessRate,
  kGoodput,
  kWholeOutputRate,
};

enum class Unit : std::uint8_t { kMillis, kTokensPerSecond, kRequestsPerSecond, kShare };

enum class Better : std::uint8_t { kLower, kHigher };

/// What a metric has in a run: one sample a request, one a gap between tokens, or one figure in
/// all.
enum class Grain : std::uint8_t { kRequest, kGap, kFigure };

struct Metric {
  MetricId id;
  std::string_view name;   // "ttft": in plans, SLOs and on the command line
  std::string_view key;    // "ttft_ms": with its unit, in JSON
  std::string_view title;  // "TTFT": for people
  Unit unit;
  Better better;
  Grain grain;
  std::string_view definition;  // one sentence
};

/// All metrics, in the order in which they are shown.
std::span<const Metric> metrics();
const Metric& metric(MetricId id);
/// By name; nullptr where unknown.
const Metric* find_metric(std::string_view name);

/// "ms", "tokens/s", "requests/s", "%".
std::string_view unit_name(Unit unit);
/// A value with its unit: "12.4 ms", "1,240 tokens/s", "99.5%".
std::string format_value(const Metric& metric, double value);

/// One number of a target: a quantile of a sampled metric, or a figure as it is.
struct Figure {
  MetricId metric = MetricId::kTtft;
  double quantile = 0.5;  // unused for Grain::kFigure
  bool operator==(const Figure&) const = default;
};

/// "p50", "p99.9".
std::string quantile_name(double quantile);
/// "TTFT p50", "output tokens/s".
std::string figure_title(const Figure& figure);
/// "ttft_p50", "output_tokens_per_s".
std::string figure_name(const Figure& figure);

}  // namespace tt::analysis
