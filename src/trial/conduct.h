// Conducts a run: from a plan to a finished run folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "load/player.h"
#include "plan/plan.h"
#include "record/manifest.h"
#include "record/stream.h"
#include "trial/target_probe.h"

namespace tt::trial {

/// Where a run stands, for a display. Instants are on the run's clock.
struct Progress {
  enum class Phase { kProbing, kCalibrating, kScheduling, kPlaying, kFinishing, kDone };
  struct Target {
    std::uint64_t sent = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t tokens = 0;  // received so far, as read
    bool playing = false;      // in the round under way
    bool given_up = false;
  };
  Phase phase = Phase::kProbing;
  std::size_t round = 0;  // under way, from 0
  std::size_t rounds = 0;
  Nanos now = 0;       // since the run's start
  Nanos expected = 0;  // the whole load's length, where durations tell it; 0: not known
  std::uint64_t expected_requests = 0;  // measured ones over all targets; 0: not known
  std::vector<Target> targets;
};
std::string_view phase_name(Progress::Phase phase);

/// Watches a run. on_row and on_event come from the collector's thread; on_progress and on_probed
/// from the thread that called conduct(). None may block for long.
class Audience : public record::Listener {
 public:
  /// Before the load: what the targets said of themselves.
  virtual void on_probed(const std::vector<TargetReport>&) {}
  /// The run's folder exists from now on.
  virtual void on_started(const std::string& /*run_id*/, const std::string& /*folder*/) {}
  /// About five times a second while the load plays, and at each change of phase.
  virtual void on_progress(const Progress&) {}
};

/// Set from a signal handler or another thread; read by the run.
using StopSwitch = std::atomic<load::StopMode>;

struct RunRequest {
  plan::Plan plan;
  std::string results_dir = "results";
  Nanos probe_timeout = 10 * kSecond;
  std::optional<std::string> group = {};  // id of the group that the run belongs to
};

struct RunOutcome {
  std::string run_id;
  std::string folder;
  record::Manifest manifest;  // as written at the end
};

/// Runs the plan. Faults found before the load starts (plan, targets, disk) are one error whose
/// message holds a line for each. After that a run always ends in a folder: manifest.status says
/// how it went. Blocking; uses threads of its own.
Result<RunOutcome> conduct(const RunRequest& request, Audience& audience, const StopSwitch& stop);

}  // namespace tt::trial
