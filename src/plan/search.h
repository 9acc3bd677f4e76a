// What a plan may ask beyond one load: a sweep over loads, a search for the capacity, an end once a
// figure is known well enough. docs/capacity.md tells what becomes of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::plan {

/// Ends a load early: once the interval of a figure is so narrow for every target.
struct Precision {
  std::string metric;        // "ttft", "tpot", "e2e", "output_tokens_per_s", "requests_per_s"
  double quantile = 0.5;     // of latencies; unused for rates
  double half_width = 0.05;  // half of the interval's width, over the figure
  std::string text;          // as the user wrote it
  bool operator==(const Precision&) const = default;
};

/// What a sweep or a search varies.
enum class LoadAxis : std::uint8_t {
  kConcurrency,  // requests in flight: whole numbers
  kRate,         // requests a second
};
std::string_view axis_name(LoadAxis axis);  // "concurrency", "rate"

/// One run for each load and repeat, all in one group.
struct Sweep {
  enum class Order : std::uint8_t {
    kRandom,     // each repeat in a random order of its own: drift is not taken for an effect
    kAscending,  // as people draw the curve; each repeat from the lowest
    kDescending,
  };
  LoadAxis over = LoadAxis::kConcurrency;
  std::vector<double> loads;  // rising, each once
  std::uint32_t repeats = 1;
  Order order = Order::kRandom;
  Nanos cool_down = 2 * kSecond;  // rest between two runs
  bool operator==(const Sweep&) const = default;
};

/// The search for the highest load that meets every objective of the plan.
struct CapacityGoal {
  LoadAxis over = LoadAxis::kRate;
  double from = 1;            // where the search begins
  double at_most = 10'000;    // loads above are not tried
  double tolerance = 0.03;    // it ends once the answer is known within this share
  std::uint32_t probes = 40;  // at most so many for each target
  Nanos within = 0;           // no probe begins after so long, in all; 0: no limit
  Nanos cool_down = 2 * kSecond;
  bool operator==(const CapacityGoal&) const = default;
};

/// Most runs that one sweep may ask for.
inline constexpr std::size_t kMostSweepRuns = 1000;

/// "ttft_p99:5%", or with the quantile first: "p99_ttft:5%".
Result<Precision> parse_precision(std::string_view text);
/// Loads as a list of numbers and ranges: "1,2,4", "10..50+10" (steps of 10), "1..64x2" (each twice
/// the last), "1..100/7" (7 loads, evenly apart on a log scale). Sorted, each once; a range's end
/// is among them where its steps reach it.
Result<std::vector<double>> parse_loads(std::string_view text, LoadAxis axis);

/// What is wrong with a part: a sentence with a remedy, or empty.
std::string precision_fault(const Precision& precision);
std::string loads_fault(const std::vector<double>& loads, LoadAxis axis);

}  // namespace tt::plan
