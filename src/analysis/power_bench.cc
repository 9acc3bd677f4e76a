// How often the verdicts err, how often they find a difference that is there, and how often the
// interval at which --until ends a run holds the truth: the tables of docs/methods.md. Not a
// measure of speed.
//   bench_power
#include <cstdio>

#include "analysis/test_power.h"
#include "analysis/test_until.h"

namespace tt::analysis {
namespace {

constexpr double kCorrelations[] = {0, 0.6, 0.9};
constexpr int kUntilRuns = 1000;

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

void print_until() {
  std::printf("\nOf %d runs that end by --until (TTFT, log-normal, sigma 0.3):\n\n", kUntilRuns);
  std::printf("%-12s %-8s %-8s %22s %10s %8s\n", "correlation", "figure", "within",
              "interval holds truth", "requests", "looks");
  for (const double correlation : {0.0, 0.6}) {
    for (const double quantile : {0.5, 0.99}) {
      for (const double half_width : {0.1, 0.05}) {
        const auto tally =
            play_until({.quantile = quantile, .half_width = half_width, .correlation = correlation},
                       kUntilRuns);
        std::printf("%-12.1f p%-7.0f %-8.0f %21.1f%% %10.0f %8.1f\n", correlation, quantile * 100,
                    half_width * 100, 100.0 * tally.covered / tally.runs, tally.requests,
                    tally.looks);
      }
    }
  }
}

}  // namespace
}  // namespace tt::analysis

int main() {
  tt::analysis::print_pairs();
  tt::analysis::print_gates();
  tt::analysis::print_until();
}
