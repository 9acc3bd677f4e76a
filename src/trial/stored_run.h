// A recorded run, read back for tables, comparisons and exports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/contest.h"
#include "analysis/input.h"
#include "analysis/summary.h"
#include "base/error.h"
#include "plan/plan.h"
#include "record/manifest.h"
#include "record/row.h"
#include "record/run_folder.h"
#include "record/telemetry.h"

namespace tt::trial {

struct StoredRun {
  std::string folder;
  record::Manifest manifest;
  analysis::RunInput input;  // from the manifest and its plan
  std::vector<record::Row> rows;
  record::Telemetry telemetry;  // empty where none was recorded

  analysis::RunSummary summary() const { return analysis::summarise(input, rows); }
  /// For comparisons and insights. Points into this run, which must outlive it.
  analysis::Entry entry() const;
};

/// The folder of a run that has ended, by its path or by a unique part of its id below
/// `results_dir`; an error that lists the candidates where there are several.
Result<record::RunFolder> find_ended_run(const std::string& results_dir,
                                         std::string_view id_or_path);

/// What was recorded beside the requests; empty where nothing was.
Result<record::Telemetry> read_run_telemetry(const record::RunFolder& folder);

/// Reads a run by its folder's path, by a unique part of its id below `results_dir`, or by its
/// group and load: "GROUP@8" is the group's first run at 8.
Result<StoredRun> open_run(const std::string& results_dir, std::string_view id_or_path);

/// What the analysis needs to know of a run, from its manifest. `slos` of the plan are taken over.
Result<analysis::RunInput> analysis_input(const record::Manifest& manifest);

/// "concurrency 16", "Poisson 4/s": for people, and to see whether two runs had the same load.
std::string load_text(const plan::Plan& plan);
/// "synthetic 256 in, 128 out".
std::string workload_text(const plan::Plan& plan);

}  // namespace tt::trial
