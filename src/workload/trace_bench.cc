// Reading a trace, against reading the same bytes' lines and no more; and making a shaped schedule,
// against drawing its random numbers and no more. CPU time, the least of some rounds.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/time.h"
#include "plan/load_curve.h"
#include "workload/trace.h"
#include "workload/trace_lines.h"

namespace {

using namespace tt;
using namespace tt::workload;

constexpr int kRows = 200'000;
constexpr int kRounds = 3;

Nanos cpu_now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

double best_ns(const std::function<void()>& run) {
  Nanos best = INT64_MAX;
  for (int round = 0; round < kRounds; ++round) {
    const Nanos start = cpu_now();
    run();
    best = std::min(best, cpu_now() - start);
  }
  return static_cast<double>(best) / kRows;
}

void bench_trace(const char* name, const std::string& text) {
  const double whole = best_ns([&] {
    std::istringstream in(text);
    const auto trace = read_trace(in, tt::plan::TraceReplay::Format::kAuto, name);
    if (!trace || trace->rows.size() != kRows) std::abort();
  });
  const double lines = best_ns([&] {
    std::istringstream in(text);
    LineReader reader(in);
    std::string_view line;
    while (reader.next(line)) continue;
  });
  fmt::print("{:<10}{:7.0f} ns a row, {:5.1f}x its lines alone, {:6.0f} MB/s\n", name, whole,
             whole / lines, static_cast<double>(text.size()) / kRows / whole * 1e3);
}

void bench_curve(const char* name, tt::plan::Stage::Curve curve) {
  const tt::plan::Stage stage{
      .duration = 1000 * kSecond, .from = 100, .to = 300, .curve = curve, .period = 10 * kSecond};
  const tt::plan::LoadCurve shape(std::span(&stage, 1), 0);
  const double each = shape.area() / kRows;
  Rng rng(1);
  double sink = 0;
  const double plain = best_ns([&] {
    for (int i = 0; i < kRows; ++i) sink += rng.exponential();
  });
  const double shaped = best_ns([&] {
    double area = 0;
    for (int i = 0; i < kRows; ++i) {
      area = std::min(shape.area(), area + each * rng.exponential());
      sink += static_cast<double>(shape.reach(area));
    }
  });
  if (sink < 0) std::abort();
  fmt::print("{:<15}{:7.0f} ns an arrival, {:5.1f}x the drawing alone\n", name, shaped,
             shaped / plain);
}

}  // namespace

int main() {
  std::string csv = "timestamp,input_tokens,output_tokens\n";
  std::string azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  std::string mooncake;
  for (int i = 0; i < kRows; ++i) {
    csv += fmt::format("{}.{:03},{},{}\n", i / 10, i % 1000, 100 + i % 900, 10 + i % 90);
    azure += fmt::format("2024-05-10 {:02}:{:02}:{:02}.{:07},{},{}\n", i / 36000 % 24, i / 600 % 60,
                         i / 10 % 60, i % 10'000'000, 100 + i % 900, 10 + i % 90);
    mooncake += fmt::format(
        "{{\"timestamp\": {}, \"input_length\": {}, \"output_length\": 52, \"hash_ids\": [0, {}, "
        "{}, {}, {}]}}\n",
        i * 100, 2000 + i % 500, i, i + 1, i + 2, i + 3);
  }
  bench_trace("csv", csv);
  bench_trace("azure", azure);
  bench_trace("mooncake", mooncake);
  bench_curve("linear", tt::plan::Stage::Curve::kLinear);
  bench_curve("exponential", tt::plan::Stage::Curve::kExponential);
  bench_curve("wave", tt::plan::Stage::Curve::kWave);
  return 0;
}
