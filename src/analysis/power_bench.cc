// How often the verdicts err, and how often they find a difference that is there: the tables "How
// often it errs" of docs/methods.md. Not a measure of speed.
//   bench_power
#include <cstdio>

#include "analysis/test_power.h"

namespace tt::analysis {
namespace {

constexpr double kCorrelations[] = {0, 0.6, 0.9};

void print_pairs() {
  std::printf("Of %d pairs, by the median TTFT of 5 blocks a side (log-normal, sigma 0.15):\n\n",
              kPowerRepetitions);
  std::printf("%-12s %-12s %22s %14s %14s\n", "correlation", "requests", "no difference, called",
              "by requests", "8%, called");
  std::printf("%-12s %-12s %22s %14s %14s\n", "", "a block", "better or worse", "(p <= 0.05)",
              "better");
  for (const double correlation : kCorrelations) {
    for (const std::uint32_t in_block : {200U, 1000U}) {
      const PowerTally none = play_pairs({.correlation = correlation, .in_block = in_block});
      const PowerTally some =
          play_pairs({.effect = 0.08, .correlation = correlation, .in_block = in_block});
      std::printf("%-12.1f %-12u %22d %14d %14d\n", correlation, in_block, none.apart, none.by_rank,
                  some.better);
    }
  }
}

void print_gates() {
  std::printf(
      "\nOf %d pairs, failed by the whole gate (compare --fail-on-regression: every figure at "
      "once, 5 blocks of 200):\n\n",
      kPowerRepetitions);
  std::printf("%-12s %14s %10s %10s\n", "correlation", "no difference", "8%", "15%");
  for (const double correlation : kCorrelations) {
    const auto gate = [&](double effect) {
      return play_gate({.effect = effect, .correlation = correlation}, kPowerRepetitions);
    };
    const int none = gate(0);
    const int eight = gate(0.08);
    std::printf("%-12.1f %14d %10d %10d\n", correlation, none, eight, gate(0.15));
  }
}

}  // namespace
}  // namespace tt::analysis

int main() {
  tt::analysis::print_pairs();
  tt::analysis::print_gates();
}
