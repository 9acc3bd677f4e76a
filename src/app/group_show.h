// Plays a group of runs with progress and shows what came of it: what `sweep`, `capacity` and
// `results show` share.
#pragma once

#include <functional>
#include <string>

#include "analysis/sweep.h"
#include "app/command.h"
#include "app/run_show.h"
#include "record/group.h"
#include "trial/group_run.h"

namespace tt::app {

/// Options of both commands beside those of a plan and their own.
std::vector<Option> group_options();

/// The plan of --resume, or of the file and the options; `finish` adds what the command's own
/// options say, and is not asked where a group is gone on with.
struct GroupPlan {
  plan::Plan plan;
  std::optional<record::Group> resume;
};
Result<GroupPlan> group_plan(const Arguments& arguments, record::GroupKind kind,
                             const std::function<Result<plan::Plan>()>& fresh);

/// Where the plan says nothing of a warm-up, each run begins with this share of its length as one.
void add_warmup(plan::Plan& plan, double share);

/// The curve of a group's runs, as far as these can be read; what became of the others is noted in
/// their steps. An error where none can be read.
Result<analysis::SweepReport> curve_of(record::Group& group, const std::string& results_dir);

/// Shows a stored group. Runs that cannot be read are noted; an error where none can.
Outcome show_group(const record::Group& group, const std::string& results_dir,
                   const ShowOptions& show, Session& session);

/// The table of `results list`, and an entry of its JSON.
std::vector<Line> group_list_lines(const std::vector<record::Group>& groups, std::size_t width);
std::string group_listing_json(const record::Group& group);

Outcome play_group(GroupPlan planned, const Arguments& arguments, Session& session);

}  // namespace tt::app
