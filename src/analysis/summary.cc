#include "analysis/summary.h"

#include <algorithm>

#include <fmt/format.h>

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

// One run's part of a comparison between runs.
struct Side {
  const RunInput& run;
  std::vector<TargetRows> rows;
  std::vector<Check> checks;
};

Side make_side(const RunInput& run, std::span<const Row> rows) {
  Side side{run, group_rows(rows, run.targets.size(), run.load), {}};
  std::vector<TargetSummary> targets;
  for (std::size_t t = 0; t < run.targets.size(); ++t) {
    targets.push_back(summarise_target(run.targets[t], side.rows[t], {}));
  }
  side.checks = check_run(run, side.rows, targets);
  return side;
}

struct Match {
  std::size_t a;
  std::size_t b;
};

std::vector<Match> match_targets(const RunInput& a, const RunInput& b,
                                 std::vector<std::string>& unmatched) {
  if (a.targets.size() == 1 && b.targets.size() == 1) return {{0, 0}};
  std::vector<Match> matches;
  for (std::size_t i = 0; i < a.targets.size(); ++i) {
    const auto found = std::ranges::find(b.targets, a.targets[i].name, &TargetInput::name);
    if (found == b.targets.end()) {
      unmatched.push_back(a.targets[i].name);
    } else {
      matches.push_back({i, static_cast<std::size_t>(found - b.targets.begin())});
    }
  }
  for (const TargetInput& target : b.targets) {
    if (std::ranges::find(a.targets, target.name, &TargetInput::name) == a.targets.end()) {
      unmatched.push_back(target.name);
    }
  }
  return matches;
}

Check check_same(std::string id, std::string title, const std::string& a, const std::string& b,
                 std::string_view remedy) {
  Check c;
  c.id = std::move(id);
  c.title = std::move(title);
  if (a == b) {
    c.text = a.empty() ? "not told" : a;
  } else {
    c.level = Level::kWarn;
    c.text = fmt::format("'{}' against '{}'; {}", a, b, remedy);
  }
  return c;
}

void add_troubles(std::vector<Check>& checks, const Side& side) {
  for (Check check : side.checks) {
    if (check.level == Level::kPass) continue;
    check.text = fmt::format("{}: {}", side.run.run_id, check.text);
    check.target.reset();  // it counts in one run's targets, and there are two
    checks.push_back(std::move(check));
  }
}

RunComparison::Pair compare_match(const Side& a, const Side& b, Match match,
                                  std::span<const Figure> figures, const Figure& primary) {
  RunComparison::Pair pair{.a = a.run.targets[match.a].name,
                           .b = b.run.targets[match.b].name,
                           .comparisons = {},
                           .headline = {}};
  const TargetRows& a_rows = a.rows[match.a];
  const TargetRows& b_rows = b.rows[match.b];
  for (const Figure& figure : figures) {
    Estimate left = estimate(a_rows, figure, a.run.slos, 1);
    Estimate right = estimate(b_rows, figure, a.run.slos, 2);
    // Both sides need the same way to an interval, and the bootstrap is open to both.
    if (left.bootstrap.has_value() != right.bootstrap.has_value()) {
      left = estimate(a_rows, figure, a.run.slos, 1, IntervalBy::kBootstrap);
      right = estimate(b_rows, figure, a.run.slos, 2, IntervalBy::kBootstrap);
    }
    pair.comparisons.push_back(compare(left, right, stats::Sections::kUnpaired));
  }
  const auto found = std::ranges::find(pair.comparisons, primary, &Comparison::figure);
  // Targets of the same name are told apart by their runs.
  const bool alike = pair.a == pair.b;
  const auto success = std::ranges::find(pair.comparisons, MetricId::kSuccessRate,
                                         [](const Comparison& c) { return c.figure.metric; });
  pair.headline = headline(*found, *success, alike ? pair.a + " in " + a.run.run_id : pair.a,
                           alike ? pair.b + " in " + b.run.run_id : pair.b);
  return pair;
}

}  // namespace

RunSummary summarise(const RunInput& run, std::span<const Row> rows) {
  RunSummary summary;
  summary.run_id = run.run_id;
  summary.scenario = run.scenario;
  const std::vector<TargetRows> grouped = group_rows(rows, run.targets.size(), run.load);
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

Result<RunComparison> compare_runs(const RunInput& a, std::span<const Row> a_rows,
                                   const RunInput& b, std::span<const Row> b_rows) {
  RunComparison comparison;
  comparison.a_run = a.run_id;
  comparison.b_run = b.run_id;
  const std::vector<Match> matches = match_targets(a, b, comparison.unmatched);
  if (matches.empty()) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("runs {} and {} have no target of the same name; targets of one run are "
                    "compared by its own summary",
                    a.run_id, b.run_id));
  }
  const Side a_side = make_side(a, a_rows);
  const Side b_side = make_side(b, b_rows);
  comparison.checks.push_back(check_same("same_load", "Same load", a.load_text, b.load_text,
                                         "the difference may come from the load"));
  comparison.checks.push_back(check_same("same_workload", "Same workload", a.workload_text,
                                         b.workload_text,
                                         "the difference may come from the prompts"));
  add_troubles(comparison.checks, a_side);
  add_troubles(comparison.checks, b_side);
  comparison.comparable = worst(comparison.checks) != Level::kFail;

  const LoadKind load = a.load == b.load ? a.load : LoadKind::kClosed;
  const std::vector<Figure> figures = compared_figures(load, !a.slos.empty());
  for (const Match match : matches) {
    comparison.pairs.push_back(compare_match(a_side, b_side, match, figures, primary_figure(load)));
  }
  const auto failed = std::ranges::find(comparison.checks, Level::kFail, &Check::level);
  if (failed == comparison.checks.end()) return comparison;
  for (auto& pair : comparison.pairs) {
    pair.headline = fmt::format("no answer: the runs cannot be compared ({})", failed->text);
  }
  return comparison;
}

}  // namespace tt::analysis
