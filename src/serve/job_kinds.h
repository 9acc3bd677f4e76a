// The jobs that there are.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "serve/hub.h"
#include "serve/jobs.h"
#include "serve/studio.h"
#include "serve/uploads.h"
#include "trial/conduct.h"
#include "trial/stored_run.h"

namespace tt::serve {

/// Plays a plan into a run's folder, or a sweep or a search for capacity into a group's, telling
/// the hub. The result of a group is {"group": id}.
std::unique_ptr<Job> run_job(plan::Plan plan, std::string results_dir, Hub& hub);

/// Starts what `demo` measures, plays it like any other plan, and ends it. The studio outlives it.
std::unique_ptr<Job> demo_job(Studio& studio, std::string results_dir, Hub& hub);

/// Tells a run that has ended once more. `speed` 1 is as it went, 0 as fast as can be.
std::unique_ptr<Job> replay_job(std::string results_dir, record::RunFolder folder, double speed,
                                Hub& hub);

struct ImportOrder {
  std::vector<std::string> uploads;  // ids
  std::string label;
  bool keep_invalid = false;
  bool texts = false;
  bool check_only = false;  // the uploads stay for the import itself
  std::size_t preview = 0;  // rows a run, at most 100
};
/// Files that were uploaded into runs' folders. Its result is what was found in each.
std::unique_ptr<Job> import_job(ImportOrder order, Uploads& uploads, std::string results_dir);

/// Tells `run` to `feed`-like listeners in its own time: the whole of replay_job but the waiting.
/// `wait` is asked to let so much time of the run go by, and returns false to end it early.
bool replay(const trial::StoredRun& run, trial::Audience& audience,
            const std::function<bool(Nanos)>& wait);

}  // namespace tt::serve
