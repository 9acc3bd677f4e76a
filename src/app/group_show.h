// Plays a group of runs with progress and shows what came of it: what `sweep`, `capacity` and
// `results show` share.
#pragma once

#include <string>

#include "app/command.h"
#include "app/run_show.h"
#include "record/group.h"
#include "trial/group_run.h"

namespace tt::app {

/// Options of both commands beside those of a plan and their own.
std::vector<Option> group_options();

/// Those of a plan that leave it to the command which loads are played.
std::vector<Option> load_free_options();

/// The plan of --resume, or of the file and the options.
struct GroupPlan {
  plan::Plan plan;
  std::optional<record::Group> resume;
};
using PlanReader = Result<plan::Plan> (*)(const Arguments&);
using GroupAmender = Result<void> (*)(const Arguments&, GroupPlan&);
/// `fresh` reads a new plan; `amend` puts the few options that go with --resume over that of the
/// group. Others are refused: what was measured so far was measured by the group's plan.
Result<GroupPlan> group_plan(const Arguments& arguments, record::GroupKind kind,
                             const PlanReader& fresh, const GroupAmender& amend);

/// Where the plan says nothing of a warm-up, each run begins with this share of its length as one.
void add_warmup(plan::Plan& plan, double share);

/// Shows a stored group. Runs that cannot be read are noted; of a sweep an error where none can.
Outcome show_group(const record::Group& group, const std::string& results_dir,
                   const ShowOptions& show, Session& session);

/// The table of `results list`, and an entry of its JSON.
std::vector<Line> group_list_lines(const std::vector<record::Group>& groups,
                                   const std::string& results_dir, std::size_t width);
std::string group_listing_json(const record::Group& group, const std::string& results_dir);

/// Plays it, writes its curve beside it and shows it.
Outcome play_group(GroupPlan planned, const Arguments& arguments, Session& session);

}  // namespace tt::app
