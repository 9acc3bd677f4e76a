// Plans and scenarios to start, what is wrong with them, what they would send, and whether their
// targets are ready.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/scenario.h"
#include "serve/job_kinds.h"
#include "serve/launch.h"
#include "serve/plan_form.h"
#include "trial/group_run.h"
#include "trial/target_probe.h"
#include "workload/prompts.h"
#include "workload/schedule.h"
#include "workload/schedule_summary.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostTargets = 20;  // asked at once
constexpr Nanos kAskTime = 3 * kSecond;   // for each question to a target
constexpr std::size_t kMostPlanned = 32;  // runs of a sweep that a dry run looks at
constexpr double kMostShown = 2e6;        // requests of a schedule that is made to be shown

// --- What is wrong with it, and what it would send -----------------------------------------------

Json schedule_json(const workload::ScheduleSummary& one, std::uint64_t runs) {
  return {{"runs", runs},
          {"requests", one.requests * runs},
          {"endless", one.endless},
          {"warmup", one.warmup * runs},
          {"input_tokens", one.input.total * runs},
          {"output_tokens", one.output.total * runs},
          {"seconds", one.all_targets ? Json(to_seconds(*one.all_targets)) : Json()},
          {"lines", workload::summary_lines(one)}};
}

// How many requests the plan asks for, as far as it says so by numbers.
double requests_asked(const plan::Plan& plan) {
  double count = plan.stop.requests ? static_cast<double>(*plan.stop.requests) : 0;
  if (const auto* rate = std::get_if<plan::Rate>(&plan.load); rate && plan.stop.duration) {
    const double by_time = rate->per_second * to_seconds(*plan.stop.duration);
    count = plan.stop.requests ? std::min(count, by_time) : by_time;
  }
  return count + static_cast<double>(plan.warmup.requests);
}

// What would be sent, without sending it.
Result<Json> one_schedule(const plan::Plan& plan) {
  if (requests_asked(plan) > kMostShown) {
    return fail(ErrorCode::kInvalidInput,
                "more than 2,000,000 requests are not counted here; tokentrial run --dry-run does");
  }
  const auto prompts = workload::make_prompts(plan);
  if (!prompts) return std::unexpected(prompts.error());
  const auto schedule = workload::make_schedule(plan, **prompts);
  if (!schedule) return std::unexpected(schedule.error());
  return schedule_json(workload::summarise(plan, *schedule), 1);
}

// The sum over a sweep's runs. What a search will play nobody knows before.
Result<Json> schedule_of(const plan::Plan& plan) {
  if (plan.capacity) return Json();
  if (!plan.sweep) return one_schedule(plan);
  const auto steps = trial::sweep_steps(plan);
  Json all;
  for (std::size_t i = 0; i < std::min(steps.size(), kMostPlanned); ++i) {
    const auto one = one_schedule(trial::plan_of_step(plan, steps[i]));
    if (!one) return one;
    if (all.is_null()) {
      all = *one;
      continue;
    }
    for (const char* sum : {"requests", "warmup", "input_tokens", "output_tokens"}) {
      all[sum] = all[sum].get<std::uint64_t>() + (*one)[sum].get<std::uint64_t>();
    }
    all["endless"] = all["endless"].get<bool>() || (*one)["endless"].get<bool>();
    const bool known = all["seconds"].is_number() && (*one)["seconds"].is_number();
    all["seconds"] =
        known ? Json(all["seconds"].get<double>() + (*one)["seconds"].get<double>()) : Json();
  }
  if (!all.is_null()) {
    all["runs"] = steps.size();
    all["lines"] = {fmt::format("{} runs over {}{}", steps.size(), axis_name(plan.sweep->over),
                                steps.size() > kMostPlanned
                                    ? fmt::format("; the sums are of the first {}", kMostPlanned)
                                    : std::string())};
  }
  return all;
}

Json plan_json(const plan::Plan& plan) {
  Json targets = Json::array();
  for (const auto& target : plan.targets) {
    targets.push_back({{"name", target.name}, {"engine", target.engine}, {"url", target.url}});
  }
  return {{"name", plan.name},
          {"description", plan.description},
          {"kind", plan.sweep      ? "sweep"
                   : plan.capacity ? "capacity"
                                   : "run"},
          {"load", trial::load_text(plan)},
          {"workload", trial::workload_text(plan)},
          {"targets", std::move(targets)},
          {"yaml", plan::format_plan(plan)}};
}

Reply check_plan(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto dry = flag_of(*body, "dry_run", false);
  if (!dry) return reply_of(dry.error());
  Json faults = Json::array();
  Json schedule;
  Json shown;
  std::vector<std::string> warnings;
  const auto plan = compose_plan(api.plans, *body);
  if (!plan) {
    for (const auto& fault : plan.error().faults) faults.push_back(fault_value(fault));
  } else {
    shown = plan_json(*plan);
    warnings = plan->warnings;
    for (const auto& fault : plan::check_plan(*plan)) faults.push_back(fault_value(fault));
    if (plan->targets.empty()) {
      faults.push_back(fault_value(
          {ErrorCode::kInvalidInput, "the plan names no target to measure", "targets"}));
    }
    if (*dry) {
      auto made = schedule_of(*plan);
      if (!made) faults.push_back(fault_value(made.error()));
      if (made) schedule = std::move(*made);
    }
  }
  const bool valid = faults.empty();
  return json_reply_of({{"valid", valid},
                        {"faults", std::move(faults)},
                        {"warnings", warnings},
                        {"plan", std::move(shown)},
                        {"schedule", std::move(schedule)}});
}

