// Runs made by hand, for tests and benchmarks of charts.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/test_rows.h"
#include "base/rng.h"
#include "chart/input.h"
#include "record/frame.h"

namespace tt::chart {

/// A run with what it points to.
struct TestRun {
  std::unique_ptr<record::Frame> frame = {};
  RunView view = {};
  std::vector<record::Row> rows = {};
  std::optional<analysis::Contest> contest = {};
  Input input() const {
    return {.run = &view, .curve = nullptr, .contest = contest ? &*contest : nullptr};
  }
  /// The targets against each other.
  void compare() {
    const analysis::Entry entry{.run = &view.run, .rows = rows};
    std::vector<analysis::Seat> seats;
    for (std::size_t t = 0; t < view.run.targets.size(); ++t) seats.push_back({0, t});
    contest = analysis::hold_contest({&entry, 1}, seats, {});
  }
};

struct TestTarget {
  std::string name;
  std::size_t requests = 200;
  double ttft_ms = 50;  // median
  double sigma = 0.3;   // of ln(TTFT)
  std::size_t failed = 0;
};

inline TestRun test_run(const std::vector<TestTarget>& targets) {
  std::vector<record::Row> rows;
  std::vector<std::string> names;
  for (std::uint32_t t = 0; t < targets.size(); ++t) {
    names.push_back(targets[t].name);
    Rng rng(1 + t);
    for (std::size_t i = 0; i < targets[t].requests; ++i) {
      analysis::RowShape shape{
          .target = t,
          .planned_ms = 100.0 * static_cast<double>(i),
          .ttft_ms = targets[t].ttft_ms * std::exp(targets[t].sigma * rng.normal()),
          .gap_ms = 8 + 2 * rng.uniform(),
          .tokens = 20};
      rows.push_back(i < targets[t].failed ? analysis::make_failed(shape, Status::kTotalTimeout, i)
                                           : analysis::make_row(shape, i));
    }
  }
  TestRun run{.frame = std::make_unique<record::Frame>(record::make_frame(rows))};
  run.rows = std::move(rows);
  auto input = analysis::make_run(names);
  const char* engines[] = {"vllm", "tgi", "ollama", "vllm", "sglang"};
  for (std::size_t t = 0; t < names.size(); ++t) input.targets[t].engine = engines[t % 5];
  input.load_text = "concurrency 8";
  input.workload_text = "synthetic 256 in, 20 out";
  if (auto slo = analysis::make_slo("ttft", 0.95, 100e6, "ttft_p95=100ms")) input.slos = {*slo};
  run.view = view_of(std::move(input), *run.frame);
  return run;
}

inline TestRun three_targets(std::size_t requests = 200) {
  return test_run({{"vllm", requests, 40}, {"tgi", requests, 60}, {"ollama", requests, 900, 0.8}});
}

}  // namespace tt::chart
