// A metric of one request, from its instants: the one place where each is computed. What the words
// mean stands in metrics.h.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "analysis/metrics.h"
#include "base/time.h"

namespace tt::analysis {

/// Stands in columns of values for "has none".
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// What the metrics of a request are made of; instants and durations as in record::Row.
struct RequestFacts {
  Nanos planned = kNever;
  Nanos sent = kNever;
  Nanos first_token = kNever;
  Nanos last_token = kNever;
  Nanos end = kNever;
  Nanos lag_mean = -1;
  // What another tool reported, for rows that lack the instants; -1: nothing.
  Nanos reported_ttft = -1;
  Nanos reported_tpot = -1;
  Nanos reported_e2e = -1;
  std::uint32_t output_tokens = 0;
  bool ok = false;
  bool left = false;  // the client went away in mid-answer, as planned: its first token counts
};

namespace facts {

inline double between(Nanos from, Nanos to) {
  return from == kNever || to == kNever ? kNoValue : to_millis(to - from);
}
inline double or_reported(double own, Nanos reported) {
  return std::isnan(own) && reported >= 0 ? to_millis(reported) : own;
}
// All tokens in one chunk say nothing about the pace.
inline double pace(const RequestFacts& r) {
  if (r.output_tokens < 2 || r.first_token == kNever || r.last_token <= r.first_token) {
    return kNoValue;
  }
  return to_millis(r.last_token - r.first_token) / (r.output_tokens - 1);
}

}  // namespace facts

/// In milliseconds; kNoValue where the request has none. Only successful requests have latencies,
/// but for TTFT, which those have as well that left later; lags are taken from every one that has
/// them. For Grain::kRequest; kNoValue for other metrics.
inline double request_value(const RequestFacts& r, MetricId metric) {
  if (metric == MetricId::kScheduleLag) return facts::between(r.planned, r.sent);
  if (metric == MetricId::kClientLag) return r.lag_mean >= 0 ? to_millis(r.lag_mean) : kNoValue;
  const bool first_token = metric == MetricId::kTtft || metric == MetricId::kTtftPlan;
  if (!r.ok && !(r.left && first_token)) return kNoValue;
  switch (metric) {
    case MetricId::kTtft:
      return facts::or_reported(facts::between(r.sent, r.first_token), r.reported_ttft);
    case MetricId::kTtftPlan:
      return facts::between(r.planned, r.first_token);
    case MetricId::kTpot:
      return facts::or_reported(facts::pace(r), r.reported_tpot);
    case MetricId::kE2e:
      return facts::or_reported(facts::between(r.sent, r.end), r.reported_e2e);
    case MetricId::kE2ePlan:
      return facts::between(r.planned, r.end);
    default:
      return kNoValue;
  }
}

/// A chunk that claims more tokens than this counts as this many: no stream is cut so coarsely, and
/// a wrong count must not fill the memory.
inline constexpr std::uint32_t kMostChunkTokens = 1000;

/// Calls add(gap in milliseconds, times) for every gap of a request's chunks: by token a chunk of k
/// tokens is k gaps of gap / k, else one. `tokens` may be shorter, or 0 where not told: then one.
template <class Add>
void for_each_gap(std::span<const Nanos> at, std::span<const std::uint32_t> tokens, bool by_token,
                  Add add) {
  for (std::size_t i = 1; i < at.size(); ++i) {
    const double gap = to_millis(at[i] - at[i - 1]);
    const std::uint32_t times = by_token && i < tokens.size()
                                    ? std::clamp<std::uint32_t>(tokens[i], 1, kMostChunkTokens)
                                    : 1;
    add(times == 1 ? gap : gap / times, times);
  }
}

}  // namespace tt::analysis
