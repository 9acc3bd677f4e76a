// Measurements of made-up latencies that stop by --until, whose truth is known: what the test of
// the rule and `bench_power` play. Seeded, so that every count is always the same.
#pragma once

#include <cmath>
#include <cstdint>

#include "analysis/until.h"
#include "base/rng.h"

namespace tt::analysis {

/// Log-normal latencies (median 100 ms) whose logarithms remember: an AR(1) series.
struct UntilShape {
  double quantile = 0.5;  // of TTFT
  double half_width = 0.05;
  double correlation = 0;  // of a request with the one before it
  double scatter = 0.3;    // deviation of the logarithms
  double truth() const {
    return 100 * std::exp(scatter * (quantile == 0.99 ? 2.3263478740408408 : 0));
  }
};

class UntilLatencies {
 public:
  UntilLatencies(const UntilShape& shape, std::uint64_t seed)
      : shape_(shape), rng_(seed), state_(rng_.normal()) {}
  double next_ms() {
    const double memory = shape_.correlation;
    state_ = memory * state_ + std::sqrt(1 - memory * memory) * rng_.normal();
    return 100 * std::exp(shape_.scatter * state_);
  }

 private:
  UntilShape shape_;
  Rng rng_;
  double state_;
};

inline record::Row until_row(std::uint64_t index, double ttft_ms, Nanos sent) {
  record::Row row;
  row.index = index;
  row.sent = sent;
  row.first_token = sent + from_seconds(ttft_ms / 1e3);
  row.last_token = row.end = row.first_token + kSecond;
  row.output_tokens = 50;
  row.status = Status::kOk;
  return row;
}

struct UntilTally {
  int runs = 0;
  int reached = 0;
  int covered = 0;      // the interval at the end holds the truth
  double requests = 0;  // at the end, on average
  double looks = 0;     // likewise
};

/// Each run is looked at every 50 requests, and ends where the rule says so.
inline UntilTally play_until(const UntilShape& shape, int runs) {
  constexpr std::uint64_t kMost = 400'000;
  UntilTally tally{.runs = runs};
  for (int run = 0; run < runs; ++run) {
    PrecisionRule rule({.metric = MetricId::kTtft, .quantile = shape.quantile}, shape.half_width);
    UntilLatencies latencies(shape, 500 + static_cast<std::uint64_t>(run));
    for (std::uint64_t i = 0; i < kMost; ++i) {
      rule.add(until_row(i, latencies.next_ms(), static_cast<Nanos>(i) * kMillisecond));
      if (i % 50 == 0 && rule.look()) break;
    }
    if (!rule.last()) continue;
    tally.reached += rule.last()->reached ? 1 : 0;
    tally.covered +=
        rule.last()->interval && rule.last()->interval->contains(shape.truth()) ? 1 : 0;
    tally.requests += static_cast<double>(rule.last()->n) / runs;
    tally.looks += static_cast<double>(rule.last()->number) / runs;
  }
  return tally;
}

}  // namespace tt::analysis
