#include "app/slo_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

using namespace analysis;

SloResult make_result(const std::string& text, Figure figure, double limit, double value, bool met,
                      std::optional<double> confidence) {
  SloResult r{.slo = {figure, limit, text}, .value = value, .interval = {}, .met = met};
  r.margin = (limit - value) / limit;
  r.confidence = confidence;
  r.method = SloMethod::kOrderStatistics;
  return r;
}

SloReport make_report() {
  SloReport report{.run_id = "night-20260131-120000", .targets = {}, .passed = false};
  report.demand.attainment = 0.95;
  report.demand.confidence = 0.95;
  TargetAttainment vllm{.target = "vllm", .slos = {}, .all = {}};
  vllm.slos = {make_result("ttft_p99=500ms", {MetricId::kTtft, 0.99}, 500, 480, true, 0.974),
               make_result("ttft_p50=100ms", {MetricId::kTtft, 0.5}, 100, 98, true, 0.81)};
  vllm.slos[0].interval = stats::Interval{441, 497};
  vllm.all = {.good = 970,
              .answered = 1000,
              .effective = 800,
              .share = 0.97,
              .interval = stats::Interval{0.956, 0.98},
              .limit = 0.95,
              .met = true,
              .confidence = 0.995};
  TargetAttainment down{.target = "ollama", .slos = {}, .all = {}, .passed = false};
  down.slos = {SloResult{.slo = {{MetricId::kTtft, 0.99}, 500, "ttft_p99=500ms"}}};
  down.slos.push_back({.slo = {{MetricId::kOutputRate, 0}, 1000, "output_tokens_per_s=1000"},
                       .value = 800,
                       .interval = stats::Interval{700, 900},
                       .met = false,
                       .margin = -0.2,
                       .confidence = 0.9991,
                       .method = SloMethod::kSections});
  down.all.limit = 0.95;
  down.all.met = false;
  report.targets = {vllm, down};
  return report;
}

TEST(SloView, Gold) {
  const auto lines = slo_lines(make_report(), 100);
  expect_within(lines, 100);
  expect_gold(plain_text(lines), "slo_100.txt");
}

TEST(SloView, NarrowsToTheTerminal) { expect_within(slo_lines(make_report(), 72), 72); }

}  // namespace
}  // namespace tt::app
