// What formats that calculate take of a run, beside the document that is made of it.
#pragma once

#include <span>

#include "analysis/budget.h"
#include "analysis/contest.h"
#include "record/row.h"
#include "report/subject.h"

namespace tt::report {

/// All of it must outlive the writing.
struct RunSource {
  const ReportRun& run;
  /// Of the run's targets with each other; nullptr where there is one alone.
  const analysis::Contest* contest = nullptr;
  std::span<const record::Row> rows = {};
  /// What its machines cost; nullptr: nobody said.
  const analysis::CostReport* cost = nullptr;
};

}  // namespace tt::report
