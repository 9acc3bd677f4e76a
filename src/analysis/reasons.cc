#include "analysis/reasons.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::analysis {
namespace {

struct Wording {
  Figure figure;
  std::string_view what;  // "waits ... less for the first word"
};

// In the order in which people feel them; of one kind (median and tail) the first that holds.
constexpr Wording kWordings[] = {
    {{.metric = MetricId::kSuccessRate}, "fails fewer requests"},
    {{.metric = MetricId::kTtft, .quantile = 0.5}, "until the first word"},
    {{.metric = MetricId::kOutputRate}, "tokens a second from the whole system"},
    {{.metric = MetricId::kTpot, .quantile = 0.5}, "between words"},
    {{.metric = MetricId::kE2ePlan, .quantile = 0.5}, "until the whole answer, queueing included"},
    {{.metric = MetricId::kE2e, .quantile = 0.5}, "until the whole answer"},
    {{.metric = MetricId::kTtft, .quantile = 0.99},
     "until the first word for the slowest 1% of requests"},
    {{.metric = MetricId::kTpot, .quantile = 0.99}, "between words for the slowest 1% of requests"},
};

// Of the winner against the other that comes nearest; nullopt unless it is better than all.
std::optional<Comparison> against_nearest(std::span<const PairComparison> pairs,
                                          const Figure& figure, std::size_t winner,
                                          std::size_t& nearest) {
  std::optional<Comparison> best;
  const bool lower = metric(figure.metric).better == Better::kLower;
  for (const PairComparison& pair : pairs) {
    if (pair.a != winner && pair.b != winner) continue;
    const auto found = std::ranges::find(pair.comparisons, figure, &Comparison::figure);
    if (found == pair.comparisons.end()) return std::nullopt;
    Comparison c = pair.a == winner ? *found : mirror(*found);
    if (c.verdict != Verdict::kBetter) return std::nullopt;
    if (best && (lower ? *c.b >= *best->b : *c.b <= *best->b)) continue;
    nearest = pair.a == winner ? pair.b : pair.a;
    best = std::move(c);
  }
  return best;
}

std::string reason(const Wording& wording, const Comparison& c, std::string_view winner,
                   std::string_view other) {
  const Metric& m = metric(c.figure.metric);
  if (m.unit == Unit::kShare) {
    return fmt::format("{} {}: {:.1f} of 1,000, against {:.1f} of {}", winner, wording.what,
                       (1 - *c.a) * 1000, (1 - *c.b) * 1000, other);
  }
  const std::string numbers = fmt::format("{} against {} of {} ({})", format_value(m, *c.a),
                                          format_value(m, *c.b), other, figure_title(c.figure));
  if (m.better == Better::kHigher) {
    return fmt::format("{} gives {} {}: {}", winner, change_text(*c.ratio), wording.what, numbers);
  }
  return fmt::format("{} takes {} time {}: {}", winner, change_text(*c.ratio), wording.what,
                     numbers);
}

}  // namespace

std::string change_text(double ratio) {
  if (ratio >= 2) return fmt::format("{:.1f} times the", ratio);
  if (ratio > 1) return fmt::format("{:.0f}% more", (ratio - 1) * 100);
  return fmt::format("{:.0f}% less", (1 - ratio) * 100);
}

std::vector<std::string> find_reasons(const RunInput& run, std::span<const PairComparison> pairs,
                                      const Answer& answer) {
  std::vector<std::string> reasons;
  std::vector<MetricId> told;
  if (!answer.winner) return reasons;
  for (const Wording& wording : kWordings) {
    if (reasons.size() == kMostReasons) break;
    if (std::ranges::find(told, wording.figure.metric) != told.end()) continue;
    std::size_t other = 0;
    const auto c = against_nearest(pairs, wording.figure, *answer.winner, other);
    if (!c) continue;
    told.push_back(wording.figure.metric);
    reasons.push_back(
        reason(wording, *c, run.targets[*answer.winner].name, run.targets[other].name));
  }
  return reasons;
}

}  // namespace tt::analysis
