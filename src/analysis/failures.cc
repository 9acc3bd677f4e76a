#include "analysis/failures.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/proportion.h"

namespace tt::analysis {
namespace {

using record::Frame;

std::vector<FailureKind> kinds_of(const Slice& slice, std::uint64_t answerable) {
  const Frame& frame = *slice.frame;
  std::map<std::pair<Status, std::uint16_t>, std::uint64_t> counts;
  for (const std::uint32_t row : slice.rows) {
    if (frame.ok(row) || ended_by_client(frame.status[row])) continue;
    ++counts[{frame.status[row], frame.http_code[row]}];
  }
  std::vector<FailureKind> kinds;
  for (const auto& [kind, count] : counts) {
    const auto said = frame.first_errors.find({slice.target, kind.first, kind.second});
    kinds.push_back(
        {.status = kind.first,
         .http_code = kind.second,
         .count = count,
         .share = static_cast<double>(count) / static_cast<double>(answerable),
         .first_error = said == frame.first_errors.end() ? std::string() : said->second});
  }
  std::ranges::stable_sort(kinds, std::greater(), &FailureKind::count);
  return kinds;
}

// A request that timed out took at least as long as the time until it was given up.
double time_taken(const Slice& slice, std::uint32_t row, MetricId id) {
  const Frame& frame = *slice.frame;
  if (frame.ok(row)) return request_value(slice.facts(row), id);
  if (!is_timeout(frame.status[row])) return kNoValue;
  const Nanos start = start_of(frame, row);
  const bool has_token = id == MetricId::kTtft && frame.first_token[row] != kNever;
  const Nanos until = has_token ? frame.first_token[row] : frame.end[row];
  return start == kNever || until == kNever ? kNoValue : to_millis(until - start);
}

void add_over_limits(Failures& f, const Slice& slice, MetricId id, std::span<const double> limits) {
  std::vector<double> taken;
  for (const std::uint32_t row : slice.rows) {
    const double ms = time_taken(slice, row, id);
    if (!std::isnan(ms)) taken.push_back(ms);
  }
  if (taken.empty()) return;
  for (const double limit : limits) {
    const auto count = std::ranges::count_if(taken, [&](double ms) { return ms > limit; });
    f.over_limits.push_back(
        {.metric = id,
         .limit_ms = limit,
         .count = static_cast<std::uint64_t>(count),
         .share = static_cast<double>(count) / static_cast<double>(taken.size())});
  }
}

}  // namespace

bool is_timeout(Status status) {
  return status == Status::kConnectTimeout || status == Status::kFirstTokenTimeout ||
         status == Status::kGapTimeout || status == Status::kTotalTimeout;
}

Failures failures(const Slice& slice, std::span<const double> ttft_limits_ms,
                  std::span<const double> e2e_limits_ms) {
  Failures f{.dropped = slice.dropped,
             .client_limited = slice.client_limited,
             .success_rate = {},
             .success_interval = {}};
  for (const std::uint32_t row : slice.rows) {
    const Status status = slice.frame->status[row];
    if (status == Status::kOk) {
      ++f.ok;
    } else if (ended_by_client(status)) {
      ++f.cancelled;
    } else {
      ++f.failed;
      f.timeouts += is_timeout(status) ? 1 : 0;
    }
  }
  const std::uint64_t answerable = f.ok + f.failed;
  if (answerable > 0) {
    f.success_rate = static_cast<double>(f.ok) / static_cast<double>(answerable);
    f.success_interval = stats::wilson_interval(f.ok, answerable);
  }
  if (f.failed > 0) {
    f.kinds = kinds_of(slice, answerable);
    f.by_concurrency = count_by(slice, GroupBy::kConcurrency);
    f.by_input_tokens = count_by(slice, GroupBy::kInputTokens);
  }
  add_over_limits(f, slice, MetricId::kTtft, ttft_limits_ms);
  add_over_limits(f, slice, MetricId::kE2e, e2e_limits_ms);
  return f;
}

}  // namespace tt::analysis
