// How long charts take to draw: the first, and twenty on all cores; and the memory of it.
//   bench_chart
#include <cstdio>
#include <span>
#include <vector>

#include <sys/resource.h>

#include "base/jobs.h"
#include "chart/catalogue.h"
#include "chart/renderer.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

double seconds_of(const Job& job) {
  const Nanos start = steady_now();
  job();
  return to_seconds(steady_now() - start);
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void draw(const Chart& chart, Format format) {
  const auto drawn = Renderer::create(kClock).value().draw(chart, {}, format);
  if (!drawn) std::printf("%s: %s\n", chart.id.c_str(), drawn.error().message.c_str());
}

void measure() {
  const TestRun run = three_targets(5'000);
  std::printf("%-44s %8.0f MB\n", "before", peak_mb());
  std::vector<Chart> charts;
  const double made = seconds_of([&] {
    for (const auto& entry : catalogue()) {
      if (fits(entry, run.input())) charts.push_back(make_chart(entry, run.input()));
    }
  });
  std::printf("%-44s %8.3f s\n", "figures of 20 charts of 15,000 requests", made);
  std::printf("%-44s %8.3f s\n", "first chart, SVG",
              seconds_of([&] { draw(charts[0], Format::kSvg); }));
  std::printf("%-44s %8.3f s\n", "another, SVG",
              seconds_of([&] { draw(charts[1], Format::kSvg); }));
  for (const Format format : {Format::kSvg, Format::kPng, Format::kPdf}) {
    std::vector<Job> jobs;
    for (const Chart& chart : std::span(charts).first(20)) {
      jobs.emplace_back([&chart, format] { draw(chart, format); });
    }
    std::printf("20 charts on all cores, %-20s %8.3f s %8.0f MB\n", format_name(format).data(),
                seconds_of([&] { run_jobs(jobs); }), peak_mb());
  }
}

}  // namespace
}  // namespace tt::chart

int main() { tt::chart::measure(); }
