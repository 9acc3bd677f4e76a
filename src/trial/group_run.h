// Conducts a group of runs: the points of a sweep, or the probes of a search for capacity. What
// each run came to stands in its own folder; group.json says which there are and how far it got,
// after each of them, so that a group that was stopped or killed can be gone on with.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/capacity.h"
#include "base/error.h"
#include "base/time.h"
#include "plan/plan.h"
#include "record/group.h"
#include "trial/conduct.h"

namespace tt::trial {

/// Watches a group, and each of its runs. On the thread that called.
class GroupAudience : public Audience {
 public:
  /// Before the step `group.steps[step]`; `of` steps in all, 0 where nobody knows.
  virtual void on_step(const record::Group& /*group*/, std::size_t /*step*/, std::size_t /*of*/) {}
  /// After it.
  virtual void on_step_done(const record::Group& /*group*/, std::size_t /*step*/) {}
};

/// The world that a group is conducted in; tests bring their own.
struct GroupStage {
  std::function<Result<RunOutcome>(const RunRequest&, Audience&, const StopSwitch&)> conduct;
  /// Rests for so long, or until the switch says stop.
  std::function<void(Nanos, const StopSwitch&)> rest;
  std::function<Nanos()> now;  // monotonic
  /// What a probe's run says of the target of this name.
  std::function<Result<analysis::ProbeOutcome>(const std::string& results_dir,
                                               const std::string& run_id)>
      judge;
};
GroupStage real_stage();

struct GroupRequest {
  plan::Plan plan;  // with `sweep` or `capacity`
  std::string results_dir = "results";
  /// Goes on with this group; the plan must be its own (plan_of_group), its rests and the limits of
  /// its search may be others.
  std::optional<record::Group> resume = {};
};

/// The plan that a group was begun with. Header values are not stored: they are "***" in it.
Result<plan::Plan> plan_of_group(const record::Group& group);

/// Steps of a sweep in the order of playing: each repeat holds every load once.
std::vector<record::GroupStep> sweep_steps(const plan::Plan& plan);
/// The plan of one step: at its load, with seeds of its own for each repeat.
plan::Plan plan_of_step(const plan::Plan& plan, const record::GroupStep& step);

/// A point that fails is noted and the sweep goes on; only where the very first run cannot begin is
/// that the error. Faults of the plan at any of its loads are one, too, and that another process is
/// at this group.
Result<record::Group> conduct_sweep(const GroupRequest& request, GroupAudience& audience,
                                    const StopSwitch& stop, const GroupStage& stage);

/// One search for each target, in turns. Each probe is a run against one target; `stop.duration`
/// (or `requests`) of the plan is the length of the shortest. Three probes in a row that cannot be
/// conducted end it. `within` is the time of this call, not of the group.
Result<record::Group> conduct_capacity(const GroupRequest& request, GroupAudience& audience,
                                       const StopSwitch& stop, const GroupStage& stage);

/// The search for one target as the group's probes left it.
analysis::CapacitySearch search_of(const plan::Plan& plan, const record::Group& group,
                                   const std::string& target);

}  // namespace tt::trial
