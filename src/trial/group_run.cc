#include "trial/group_run.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <thread>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/rng.h"
#include "base/text.h"
#include "plan/search_section.h"
#include "record/folder_lock.h"
#include "trial/manifest_of.h"
#include "trial/probe_judge.h"

namespace tt::trial {
namespace {

using record::Group;
using record::GroupStatus;
using record::GroupStep;
using record::StepStatus;

constexpr int kMostFailures = 3;

bool stopped(const StopSwitch& stop) { return stop.load() != load::StopMode::kPlay; }

void rest(Nanos length, const StopSwitch& stop) {
  constexpr Nanos kNap = 100 * kMillisecond;
  const Nanos until = steady_now() + length;
  for (Nanos left = length; left > 0 && !stopped(stop); left = until - steady_now()) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left, kNap)));
  }
}

Result<analysis::ProbeOutcome> judge_run(const std::string& results_dir,
                                         const std::string& run_id) {
  const auto run = open_run(results_dir, fmt::format("{}/{}", results_dir, run_id));
  if (!run) return std::unexpected(run.error());
  return judge_probe(*run);
}

// Secrets stay out of files; a group that is gone on with asks for them again.
std::string stored_plan(plan::Plan plan) {
  for (auto& target : plan.targets) {
    for (auto& header : target.headers) header.second = "***";
    target.url = record::redact_url(target.url);
  }
  return plan::format_plan(plan);
}

Result<void> check(const plan::Plan& plan) {
  std::vector<std::string> faults;
  for (const Error& fault : plan::check_plan(plan)) faults.push_back(fault.text());
  if (faults.empty()) return {};
  return fail(ErrorCode::kInvalidInput, fmt::format("{}", fmt::join(faults, "\n")));
}

/// What sweep and search share: the file, the runs, the pauses, the clock.
class GroupRunner {
 public:
  GroupRunner(const GroupRequest& request, GroupAudience& audience, const StopSwitch& stop,
              const GroupStage& stage)
      : request_(request), audience_(audience), stop_(stop), stage_(stage) {
    if (request.resume) group_ = *request.resume;
    began_ = stage.now();
    spent_before_ = group_.spent;
  }

  Result<void> begin(record::GroupKind kind, std::string_view over) {
    if (auto good = check(request_.plan); !good) return good;
    group_.status = GroupStatus::kRunning;
    group_.plan_yaml = stored_plan(request_.plan);
    if (request_.resume) return hold();
    group_.name = request_.plan.name;
    group_.kind = kind;
    group_.started_realtime = realtime_now();
    group_.over = std::string(over);
    for (const auto& target : request_.plan.targets) group_.targets.push_back(target.name);
    return {};
  }

  /// Plays group().steps[index] as `plan`. The error is one after which nothing more makes sense:
  /// the disk's, or that of the first run, which could not even begin.
  Result<void> play(std::size_t index, plan::Plan plan, std::size_t of, Nanos cool_down) {
    if (played_ > 0) stage_.rest(cool_down, stop_);
    if (stopped(stop_)) return {};
    if (auto saved = save(); !saved) return saved;
    audience_.on_step(group_, index, of);
    const auto outcome = stage_.conduct(
        {.plan = std::move(plan), .results_dir = request_.results_dir, .group = group_.id},
        audience_, stop_);
    GroupStep& step = group_.steps[index];
    if (!outcome) {
      if (stopped(stop_)) return {};  // it stays planned
      if (played_ == 0) return std::unexpected(outcome.error());
      step.status = StepStatus::kFailed;
      step.problem = outcome.error().text();
    } else {
      note(step, *outcome);
    }
    ++played_;
    auto saved = save();
    audience_.on_step_done(group_, index);
    return saved;
  }

  Result<Group> finish(bool complete) {
    // A group without a run is none.
    if (group_.id.empty()) return fail(ErrorCode::kCancelled, "stopped before the first run");
    group_.status = complete ? GroupStatus::kCompleted : GroupStatus::kStopped;
    if (auto saved = save(); !saved) return std::unexpected(saved.error());
    return group_;
  }

