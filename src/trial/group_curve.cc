#include "trial/group_curve.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "trial/stored_run.h"

namespace tt::trial {
namespace {

constexpr double kBand = 1.1;

bool played(const record::GroupStep& step) {
  return step.status != record::StepStatus::kPlanned && !step.run_id.empty();
}

double four_digits(double x) {
  const double scale = std::pow(10, 3 - std::floor(std::log10(x)));
  return std::round(x * scale) / scale;
}

double length_of(const record::GroupStep& step) { return step.probe ? step.probe->effort : 1; }

}  // namespace

std::vector<LoadBand> load_bands(const record::Group& group) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < group.steps.size(); ++i) {
    if (played(group.steps[i])) order.push_back(i);
  }
  const auto load = [&](std::size_t i) { return group.steps[i].load; };
  std::ranges::stable_sort(order, {}, load);
  const double width = group.kind == record::GroupKind::kCapacity ? kBand : 1;
  std::vector<LoadBand> bands;
  double lowest = 0;
  for (const std::size_t i : order) {
    if (bands.empty() || load(i) > lowest * width) {
      bands.emplace_back();
      lowest = load(i);
    }
    bands.back().steps.push_back(i);
  }
  for (LoadBand& band : bands) {
    double length = 0;
    for (const std::size_t i : band.steps) {
      length += length_of(group.steps[i]);
      band.load += load(i) * length_of(group.steps[i]);
    }
    band.load /= length;
    // A mean of several has no more digits than are known of it.
    if (load(band.steps.front()) != load(band.steps.back())) band.load = four_digits(band.load);
  }
  return bands;
}

Result<analysis::SweepReport> group_curve(record::Group& group, const std::string& results_dir) {
  analysis::SweepBuilder builder(group.over, group.targets);
  bool any = false;
  std::optional<Error> first;
  for (const LoadBand& band : load_bands(group)) {
    std::vector<StoredRun> runs;
    for (const std::size_t i : band.steps) {
      record::GroupStep& step = group.steps[i];
      // By its path: a part of an id might name a neighbour.
      auto run = open_run(results_dir, fmt::format("{}/{}", results_dir, step.run_id));
      if (run) {
        runs.push_back(std::move(*run));
        continue;
      }
      step.problem = "its run cannot be read: " + run.error().text();
      if (!first) first = run.error();
    }
    std::vector<analysis::SweepRun> points;
    for (const StoredRun& run : runs) {
      points.push_back({.load = band.load, .input = &run.input, .rows = run.rows});
    }
    if (!points.empty()) builder.add(band.load, points);
    any = any || !points.empty();
  }
  if (!any && first) return fail(ErrorCode::kNotFound, first->message, first->source);
  return std::move(builder).finish();
}

}  // namespace tt::trial
