#include "chart/input.h"

#include <utility>

namespace tt::chart {

RunView view_of(analysis::RunInput run, const record::Frame& frame) {
  RunView view;
  view.run = std::move(run);
  view.frame = &frame;
  view.slices = analysis::make_slices(frame, view.run.targets.size());
  return view;
}

namespace {

std::optional<double> capacity_of(const analysis::LoadCurve& curve) {
  std::optional<double> capacity;
  for (const auto& point : curve.points) {
    if (!point.slos_met || !*point.slos_met) break;
    capacity = point.load;
  }
  return capacity;
}

}  // namespace

CurveView curve_view_of(std::string group_id, analysis::SweepReport report) {
  CurveView view{.group_id = std::move(group_id), .report = std::move(report)};
  for (const auto& curve : view.report.curves) {
    view.targets.push_back(curve.points.empty() ? analysis::TargetInput{.name = curve.target}
                                                : curve.points.front().summary.target);
    view.capacities.push_back(capacity_of(curve));
  }
  return view;
}

}  // namespace tt::chart