  /// The end by an error. What was measured stays, to be gone on with; a group without a run goes.
  std::unexpected<Error> abandon(Error error) {
    if (played_ == 0 && !request_.resume) {
      if (!group_.id.empty()) record::remove_group(request_.results_dir, group_.id);
      return std::unexpected(std::move(error));
    }
    if (group_.id.empty()) return std::unexpected(std::move(error));
    group_.status = GroupStatus::kStopped;
    std::ignore = save();  // where even that fails, the file says "running" and nobody holds it
    error.message += fmt::format("; once that is mended, go on with: tokentrial {} --resume {}",
                                 group_kind_name(group_.kind), shell_word(group_.id));
    return std::unexpected(std::move(error));
  }

  Result<void> save() {
    group_.spent = spent_before_ + spent_now();
    if (!group_.id.empty()) return record::save_group(request_.results_dir, group_);
    auto created = record::create_group(request_.results_dir, group_);
    return created ? hold() : created;
  }

  Group& group() { return group_; }
  /// Since this process began with it.
  Nanos spent_now() const { return stage_.now() - began_; }

 private:
  // So that no other process goes on with it or removes it meanwhile.
  Result<void> hold() {
    auto lock = record::FolderLock::try_take(record::group_folder(request_.results_dir, group_.id));
    if (!lock && lock.error().code == ErrorCode::kUnavailable) {
      return fail(ErrorCode::kUnavailable,
                  "another process is measuring this group; wait for its end, or stop it",
                  group_.id);
    }
    if (!lock) return std::unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    return {};
  }

  void note(GroupStep& step, const RunOutcome& outcome) const {
    step.run_id = outcome.run_id;
    step.problem.clear();
    if (outcome.manifest.client.verdict == record::ClientVerdict::kBottleneck) {
      step.problem = outcome.manifest.client.reason;
    }
    using enum record::RunStatus;
    const auto status = outcome.manifest.status;
    if (status == kAborted && stopped(stop_)) return;  // planned: it is played anew
    step.status = status == kFailed ? StepStatus::kFailed : StepStatus::kDone;
    if (status == kFailed) step.problem = "nothing succeeded";
    if (status == kPartial) step.problem = "a target was given up";
  }

  const GroupRequest& request_;
  GroupAudience& audience_;
  const StopSwitch& stop_;
  const GroupStage& stage_;
  Group group_;
  std::optional<record::FolderLock> lock_;
  Nanos began_ = 0;
  Nanos spent_before_ = 0;  // by those that went on with it before
  std::size_t played_ = 0;  // by this process
};

analysis::CapacityOptions options_of(const plan::CapacityGoal& goal) {
  return {.whole = goal.over == plan::LoadAxis::kConcurrency,
          .from = goal.from,
          .at_most = goal.at_most,
          .tolerance = goal.tolerance,
          .probes = goal.probes};
}

// The run of a probe: one target, longer by the effort, other random numbers each time.
plan::Plan plan_of_probe(const plan::Plan& plan, const GroupStep& step) {
  plan::Plan one = plan_of_step(plan, step);
  std::erase_if(one.targets, [&](const auto& target) { return target.name != step.target; });
  const std::uint32_t effort = step.probe ? step.probe->effort : 1;
  if (one.stop.duration) *one.stop.duration *= effort;
  if (one.stop.requests) *one.stop.requests *= effort;
  one.blocks = 1;  // a break would let the queue drain
  return one;
}

class CapacityRunner {
 public:
  CapacityRunner(const GroupRequest& request, GroupAudience& audience, const StopSwitch& stop,
                 const GroupStage& stage)
      : request_(request),
        goal_(*request.plan.capacity),
        stop_(stop),
        stage_(stage),
        runner_(request, audience, stop, stage) {}

