#include "analysis/summary.h"

#include "analysis/samples.h"

namespace tt::analysis {
namespace {

using record::Row;

std::vector<std::vector<Estimate>> estimate_all(std::span<const TargetRows> rows,
                                                std::span<const Figure> figures,
                                                std::span<const Slo> slos) {
  std::vector<std::vector<Estimate>> all;
  for (std::size_t t = 0; t < rows.size(); ++t) {
    auto& of_target = all.emplace_back();
    for (const Figure& figure : figures) {
      of_target.push_back(estimate(rows[t], figure, slos, t + 1));
    }
  }
  return all;
}

std::vector<PairComparison> compare_all(std::span<const TargetRows> rows, const RunInput& run) {
  std::vector<PairComparison> pairs;
  if (rows.size() < 2) return pairs;
  const std::vector<Figure> figures = compared_figures(run.load, !run.slos.empty());
  const auto estimates = estimate_all(rows, figures, run.slos);
  for (std::size_t a = 0; a < rows.size(); ++a) {
    for (std::size_t b = a + 1; b < rows.size(); ++b) {
      auto& pair = pairs.emplace_back(PairComparison{.a = a, .b = b, .comparisons = {}});
      for (std::size_t f = 0; f < figures.size(); ++f) {
        pair.comparisons.push_back(
            compare(estimates[a][f], estimates[b][f], stats::Sections::kPaired));
      }
    }
  }
  return pairs;
}

}  // namespace

RunSummary summarise(const RunInput& run, std::span<const Row> rows) {
  RunSummary summary;
  summary.run_id = run.run_id;
  summary.scenario = run.scenario;
  const std::vector<TargetRows> grouped =
      group_rows(rows, run.targets.size(), run.load, run.load_varies);
  for (std::size_t t = 0; t < run.targets.size(); ++t) {
    summary.targets.push_back(summarise_target(run.targets[t], grouped[t], run.slos));
    for (const SloResult& slo : summary.targets[t].slos) summary.slos_met &= slo.met;
  }
  summary.checks = check_run(run, grouped, summary.targets);
  summary.client = client_verdict(summary.checks);
  summary.validity = worst(summary.checks);
  summary.pairs = compare_all(grouped, run);
  summary.winners = find_winners(summary.pairs, run.targets.size());
  summary.answer = find_answer(run, summary.pairs, summary.winners, summary.checks);
  return summary;
}

}  // namespace tt::analysis
