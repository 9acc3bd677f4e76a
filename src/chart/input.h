// What charts are made from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/input.h"
#include "analysis/slice.h"
#include "analysis/sweep.h"
#include "record/frame.h"

namespace tt::chart {

/// A run's measured rows by target. The frame must outlive this. Several threads may make charts
/// of one view at once: what one computes of it serves the others.
struct RunView {
  analysis::RunInput run;
  const record::Frame* frame = nullptr;
  std::vector<analysis::Slice> slices;  // one a target
};
RunView view_of(analysis::RunInput run, const record::Frame& frame);

/// The runs of a group, over their loads.
struct CurveView {
  std::string group_id;
  analysis::SweepReport report;
  std::vector<analysis::TargetInput> targets;  // parallel to report.curves
  /// Likewise: the highest load that keeps every objective, where one is known.
  std::vector<std::optional<double>> capacities;
};
/// Capacities are those of the measured loads: the last before the first that misses an objective.
CurveView curve_view_of(std::string group_id, analysis::SweepReport report);

/// Either may be missing. Both must outlive the making of a chart.
struct Input {
  const RunView* run = nullptr;
  const CurveView* curve = nullptr;
};

}  // namespace tt::chart