  Result<Group> run() {
    if (auto begun = runner_.begin(record::GroupKind::kCapacity, axis_name(goal_.over)); !begun) {
      return std::unexpected(begun.error());
    }
    // What was asked for and not answered is asked again.
    std::erase_if(runner_.group().steps,
                  [](const GroupStep& step) { return step.status != StepStatus::kDone; });
    for (const auto& target : request_.plan.targets) {
      searches_.push_back(search_of(request_.plan, runner_.group(), target.name));
    }
    bool searching = true;
    while (searching && in_time()) {
      searching = false;
      for (std::size_t t = 0; t < searches_.size() && in_time(); ++t) {
        if (!searches_[t].next()) continue;
        searching = true;
        if (auto probed = probe(t); !probed) return runner_.abandon(probed.error());
      }
    }
    note_answers();
    return runner_.finish(std::ranges::none_of(
        searches_,
        [](const analysis::CapacitySearch& search) { return search.next().has_value(); }));
  }

 private:
  bool in_time() const {
    return !stopped(stop_) && (goal_.within == 0 || runner_.spent_now() < goal_.within);
  }

  Result<void> probe(std::size_t t) {
    const analysis::Ask ask = *searches_[t].next();
    Group& group = runner_.group();
    const std::size_t index = group.steps.size();
    group.steps.push_back({.load = ask.load,
                           .repeat = static_cast<std::uint32_t>(index),
                           .target = request_.plan.targets[t].name,
                           .status = StepStatus::kPlanned,
                           .run_id = "",
                           .problem = "",
                           .probe = record::GroupProbe{.effort = ask.effort, .why = ""}});
    auto played =
        runner_.play(index, plan_of_probe(request_.plan, group.steps[index]), 0, goal_.cool_down);
    if (!played) return played;
    GroupStep& step = group.steps[index];
    if (step.run_id.empty()) {
      if (!stopped(stop_) && ++failures_ >= kMostFailures) {
        return fail(ErrorCode::kUnavailable, step.problem);
      }
      return {};
    }
    if (step.status == StepStatus::kPlanned) return {};  // stopped in its middle
    failures_ = 0;
    const auto outcome = stage_.judge(request_.results_dir, step.run_id);
    if (!outcome) return std::unexpected(outcome.error());
    step.status = StepStatus::kDone;  // that nothing succeeded is an answer, too
    step.probe = record::GroupProbe{.effort = ask.effort,
                                    .support = outcome->support,
                                    .at_least = outcome->at_least,
                                    .why = outcome->why};
    searches_[t].tell(ask, *outcome);
    note_answers();
    return runner_.save();
  }

  void note_answers() {
    auto& capacities = runner_.group().capacities;
    capacities.clear();
    for (std::size_t t = 0; t < searches_.size(); ++t) {
      const auto answer = searches_[t].answer();
      record::GroupCapacity c{.target = request_.plan.targets[t].name,
                              .end = std::string(capacity_end_name(answer.end)),
                              .load = answer.load,
                              .low = {},
                              .high = {},
                              .violations = answer.violations.size()};
      if (answer.interval) {
        c.low = answer.interval->low;
        c.high = answer.interval->high;
        c.confidence = answer.interval->confidence;
      }
      capacities.push_back(std::move(c));
    }
  }

  const GroupRequest& request_;
  const plan::CapacityGoal& goal_;
  const StopSwitch& stop_;
  const GroupStage& stage_;
  GroupRunner runner_;
  std::vector<analysis::CapacitySearch> searches_;
  int failures_ = 0;  // in a row
};

}  // namespace

GroupStage real_stage() {
  return {.conduct = conduct, .rest = rest, .now = steady_now, .judge = judge_run};
}

Result<plan::Plan> plan_of_group(const Group& group) {
  auto plan = plan::parse_plan(group.plan_yaml, group.id);
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text());
  return std::move(*plan);
}

