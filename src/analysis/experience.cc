#include "analysis/experience.h"

#include <cmath>

namespace tt::analysis {

double Experience::apdex() const {
  if (requests == 0) return 0;
  const double satisfied = static_cast<double>(immediate + in_thought);
  return (satisfied + static_cast<double>(tolerating) / 2) / static_cast<double>(requests);
}

Experience experience(const Slice& slice) {
  static_assert(kApdexMs == kInThoughtMs, "apdex() counts the two first bands as satisfied");
  const record::Frame& frame = *slice.frame;
  const auto& ttft = values(slice, MetricId::kTtft);
  const auto& e2e = values(slice, MetricId::kE2e);
  const auto& tpot = values(slice, MetricId::kTpot);
  Experience seen;
  for (std::size_t i = 0; i < slice.rows.size(); ++i) {
    const Status status = frame.status[slice.rows[i]];
    if (ended_by_client(status)) continue;
    if (status != Status::kOk) {
      ++seen.requests;
      ++seen.failed;
      continue;
    }
    const double waited = std::isnan(ttft[i]) ? e2e[i] : ttft[i];
    if (std::isnan(waited)) continue;
    ++seen.requests;
    if (waited <= kImmediateMs) {
      ++seen.immediate;
    } else if (waited <= kInThoughtMs) {
      ++seen.in_thought;
    } else if (waited <= kAttentiveMs) {
      ++seen.attentive;
    } else {
      ++seen.lost;
    }
    seen.tolerating += waited > kApdexMs && waited <= 4 * kApdexMs ? 1 : 0;
    if (std::isnan(tpot[i])) continue;
    ++seen.streamed;
    seen.reads_along += tpot[i] <= kReadingMsPerToken ? 1 : 0;
  }
  return seen;
}

}  // namespace tt::analysis
