// What charts are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/budget.h"
#include "analysis/contest.h"
#include "analysis/input.h"
#include "analysis/resources.h"
#include "analysis/slice.h"
#include "analysis/sweep.h"
#include "analysis/trend.h"
#include "record/frame.h"

namespace tt::chart {

/// Measured rows by target. The frames that slices point to must outlive this. Several threads may
/// make charts of one view at once: what one computes of it serves the others.
struct RunView {
  analysis::RunInput run;
  std::vector<analysis::Slice> slices;  // one a target
  std::size_t runs = 1;                 // how many runs they come from
  double bucket_s = 0;                  // of charts over time; 0: as suits the run
  std::size_t left_out = 0;             // of each target's first requests, beside its warm-up

  /// Of memory that the slices take, with what charts have computed so far; without their frames.
  std::size_t bytes() const;
};
RunView view_of(analysis::RunInput run, const record::Frame& frame);
/// The targets of several runs side by side, as if they were of one: names say the run where they
/// must; loads, workloads and objectives are those that all have in common. `views` is not empty.
RunView joined(std::vector<RunView> views);

/// What a reader wants otherwise than the run has it.
struct ViewChoice {
  std::vector<analysis::Slo> slos;  // in place of the run's own; empty: those
  double bucket_s = 0;              // as for make_grid; 0: as suits the run
  std::size_t leave_out = 0;        // so many of each target's first requests

  bool empty() const { return slos.empty() && bucket_s == 0 && leave_out == 0; }
};
RunView chosen(const RunView& view, const ViewChoice& choice);

/// The runs of a group, over their loads.
struct CurveView {
  std::string group_id;
  analysis::SweepReport report;
  std::vector<analysis::TargetInput> targets;  // parallel to report.curves
  /// Likewise: the highest load that keeps every objective, where one is known.
  std::vector<std::optional<double>> capacities;
  /// Likewise: how many GPUs serve it, where the user says so.
  std::vector<std::optional<std::uint32_t>> gpus = {};
  /// Likewise: what serves it, and what that costs where it is known.
  std::vector<analysis::Machine> machines = {};
  analysis::CostTerms terms = {};
};
/// Capacities are those of the measured loads: the last before the first that misses an objective.
CurveView curve_view_of(std::string group_id, analysis::SweepReport report);

/// Each may be missing: a chart that needs it then says so in words. All must outlive the making of
/// a chart.
struct Input {
  const RunView* run = nullptr;
  const CurveView* curve = nullptr;
  /// What engines, GPUs and the client's machine told, by target of `run`; empty: not looked at.
  std::span<const analysis::ResourcesView> resources = {};
  /// Of the targets of `run`, where they are two to five.
  const analysis::Contest* contest = nullptr;
  /// By the name that a target has in its own run; money only where prices were given.
  const analysis::CostReport* cost = nullptr;
  /// Of two or more runs, by the names that targets have in their own runs.
  const analysis::TrendReport* trend = nullptr;
  /// One a scenario, where the runs are of several.
  std::span<const analysis::Contest> scenarios = {};
};

}  // namespace tt::chart
