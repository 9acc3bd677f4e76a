#include "chart/input.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tt::chart {

std::size_t RunView::bytes() const {
  std::size_t bytes = 0;
  for (const auto& slice : slices) {
    bytes += slice.rows.capacity() * sizeof(slice.rows[0]) + slice.cache->bytes();
  }
  return bytes;
}

RunView view_of(analysis::RunInput run, const record::Frame& frame) {
  RunView view;
  view.run = std::move(run);
  view.slices = analysis::make_slices(frame, view.run.targets.size());
  return view;
}

RunView chosen(const RunView& view, const ViewChoice& choice) {
  RunView result = view;
  if (!choice.slos.empty()) result.run.slos = choice.slos;
  result.bucket_s = choice.bucket_s;
  result.left_out = choice.leave_out;
  if (choice.leave_out == 0) return result;
  for (auto& slice : result.slices) slice = analysis::without_first(slice, choice.leave_out);
  return result;
}

namespace {

// What all say, or what each says.
std::string common_text(const std::vector<RunView>& views, std::string analysis::RunInput::* text) {
  std::vector<std::string> texts;
  for (const auto& view : views) {
    const std::string& one = view.run.*text;
    if (std::ranges::find(texts, one) == texts.end()) texts.push_back(one);
  }
  return fmt::format("{}", fmt::join(texts, " / "));
}

std::vector<analysis::Slo> common_slos(const std::vector<RunView>& views) {
  std::vector<analysis::Slo> slos;
  for (const auto& slo : views.front().run.slos) {
    const auto same = [&](const analysis::Slo& other) {
      return other.figure == slo.figure && other.limit == slo.limit;
    };
    const bool all = std::ranges::all_of(
        views, [&](const RunView& view) { return std::ranges::any_of(view.run.slos, same); });
    if (all) slos.push_back(slo);
  }
  return slos;
}

std::vector<std::string> labels_of(const std::vector<RunView>& views) {
  std::vector<analysis::Entry> entries;
  std::vector<analysis::Seat> seats;
  for (std::size_t e = 0; e < views.size(); ++e) {
    entries.push_back({.run = &views[e].run});
    for (std::size_t t = 0; t < views[e].run.targets.size(); ++t) seats.push_back({e, t});
  }
  return analysis::seat_labels(entries, seats);
}

}  // namespace

RunView joined(std::vector<RunView> views) {
  if (views.size() == 1) return std::move(views.front());
  RunView all;
  all.runs = views.size();
  all.run = views.front().run;
  all.run.targets.clear();
  all.run.run_id = common_text(views, &analysis::RunInput::run_id);
  all.run.load_text = common_text(views, &analysis::RunInput::load_text);
  all.run.workload_text = common_text(views, &analysis::RunInput::workload_text);
  all.run.slos = common_slos(views);
  all.run.load_varies =
      std::ranges::any_of(views, [](const RunView& view) { return view.run.load_varies; });
  const auto names = labels_of(views);
  for (auto& view : views) {
    for (std::size_t t = 0; t < view.slices.size(); ++t) {
      auto target = view.run.targets[t];
      target.name = names[all.slices.size()];
      all.run.targets.push_back(std::move(target));
      all.slices.push_back(std::move(view.slices[t]));
    }
  }
  return all;
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
