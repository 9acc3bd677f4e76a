// What a report may speak of: runs, their targets beside each other, and what was found of them.
//
// Nothing here is owned: all of it must outlive the making of the document.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/attainment.h"
#include "analysis/budget.h"
#include "analysis/contest.h"
#include "analysis/experience.h"
#include "analysis/insights.h"
#include "analysis/resources.h"
#include "analysis/summary.h"
#include "analysis/sweep.h"
#include "analysis/trend.h"
#include "record/group.h"
#include "record/manifest.h"
#include "report/document.h"

namespace tt::report {

/// A run. Spans are by target, in the order of the run; an empty one: not known.
struct ReportRun {
  const record::Manifest& manifest;
  const analysis::RunInput& input;
  const analysis::RunSummary& summary;
  std::span<const analysis::Insight> insights = {};
  std::span<const analysis::Experience> experience = {};
  std::span<const analysis::ResourcesView> resources = {};
  const analysis::SloReport* objectives = nullptr;  // nullptr: it was judged by none
};

/// A target of a run, under a name that no other side has.
struct ReportSide {
  const ReportRun* run = nullptr;
  std::size_t target = 0;
  std::string label;

  const analysis::TargetSummary& summary() const { return run->summary.targets[target]; }
};

/// Every target of every run. The runs must outlive them.
std::vector<ReportSide> sides_of(std::span<const ReportRun> runs);

/// The runs of a sweep or of a search for capacity.
struct ReportGroup {
  const record::Group& group;
  const analysis::SweepReport& curve;
  /// Requests a second that are to be served, one a row; empty: not asked.
  std::vector<double> traffic;
  /// The part of the capacity that is planned with, on average: the rest is headroom.
  double utilization = 1;
};

/// Everything that a report may speak of. What is not there is not spoken of.
struct ReportSubject {
  std::span<const ReportRun> runs;
  std::span<const ReportSide> sides;  // of all runs, in their order
  std::span<const analysis::Contest> contests;
  std::span<const std::string> unmatched;  // targets that no contest has
  std::span<const Picture> pictures;       // in the order of showing
  const analysis::CostReport* cost = nullptr;
  const ReportGroup* group = nullptr;
  const analysis::TrendReport* trend = nullptr;

  /// One run alone: its own answer is the answer.
  bool alone() const { return runs.size() == 1; }
  const ReportRun* only() const { return alone() ? &runs.front() : nullptr; }
};

/// Better than every other, for certain: of a run's targets, or of the sides of the contest that
/// the side takes part in. nullptr, false: nobody.
bool wins(const ReportSubject& subject, const analysis::Figure& figure, const ReportSide& side);

/// The side of `subject` that a contest's side stands for; nullptr where there is none.
const ReportSide* side_of(const ReportSubject& subject, const analysis::Side& side);

}  // namespace tt::report
