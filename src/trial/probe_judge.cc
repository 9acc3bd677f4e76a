#include "trial/probe_judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/attainment.h"

namespace tt::trial {
namespace {

constexpr double kDroppedShare = 0.005;
constexpr double kSuccessShare = 0.99;

// The objectives; where requests failed and none speaks of that, one more.
std::vector<analysis::Slo> demands(const StoredRun& run) {
  using analysis::MetricId;
  auto slos = run.input.slos;
  const bool spoken = std::ranges::any_of(slos, [](const analysis::Slo& slo) {
    return slo.figure.metric == MetricId::kSuccessRate || slo.figure.metric == MetricId::kGoodput;
  });
  if (spoken || run.manifest.counts.failed.empty()) return slos;
  slos.push_back({.figure = {.metric = MetricId::kSuccessRate},
                  .limit = kSuccessShare,
                  .text = fmt::format("success_rate={:g}%, as always", kSuccessShare * 100)});
  return slos;
}

}  // namespace

analysis::ProbeOutcome judge_probe(const StoredRun& run) {
  if (run.manifest.status == record::RunStatus::kPartial) {
    return {.support = 0, .why = "the target was given up after too many failures"};
  }
  const auto& counts = run.manifest.counts;
  const double dropped = static_cast<double>(counts.dropped) /
                         static_cast<double>(std::max<std::uint64_t>(counts.rows, 1));
  if (dropped > kDroppedShare) {
    return {.support = 0,
            .why = fmt::format("the cap on requests in flight dropped {:.1f}%", dropped * 100)};
  }
  const auto grouped = analysis::group_rows(run.rows, run.input.targets.size(), run.input.load);
  const auto slos = demands(run);
  std::vector<analysis::SloResult> results;
  for (const auto& slo : slos) results.push_back(analysis::judge(slo, grouped.front(), slos));
  return analysis::outcome_of(results);
}

}  // namespace tt::trial