std::vector<GroupStep> sweep_steps(const plan::Plan& plan) {
  const plan::Sweep& sweep = *plan.sweep;
  std::vector<GroupStep> steps;
  Rng rng = Rng::stream(plan.seeds.arrivals, "sweep order");
  for (std::uint32_t repeat = 0; repeat < sweep.repeats; ++repeat) {
    std::vector<double> loads = sweep.loads;
    if (sweep.order == plan::Sweep::Order::kDescending) std::ranges::reverse(loads);
    if (sweep.order == plan::Sweep::Order::kRandom) {
      for (std::size_t i = loads.size(); i > 1; --i) std::swap(loads[i - 1], loads[rng.below(i)]);
    }
    for (const double load : loads) {
      GroupStep step;
      step.load = load;
      step.repeat = repeat;
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

plan::Plan plan_of_step(const plan::Plan& plan, const GroupStep& step) {
  const auto axis = plan.capacity ? plan.capacity->over : plan.sweep->over;
  plan::Plan one = plan::at_load(plan, axis, step.load);
  // Far apart, so that no two steps share a stream.
  constexpr std::uint64_t kApart = 1'000'003;
  one.seeds.arrivals += step.repeat * kApart;
  one.seeds.lengths += step.repeat * kApart;
  one.seeds.prompts += step.repeat * kApart;
  // An engine with a prefix cache must not know the prompts from the step before. Those of a file
  // are the same in any case.
  if (std::holds_alternative<plan::SyntheticPrompts>(one.workload.prompts)) {
    constexpr int kShort = 16;  // of 64 bits: any reader of JSON holds the rest
    const auto of_load =
        Rng::item(one.seeds.prompts, "load", std::bit_cast<std::uint64_t>(step.load)).next();
    one.seeds.prompts = of_load >> kShort;
  }
  return one;
}

analysis::CapacitySearch search_of(const plan::Plan& plan, const Group& group,
                                   const std::string& target) {
  analysis::CapacitySearch search(options_of(*plan.capacity));
  for (const GroupStep& step : group.steps) {
    if (step.target != target || step.status != StepStatus::kDone || !step.probe) continue;
    search.tell(
        {.load = step.load, .effort = step.probe->effort},
        {.support = step.probe->support, .at_least = step.probe->at_least, .why = step.probe->why});
  }
  return search;
}

Result<Group> conduct_sweep(const GroupRequest& request, GroupAudience& audience,
                            const StopSwitch& stop, const GroupStage& stage) {
  GroupRunner runner(request, audience, stop, stage);
  const plan::Sweep& sweep = *request.plan.sweep;
  if (auto begun = runner.begin(record::GroupKind::kSweep, axis_name(sweep.over)); !begun) {
    return std::unexpected(begun.error());
  }
  Group& group = runner.group();
  if (!request.resume) group.steps = sweep_steps(request.plan);
  // A load that cannot be played shows before the first of them is, not after an hour.
  for (const double load : sweep.loads) {
    if (auto good = check(plan::at_load(request.plan, sweep.over, load)); !good) {
      good.error().message =
          fmt::format("at {} {:g}: {}", axis_name(sweep.over), load, good.error().message);
      return std::unexpected(std::move(good.error()));
    }
  }
  for (std::size_t i = 0; i < group.steps.size() && !stopped(stop); ++i) {
    if (group.steps[i].status == StepStatus::kDone) continue;
    auto played = runner.play(i, plan_of_step(request.plan, group.steps[i]), group.steps.size(),
                              sweep.cool_down);
    if (!played) return runner.abandon(played.error());
  }
  const bool complete = std::ranges::none_of(
      group.steps, [](const GroupStep& step) { return step.status == StepStatus::kPlanned; });
  return runner.finish(complete);
}

Result<Group> conduct_capacity(const GroupRequest& request, GroupAudience& audience,
                               const StopSwitch& stop, const GroupStage& stage) {
  if (request.plan.slos.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "has no objectives to search by; write for example --slo ttft_p99=500ms", "slo");
  }
  return CapacityRunner(request, audience, stop, stage).run();
}

}  // namespace tt::trial
