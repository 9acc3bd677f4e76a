#include "trial/group_run.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/attainment.h"
#include "base/rng.h"
#include "base/text.h"
#include "plan/search_section.h"
#include "trial/manifest_of.h"
#include "trial/stored_run.h"

namespace tt::trial {
namespace {

using record::Group;
using record::GroupStatus;
using record::GroupStep;
using record::StepStatus;

// A probe that lost so many of its requests to the cap on those in flight did not play its load.
constexpr double kDroppedShare = 0.005;
constexpr int kMostFailures = 3;

bool stopped(const StopSwitch& stop) { return stop.load() != load::StopMode::kPlay; }

void rest(Nanos length, const StopSwitch& stop) {
  constexpr Nanos kNap = 100 * kMillisecond;
  const Nanos until = steady_now() + length;
  for (Nanos left = length; left > 0 && !stopped(stop); left = until - steady_now()) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left, kNap)));
  }
}

Result<analysis::ProbeOutcome> judge_probe(const std::string& results_dir,
                                           const std::string& run_id) {
  const auto run = open_run(results_dir, run_id);
  if (!run) return std::unexpected(run.error());
  const auto grouped = analysis::group_rows(run->rows, 1, run->input.load);
  std::vector<analysis::SloResult> results;
  for (const auto& slo : run->input.slos) {
    results.push_back(analysis::judge(slo, grouped[0], run->input.slos));
  }
  const auto& counts = run->manifest.counts;
  const double share = static_cast<double>(counts.dropped) /
                       static_cast<double>(std::max<std::uint64_t>(counts.rows, 1));
  if (share > kDroppedShare) {
    return analysis::ProbeOutcome{
        .support = 0,
        .why = fmt::format("the cap on requests in flight dropped {:.1f}%", share * 100)};
  }
  return analysis::outcome_of(results);
}

// Secrets stay out of files; a group that is gone on with asks for them again.
std::string stored_plan(plan::Plan plan) {
  for (auto& target : plan.targets) {
    for (auto& header : target.headers) header.second = "***";
    target.url = record::redact_url(target.url);
  }
  return plan::format_plan(plan);
}

/// What sweep and search share: the file, the runs, the pauses, the clock.
class GroupRunner {
 public:
  GroupRunner(const GroupRequest& request, GroupAudience& audience, const StopSwitch& stop,
              const GroupStage& stage)
      : request_(request), audience_(audience), stop_(stop), stage_(stage) {
    if (request.resume) group_ = *request.resume;
    began_ = stage.now() - group_.spent;
  }

  Result<void> begin(record::GroupKind kind, std::string_view over) {
    std::vector<std::string> faults;
    for (const Error& fault : plan::check_plan(request_.plan)) faults.push_back(fault.text());
    if (!faults.empty()) {
      return fail(ErrorCode::kInvalidInput, fmt::format("{}", fmt::join(faults, "\n")));
    }
    if (request_.resume) return {};
    group_.name = request_.plan.name;
    group_.kind = kind;
    group_.started_realtime = realtime_now();
    group_.over = std::string(over);
    group_.plan_yaml = stored_plan(request_.plan);
    for (const auto& target : request_.plan.targets) group_.targets.push_back(target.name);
    return {};
  }

  /// Plays group().steps[index] as `plan`. The error is one after which nothing more makes sense.
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
      const bool hopeless = outcome.error().code == ErrorCode::kInvalidInput || played_ == 0;
      if (hopeless && !request_.resume) {
        if (played_ == 0) record::remove_group(request_.results_dir, group_.id);
        return std::unexpected(outcome.error());
      }
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
    group_.status = complete ? GroupStatus::kCompleted : GroupStatus::kStopped;
    // A group without a run is none.
    if (group_.id.empty()) return fail(ErrorCode::kCancelled, "stopped before the first run");
    if (auto saved = save(); !saved) return std::unexpected(saved.error());
    return group_;
  }

  Result<void> save() {
    group_.spent = stage_.now() - began_;
    if (group_.id.empty()) return record::create_group(request_.results_dir, group_);
    return record::save_group(request_.results_dir, group_);
  }

  Group& group() { return group_; }
  Nanos spent() const { return stage_.now() - began_; }

 private:
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
  Nanos began_ = 0;
  std::size_t played_ = 0;
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
        if (auto probed = probe(t); !probed) return std::unexpected(probed.error());
      }
    }
    note_answers();
    return runner_.finish(std::ranges::none_of(
        searches_,
        [](const analysis::CapacitySearch& search) { return search.next().has_value(); }));
  }

 private:
  bool in_time() const {
    return !stopped(stop_) && (goal_.within == 0 || runner_.spent() < goal_.within);
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
  return {.conduct = conduct, .rest = rest, .now = steady_now, .judge = judge_probe};
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
  for (std::size_t i = 0; i < group.steps.size() && !stopped(stop); ++i) {
    if (group.steps[i].status == StepStatus::kDone) continue;
    auto played = runner.play(i, plan_of_step(request.plan, group.steps[i]), group.steps.size(),
                              sweep.cool_down);
    if (!played) return std::unexpected(played.error());
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
