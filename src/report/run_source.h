// What formats that calculate take of a run, beside the document that is made of it.
#pragma once

#include <span>

#include "analysis/budget.h"
#include "record/row.h"
#include "report/run_report.h"

namespace tt::report {

/// All of it must outlive the writing.
struct RunSource {
  const ReportSubject& subject;
  std::span<const record::Row> rows;
  /// What its machines cost; nullptr: nobody said.
  const analysis::CostReport* cost = nullptr;
};

}  // namespace tt::report
