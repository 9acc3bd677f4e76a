// What intervals and comparisons of a million latencies cost: independent ones, some that depend on
// their neighbours, and some rounded so that most tie. CPU time of this thread, the least of some
// rounds.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/time.h"
#include "stats/bootstrap.h"
#include "stats/distributions.h"
#include "stats/rank.h"
#include "stats/shift.h"

namespace {

using namespace tt;
using namespace tt::stats;

constexpr std::size_t kMany = 1'000'000;
constexpr int kRounds = 3;

Nanos cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

template <class Work>
void time_it(std::string_view name, Work work) {
  Nanos best = INT64_MAX;
  for (int round = 0; round < kRounds; ++round) {
    const Nanos start = cpu_now();
    work();
    best = std::min(best, cpu_now() - start);
  }
  fmt::print("{:<48} {:>9.1f} ms\n", name, static_cast<double>(best) / 1e6);
}

std::vector<double> latencies(std::uint64_t seed, double correlation) {
  Rng rng(seed);
  std::vector<double> values(kMany);
  double state = 0;
  for (double& x : values) {
    state = correlation * state + std::sqrt(1 - correlation * correlation) * rng.normal();
    x = std::exp(4 + state);
  }
  return values;
}

void time_bootstraps(std::string_view kind, const std::vector<double>& values) {
  const Blocks blocks = {values};
  const auto named = [&](std::string_view what) { return fmt::format("{}, {}", what, kind); };
  time_it(named("bootstrap of p50"), [&] { return bootstrap_quantile(blocks, 0.5); });
  time_it(named("bootstrap of p99"), [&] { return bootstrap_quantile(blocks, 0.99); });
  time_it(named("bootstrap of the mean"), [&] { return bootstrap_mean(blocks); });
}

}  // namespace

int main() {
  std::vector<double> a = latencies(1, 0);
  const std::vector<double> b = latencies(2, 0);
  time_bootstraps("independent", a);
  time_bootstraps("correlation 0.95", latencies(3, 0.95));
  time_bootstraps("correlation 0.999", latencies(4, 0.999));
  const Sorted a_sorted(a);
  const Sorted b_sorted(b);
  time_it("Hodges-Lehmann", [&] { return hodges_lehmann(a_sorted, b_sorted); });
  time_it("Mann-Whitney", [&] { return mann_whitney(a_sorted, b_sorted); });
  time_it("Kolmogorov-Smirnov", [&] { return kolmogorov_smirnov(a_sorted, b_sorted); });
  time_it("Anderson-Darling", [&] { return anderson_darling(a_sorted, b_sorted); });
  time_it("shift function", [&] { return shift_function({a}, {b}); });
  for (double& x : a) x = std::round(x / 10);
  time_bootstraps("tied", a);
}