// --- What there is ------------------------------------------------------------------------------

Reply list_plans(const Api& api, const Request&) {
  Json plans = Json::array();
  for (const auto& plan : api.plans.list()) {
    plans.push_back({{"path", plan.path},
                     {"name", plan.name},
                     {"description", plan.description},
                     {"builtin", plan.builtin},
                     {"targets", plan.targets},
                     {"problem", plan.problem}});
  }
  return json_reply_of({{"plans", std::move(plans)}});
}

Reply one_plan(const Api& api, const Request& request) {
  const auto path = request.target.value("path");
  const auto text = api.plans.text(path.value_or(""));
  if (!text) return reply_of(text.error(), "GET /api/v1/plans lists them.");
  return json_reply_of({{"path", *path}, {"yaml", *text}});
}

Reply list_scenarios(const Api&, const Request&) {
  Json list = Json::array();
  for (const auto& file : plan::builtin_scenarios()) {
    const auto scenario = plan::parse_scenario(file.yaml, file.name);
    if (!scenario) continue;  // a test of src/plan holds them to be good
    list.push_back({{"name", file.name},
                    {"title", scenario->name},
                    {"description", scenario->description},
                    {"turns", scenario->turns.size()},
                    {"cases", scenario->cases.size()},
                    {"min_tokens", scenario->min_tokens},
                    {"max_tokens", scenario->max_tokens},
                    {"output_tokens", scenario->output},
                    {"yaml", file.yaml}});
  }
  return json_reply_of({{"scenarios", std::move(list)}});
}

Json millis(Nanos t) { return t < 0 ? Json() : Json(to_millis(t)); }

Json report_json(const Json& said, const trial::TargetReport& report) {
  const Json* text = &said;
  if (said.is_object() && said.contains("url")) text = &said["url"];
  Json models = Json::array();
  for (const auto& model : report.models) models.push_back(model.id);
  return {{"target", text->is_string() ? *text : Json("")},
          {"name", report.name},
          {"url", report.url},
          {"ok", report.ok()},
          {"reachable", report.reachable},
          {"healthy", report.healthy},
          {"engine", report.engine ? Json(engine::traits(*report.engine).name) : Json()},
          {"version", report.version},
          {"models", std::move(models)},
          {"model", report.model},
          {"protocol", report.protocol},
          {"connect_ms", millis(report.connect)},
          {"health_ms", millis(report.health_latency)},
          {"probe_ttft_ms", millis(report.probe_ttft)},
          {"problem", report.problem},
          {"remedy", report.remedy}};
}

// What targets say of themselves, as `check` asks them.
Reply check_targets(const Api&, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto said = target_list(*body);
  const auto generate = flag_of(*body, "generate", false);
  if (!said) return reply_of(said.error());
  if (!generate) return reply_of(generate.error());
  if (said->empty() || said->size() > kMostTargets) {
    return reply_of(Error{ErrorCode::kInvalidInput,
                          fmt::format("names from 1 to {} targets", kMostTargets), "targets"});
  }
  std::vector<trial::TargetReport> reports(said->size());
  std::vector<plan::Target> asked;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < said->size(); ++i) {
    auto target = target_of((*said)[i]);
    if (!target) {
      reports[i].name = fmt::format("target {}", i + 1);
      reports[i].problem = target.error().message;
      continue;
    }
    asked.push_back(std::move(*target));
    places.push_back(i);
  }
  auto probed = trial::probe_targets(asked, {.timeout = kAskTime, .generate = *generate});
  for (std::size_t i = 0; i < probed.size(); ++i) {
    reports[places[i]] = std::move(probed[i].report);
  }
  Json list = Json::array();
  for (std::size_t i = 0; i < reports.size(); ++i) {
    list.push_back(report_json((*said)[i], reports[i]));
  }
  return json_reply_of({{"targets", std::move(list)}});
}

}  // namespace

Result<std::unique_ptr<Job>> make_run_job(const Api& api, const Json& body) {
  auto plan = compose_plan(api.plans, body);
  if (!plan) {
    const auto& faults = plan.error();
    return fail(faults.faults.size() == 1 ? faults.faults.front().code : ErrorCode::kInvalidInput,
                faults.text());
  }
  if (plan->targets.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the plan names no target; \"targets\": [\"vllm=http://host:8000\"] brings one");
  }
  const plan::PlanFaults faults{plan::check_plan(*plan)};
  if (!faults.faults.empty()) return fail(ErrorCode::kInvalidInput, faults.text());
  return run_job(std::move(*plan), api.library.results_dir(), api.hub);
}

void add_launch_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/plans", list_plans);
  add(kGet, "/api/v1/plan", one_plan);
  add(kPost, "/api/v1/plans/check", check_plan);
  add(kGet, "/api/v1/scenarios", list_scenarios);
  add(kPost, "/api/v1/targets/check", check_targets);
}

}  // namespace tt::serve
