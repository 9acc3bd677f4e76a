// What the curves of a chart cost: the shapes and trends of a million latencies, and the figures
// that are made of a reduced series. CPU time of this thread, the least of some rounds.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/time.h"
#include "stats/autocorrelation.h"
#include "stats/change_point.h"
#include "stats/correlation.h"
#include "stats/ecdf.h"
#include "stats/histogram_bins.h"
#include "stats/kde.h"
#include "stats/loess.h"
#include "stats/trend.h"

namespace {

using namespace tt;
using namespace tt::stats;

constexpr std::size_t kMany = 1'000'000;
constexpr std::size_t kReduced = 2000;
constexpr int kRounds = 3;

Nanos cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

class Bench {
 public:
  // `work` says whether there was an answer.
  template <class Work>
  void run(const char* name, std::size_t n, Work work) {
    Nanos best = INT64_MAX;
    for (int round = 0; round < kRounds; ++round) {
      const Nanos start = cpu_now();
      const bool answered = work();
      best = std::min(best, cpu_now() - start);
      if (!answered) {
        fmt::print(stderr, "failed: {}\n", name);
        std::exit(1);
      }
    }
    const double ms = static_cast<double>(best) / 1e6;
    fmt::print("{:<40} {:>9} {:>10.2f}\n", name, n, ms);
    json_ += fmt::format("{}{{\"figure\":\"{}\",\"n\":{},\"ms\":{:.2f}}}", json_.empty() ? "" : ",",
                         name, n, ms);
  }
  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

// Latencies in ms: two peaks, a long tail, and a drift.
std::vector<double> latencies() {
  Rng rng(1);
  std::vector<double> values(kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    const double typical = rng.uniform() < 0.3 ? 40 : 220;
    values[i] = typical * std::exp(0.25 * rng.normal()) + 1e-5 * static_cast<double>(i);
    if (rng.uniform() < 0.001) values[i] *= 20;
  }
  return values;
}

void shapes(Bench& bench, const std::vector<double>& values) {
  const Sorted sorted(values);
  bench.run("sort", kMany, [&] { return !Sorted(values).empty(); });
  bench.run("Sheather-Jones bandwidth", kMany,
            [&] { return sheather_jones_bandwidth(sorted).has_value(); });
  bench.run("density, 512 places", kMany, [&] { return kde(sorted).has_value(); });
  bench.run("density by Silverman", kMany,
            [&] { return kde(sorted, {.rule = BandwidthRule::kSilverman}).has_value(); });
  bench.run("density on a log scale", kMany,
            [&] { return kde(sorted, {.log_scale = true}).has_value(); });
  bench.run("ECDF in 500 steps", kMany, [&] { return !ecdf_steps(sorted, 500).empty(); });
  bench.run("bins and their counts", kMany,
            [&] { return !count_in_bins(sorted, bin_edges(sorted)).empty(); });
}

void trends(Bench& bench, const std::vector<double>& values) {
  std::vector<double> time(values.size());
  std::iota(time.begin(), time.end(), 0.0);
  std::vector<double> places(100);
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = static_cast<double>(i) / 99 * time.back();
  }
  bench.run("LOESS, 100 places", kMany, [&] { return loess(time, values, places).has_value(); });
  bench.run("LOESS, one robust iteration", kMany,
            [&] { return loess(time, values, places, {.robust_iterations = 1}).has_value(); });
  bench.run("Theil-Sen of drawn pairs", kMany, [&] { return theil_sen(time, values).has_value(); });
  bench.run("Mann-Kendall", kMany, [&] { return mann_kendall(values).has_value(); });
  bench.run("Pearson", kMany,
            [&] { return correlate(time, values, CorrelationKind::kPearson).has_value(); });
  bench.run("Spearman", kMany,
            [&] { return correlate(time, values, CorrelationKind::kSpearman).has_value(); });
}

void reduced(Bench& bench, std::span<const double> series) {
  std::vector<double> time(series.size());
  std::iota(time.begin(), time.end(), 0.0);
  bench.run("Theil-Sen of all pairs", kReduced,
            [&] { return theil_sen(time, series).has_value(); });
  bench.run("change points in the mean", kReduced,
            [&] { return find_segments(series).has_value(); });
  bench.run("change points in mean and variance", kReduced, [&] {
    return find_segments(series, {.change = ChangeIn::kMeanAndVariance}).has_value();
  });
  bench.run("effective sample size", kReduced,
            [&] { return effective_sample_size(series).has_value(); });
}

}  // namespace

int main() {
  const std::vector<double> values = latencies();
  Bench bench;
  fmt::print("{:<40} {:>9} {:>10}\n", "figure", "n", "ms");
  shapes(bench, values);
  trends(bench, values);
  reduced(bench, std::span(values).first(kReduced));
  fmt::print("{{\"bench\":\"curves\",\"figures\":[{}]}}\n", bench.json());
}
