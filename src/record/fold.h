// From a journal to a finished run folder.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "record/journal.h"
#include "record/run_folder.h"

namespace tt::record {

struct FoldSummary {
  Manifest manifest;  // as written: counts filled in from the rows
  JournalExtent journal;
};

/// Turns the journal into requests.parquet, events.jsonl and, where there is something to hold,
/// texts.parquet and telemetry.parquet,
/// writes the final manifest with counts taken from the rows, and removes the journal last: a crash
/// on the way leaves a folder that can be folded again. The writer must have flushed; it may still
/// be open, which keeps the run live meanwhile.
Result<FoldSummary> fold(const RunFolder& folder, Manifest manifest);

/// The same for a run whose process died: status becomes kRecovered, and a note says what was cut.
/// kUnavailable where the run is still being written; kNotFound where there is no journal.
Result<FoldSummary> recover(const RunFolder& folder);

/// What recover_all did with one run.
struct Recovery {
  std::string id;
  Result<FoldSummary> outcome;
};
/// Recovers every killed run below `results_dir`; live runs and finished ones are left alone.
Result<std::vector<Recovery>> recover_all(const std::string& results_dir);

}  // namespace tt::record
