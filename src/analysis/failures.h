// What went wrong, how often, and when: errors by kind, code, load and length, and what took too
// long.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/groups.h"
#include "analysis/slice.h"
#include "stats/interval.h"

namespace tt::analysis {

struct FailureKind {
  Status status = Status::kOk;
  std::uint16_t http_code = 0;  // 0: no response
  std::uint64_t count = 0;
  double share = 0;         // of the requests that succeeded or failed
  std::string first_error;  // what was said of the first; foreign text, may be empty
};

/// Requests that took longer than a limit, timed out ones among them.
struct OverLimit {
  MetricId metric = MetricId::kTtft;
  double limit_ms = 0;
  std::uint64_t count = 0;
  double share = 0;  // of the requests that succeeded or timed out
};

struct Failures {
  std::uint64_t ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t dropped = 0;
  std::uint64_t client_limited = 0;
  std::uint64_t timeouts = 0;          // of the failed: connecting, first token, gap, total
  std::optional<double> success_rate;  // ok over ok + failed
  std::optional<stats::Interval> success_interval;
  std::vector<FailureKind> kinds;           // most frequent first
  std::vector<GroupCount> by_concurrency;   // where anything failed
  std::vector<GroupCount> by_input_tokens;  // likewise, of requests whose input was counted
  std::vector<OverLimit> over_limits;
};

inline constexpr std::array kTtftLimitsMs = {1000.0, 2000.0, 5000.0, 10'000.0};
inline constexpr std::array kE2eLimitsMs = {10'000.0, 30'000.0, 60'000.0, 120'000.0};

bool is_timeout(Status status);

Failures failures(const Slice& slice, std::span<const double> ttft_limits_ms = kTtftLimitsMs,
                  std::span<const double> e2e_limits_ms = kE2eLimitsMs);

}  // namespace tt::analysis
