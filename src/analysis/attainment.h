// Objectives judged: met or missed, by how much, and how surely. docs/methods.md gives the reasons.
//
// Requests under load depend on each other, so a sample of n tells as much as a smaller one of
// independent requests (Geyer 1992, of the series of being above and below). All that is said here
// of single requests is said with that effective size, as Korn and Graubard (1998) do for surveys.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/figures.h"
#include "analysis/input.h"
#include "analysis/samples.h"

namespace tt::analysis {

/// The objective on one target's rows. Pure.
SloResult judge(const Slo& slo, const TargetRows& rows, std::span<const Slo> all);

/// Which requests met every latency objective at once. Failed ones met none; dropped and cancelled
/// ones are not counted.
struct Attainment {
  std::uint64_t good = 0;
  std::uint64_t answered = 0;               // successful or failed
  double effective = 0;                     // independent requests that would tell as much
  std::optional<double> share;              // nullopt: nothing was answered
  std::optional<stats::Interval> interval;  // Wilson's, of the effective size
  std::optional<double> limit;              // the share that is asked for, where one is
  bool met = true;                          // as far as asked for
  std::optional<double> confidence;         // in `met`, where there is a limit
};
Attainment attainment(const TargetRows& rows, std::span<const Slo> slos,
                      std::optional<double> limit = {});

/// How many requests may miss an objective before it is missed itself, and how many did: of
/// quantiles of requests (of p95, one in twenty) and of the success rate.
struct ErrorBudget {
  Slo slo;
  double allowed = 0;          // share of the requests, above 0
  std::uint64_t requests = 0;  // that count, above 0
  std::uint64_t spent = 0;     // of those: over the limit, or failed

  /// 1: all of it; more: the objective is missed.
  double used() const {
    return static_cast<double>(spent) / (allowed * static_cast<double>(requests));
  }
};
/// nullopt where an objective has none: rates, gaps, a share of 100%, no requests.
std::optional<ErrorBudget> error_budget(const Slo& slo, const TargetRows& rows);

/// What is asked of a run beside its objectives.
struct SloDemand {
  std::vector<Slo> slos;
  std::optional<double> attainment;  // share of 1
  /// Where set, an objective counts as met only with at least this confidence.
  std::optional<double> confidence;
};

struct TargetAttainment {
  std::string target;
  std::vector<SloResult> slos;
  Attainment all;
  std::vector<ErrorBudget> budgets;  // of those that have one
  bool passed = true;
};

struct SloReport {
  std::string run_id;
  SloDemand demand;
  std::vector<TargetAttainment> targets;
  bool passed = true;  // every target did
};

/// True where it is met, with the confidence that is demanded.
bool passes(const SloResult& result, const SloDemand& demand);
bool passes(const Attainment& attainment, const SloDemand& demand);

/// Every target of a run. Pure.
SloReport judge_run(const RunInput& run, std::span<const record::Row> rows, SloDemand demand);

/// "97%", "over 99.9%": never the whole, and never rounded up.
std::string confidence_text(double confidence);

}  // namespace tt::analysis
