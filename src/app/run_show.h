// Plays a plan with live progress and shows its answer: what `run` and `demo` share.
#pragma once

#include <string>

#include "app/command.h"
#include "record/manifest.h"
#include "trial/conduct.h"
#include "trial/stored_run.h"

namespace tt::app {

struct ShowOptions {
  bool json = false;
  bool quiet = false;  // verdict and folder only, no progress
  bool progress = true;
};
/// From --json, --quiet and --no-progress.
ShowOptions show_options(const Arguments& arguments);

/// The exit code of a run's end.
ExitCode exit_code_of(record::RunStatus status, const analysis::RunSummary& summary);

/// Prints a stored run's answer, or its JSON. `fresh`: the run has just ended.
ExitCode show_answer(const trial::StoredRun& run, const std::string& results_dir,
                     const ShowOptions& show, bool fresh, Session& session);

struct Played {
  ExitCode code = ExitCode::kGood;
  std::string folder;  // of the run
};
Result<Played> play_and_show(const trial::RunRequest& request, const ShowOptions& show,
                             Session& session);

}  // namespace tt::app
