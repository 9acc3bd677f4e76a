// Pairs of made-up runs whose difference is known: what the test of the tests and its benchmark
// play. Seeded, so that every count is always the same.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/compare.h"
#include "analysis/contest.h"
#include "analysis/test_rows.h"

namespace tt::analysis {

inline constexpr int kPowerRepetitions = 200;

struct PowerShape {
  double effect = 0;       // b takes so much longer than a: 0.08 is 8%
  double correlation = 0;  // of a request with the one before it in its block: an AR(1) series
  std::uint32_t blocks = 5;
  std::uint32_t in_block = 200;
  double scatter = 0.15;  // deviation of the logarithms
};

/// TTFTs around `level_ms`, one request a second.
inline std::vector<record::Row> power_rows(double level_ms, const PowerShape& shape,
                                           std::uint64_t seed) {
  Rng rng(seed);
  std::vector<record::Row> rows;
  const double fresh = std::sqrt(1 - shape.correlation * shape.correlation);
  for (std::uint32_t block = 0; block < shape.blocks; ++block) {
    double state = rng.normal();
    for (std::uint32_t i = 0; i < shape.in_block; ++i) {
      state = shape.correlation * state + fresh * rng.normal();
      rows.push_back(make_row({.block = block,
                               .planned_ms = 1e3 * (block * shape.in_block + i),
                               .ttft_ms = level_ms * std::exp(shape.scatter * state),
                               .tokens = 2},
                              rows.size()));
    }
  }
  return rows;
}

/// One request after the other, each as much slower in its first token as in its pace: rows of
/// which every figure that a gate compares wanders.
inline std::vector<record::Row> power_run(double level, const PowerShape& shape,
                                          std::uint64_t seed) {
  Rng rng(seed);
  std::vector<record::Row> rows;
  const double fresh = std::sqrt(1 - shape.correlation * shape.correlation);
  double at_ms = 0;
  for (std::uint32_t block = 0; block < shape.blocks; ++block) {
    double state = rng.normal();
    for (std::uint32_t i = 0; i < shape.in_block; ++i) {
      state = shape.correlation * state + fresh * rng.normal();
      const double slower = level * std::exp(shape.scatter * state);
      const RowShape request{.block = block,
                             .planned_ms = at_ms,
                             .ttft_ms = 100 * slower,
                             .gap_ms = 10 * slower * std::exp(0.1 * rng.normal())};
      rows.push_back(make_row(request, rows.size()));
      at_ms += request.ttft_ms + request.gap_ms * (request.tokens - 1);
    }
    at_ms += 1e3;  // the other target's turn
  }
  return rows;
}

struct PowerTally {
  int apart = 0;    // better or worse
  int better = 0;   // a, the faster one
  int by_rank = 0;  // Mann-Whitney's p at or below 0.05
};

/// How often a is called apart from b by the median of TTFT.
inline PowerTally play_pairs(const PowerShape& shape) {
  PowerTally tally;
  for (int i = 0; i < kPowerRepetitions; ++i) {
    const auto seed = static_cast<std::uint64_t>(2 * i + 1);
    const auto a = power_rows(100 / (1 + shape.effect), shape, seed);
    const auto b = power_rows(100, shape, seed + 1);
    const auto grouped_a = group_rows(a, 1);
    const auto grouped_b = group_rows(b, 1);
    const Figure figure{MetricId::kTtft, 0.5};
    const Comparison c = compare(estimate(grouped_a[0], figure, {}, 1),
                                 estimate(grouped_b[0], figure, {}, 2), stats::Sections::kUnpaired);
    tally.better += c.verdict == Verdict::kBetter ? 1 : 0;
    tally.apart += c.verdict == Verdict::kBetter || c.verdict == Verdict::kWorse ? 1 : 0;
    tally.by_rank += c.by_rank->p_value <= 0.05 ? 1 : 0;
  }
  return tally;
}

/// In how many pairs `compare --fail-on-regression` would fail b against its baseline a, over all
/// figures together.
inline int play_gate(const PowerShape& shape, int repetitions) {
  int failed = 0;
  for (int i = 0; i < repetitions; ++i) {
    const auto seed = static_cast<std::uint64_t>(2 * i + 1);
    const auto a = power_run(1 / (1 + shape.effect), shape, seed);
    const auto b = power_run(1, shape, seed + 1);
    RunInput before = make_run({"engine"});
    before.run_id = "before";
    RunInput after = make_run({"engine"});
    after.run_id = "after";
    before.workload_text = after.workload_text = "synthetic 50 in, 11 out";
    const Entry entries[] = {{.run = &before, .rows = a}, {.run = &after, .rows = b}};
    const auto seating = seat(entries);
    if (!seating) continue;
    failed += hold_contest(entries, seating->tables.front(), {}).regressions.empty() ? 0 : 1;
  }
  return failed;
}

}  // namespace tt::analysis
