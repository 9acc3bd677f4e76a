// Plans and scenarios to start, what is wrong with them, what they would send, and whether their
// targets are ready.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/scenario.h"
#include "plan/search.h"
#include "serve/job_kinds.h"
#include "serve/launch.h"
#include "serve/plan_shelf.h"
#include "trial/group_run.h"
#include "trial/target_probe.h"
#include "workload/prompts.h"
#include "workload/schedule.h"
#include "workload/schedule_summary.h"

namespace tt::serve {
namespace {

constexpr std::string_view kTextName = "plan.yaml";
constexpr std::size_t kMostTargets = 20;  // asked at once
constexpr Nanos kAskTime = 3 * kSecond;   // for each question to a target
constexpr std::size_t kMostPlanned = 32;  // runs of a sweep that a dry run looks at
constexpr double kMostShown = 2e6;        // requests of a schedule that is made to be shown

using Faults = plan::PlanFaults;
using Composed = std::expected<plan::Plan, Faults>;

std::unexpected<Faults> faulty(Error error) { return std::unexpected(Faults{{std::move(error)}}); }

std::unexpected<Faults> bad(std::string message, std::string_view member) {
  return faulty({ErrorCode::kInvalidInput, std::move(message), std::string(member)});
}

// --- From a form to a plan ---------------------------------------------------------------------

Composed plan_of_scenario(const std::string& name) {
  const auto all = plan::builtin_scenarios();
  const auto found = std::ranges::find(all, name, &plan::BuiltinFile::name);
  // A name alone: no path that a caller makes up is opened.
  if (found == all.end()) {
    return bad(fmt::format("there is no scenario '{}'", name), "scenario");
  }
  const auto scenario = plan::parse_scenario(found->yaml, name);
  if (!scenario) return std::unexpected(scenario.error());
  return plan::plan_of_scenario(*scenario, name);
}

Composed plan_of_source(const Api& api, const Json& body) {
  const auto yaml = string_of(body, "yaml", "");
  const auto path = string_of(body, "path", "");
  const auto scenario = string_of(body, "scenario", "");
  for (const auto* one : {&yaml, &path, &scenario}) {
    if (!*one) return faulty(one->error());
  }
  if (!yaml->empty()) return plan::parse_plan(*yaml, kTextName);
  if (!scenario->empty()) return plan_of_scenario(*scenario);
  if (path->empty()) {
    // A form alone will do, where it says what to measure.
    if (body.contains("targets")) {
      return plan::Plan{.stop = {.duration = plan::kDefaultDuration}};
    }
    return bad("names no plan: \"yaml\", \"path\", \"scenario\" or \"targets\"", "");
  }
  const auto text = api.plans.text(*path);
  if (!text) return faulty(text.error());
  return plan::parse_plan(*text, *path);
}

// "vllm=http://host:8000" or {"url", "name", "engine", "model"}.
Result<plan::Target> target_of(const Json& said) {
  if (said.is_string()) return plan::parse_target(said.get<std::string>());
  if (!said.is_object()) {
    return fail(ErrorCode::kInvalidInput, "is a text or an object with a url", "targets");
  }
  const auto url = string_of(said, "url", "");
  if (!url) return std::unexpected(url.error());
  auto target = plan::parse_target(*url);
  if (!target) return target;
  for (const auto& [member, out] :
       {std::pair("name", &target->name), std::pair("engine", &target->engine),
        std::pair("model", &target->model)}) {
    auto text = string_of(said, member, "");
    if (!text) return std::unexpected(text.error());
    if (!text->empty()) *out = std::move(*text);
  }
  return target;
}

Result<Json> target_list(const Json& body) {
  const auto found = body.find("targets");
  if (found == body.end() || found->is_null()) return Json::array();
  if (found->is_array()) return *found;
  return fail(ErrorCode::kInvalidInput, "must be a list", "targets");
}

Result<void> read_targets(const Json& body, plan::Plan& plan) {
  const auto targets = target_list(body);
  if (!targets) return std::unexpected(targets.error());
  if (!targets->empty()) plan.targets.clear();
  for (const auto& said : *targets) {
    auto target = target_of(said);
    if (!target) return fail(ErrorCode::kInvalidInput, target.error().message, "targets");
    plan.targets.push_back(std::move(*target));
  }
  return {};
}

// A positive number of the form; 0 where it says nothing.
Result<double> amount_of(const Json& body, std::string_view member, double most) {
  const auto value = number_of(body, member, 0);
  if (!value || !body.contains(std::string(member)) || body[std::string(member)].is_null()) {
    return value;
  }
  if (*value > 0 && *value <= most) return value;
  return fail(ErrorCode::kInvalidInput, fmt::format("must be above 0 and at most {:g}", most),
              std::string(member));
}

Result<void> read_load(const Json& body, plan::Plan& plan) {
  const auto users = amount_of(body, "concurrency", 1e6);
  const auto rate = amount_of(body, "rate", 1e6);
  const auto length = amount_of(body, "duration_s", 7 * 86400);
  const auto requests = amount_of(body, "requests", static_cast<double>(plan::kMaxRequests));
  for (const auto* one : {&users, &rate, &length, &requests}) {
    if (!*one) return std::unexpected(one->error());
  }
  if (*users > 0 && *rate > 0) {
    return fail(ErrorCode::kInvalidInput, "is given beside a rate; a load has one of them",
                "concurrency");
  }
  if (*users >= 1) plan.load = plan::Concurrency{.users = static_cast<std::uint32_t>(*users)};
  if (*rate > 0) plan.load = plan::Rate{.per_second = *rate};
  if (*length > 0 || *requests > 0) {
    plan.stop.duration.reset();
    plan.stop.requests.reset();
    if (*length > 0) plan.stop.duration = from_seconds(*length);
    if (*requests >= 1) plan.stop.requests = static_cast<std::uint64_t>(*requests);
  }
  return {};
}

Result<void> read_slos(const Json& body, plan::Plan& plan) {
  const auto slos = strings_of(body, "slos");
  if (!slos) return std::unexpected(slos.error());
  if (!slos->empty()) plan.slos.clear();
  for (const auto& text : *slos) {
    auto slo = plan::parse_slo(text);
    if (!slo) return fail(ErrorCode::kInvalidInput, slo.error().message, "slos");
    plan.slos.push_back(std::move(*slo));
  }
  return {};
}

Result<plan::LoadAxis> axis_of(const Json& object, plan::LoadAxis otherwise) {
  const auto over = string_of(object, "over", std::string(plan::axis_name(otherwise)));
  if (!over) return std::unexpected(over.error());
  for (const auto axis : {plan::LoadAxis::kConcurrency, plan::LoadAxis::kRate}) {
    if (*over == plan::axis_name(axis)) return axis;
  }
  return fail(ErrorCode::kInvalidInput, "must be concurrency or rate", "over");
}

// {"sweep": {"over": "concurrency", "loads": "1..64x2"}} or {"capacity": {"over": "rate"}}.
Result<void> read_group(const Json& body, plan::Plan& plan) {
  const auto part = [&](const char* name) -> const Json* {
    const auto found = body.find(name);
    return found == body.end() || !found->is_object() ? nullptr : &*found;
  };
  if (const auto* sweep = part("sweep")) {
    const auto axis = axis_of(*sweep, plan::LoadAxis::kConcurrency);
    if (!axis) return std::unexpected(axis.error());
    const auto text = string_of(*sweep, "loads", "");
    if (!text) return std::unexpected(text.error());
    auto loads = plan::parse_loads(*text, *axis);
    if (!loads) return fail(ErrorCode::kInvalidInput, loads.error().message, "sweep.loads");
    if (!plan.sweep) plan.sweep.emplace();
    plan.sweep->over = *axis;
    plan.sweep->loads = std::move(*loads);
    plan.capacity.reset();
  } else if (const auto* capacity = part("capacity")) {
    const auto axis = axis_of(*capacity, plan::LoadAxis::kRate);
    const auto most = amount_of(*capacity, "at_most", 1e6);
    if (!axis) return std::unexpected(axis.error());
    if (!most) return std::unexpected(most.error());
    if (!plan.capacity) plan.capacity.emplace();
    plan.capacity->over = *axis;
    if (*most > 0) plan.capacity->at_most = *most;
    plan.sweep.reset();
  }
  return {};
}

// The plan with what the form says over it. Without a check: the page asks while one still types.
Composed compose(const Api& api, const Json& body) {
  auto plan = plan_of_source(api, body);
  if (!plan) return plan;
  const auto name = string_of(body, "name", plan->name);
  if (!name) return faulty(name.error());
  plan->name = *name;
  for (const auto read : {read_targets, read_load, read_slos, read_group}) {
    if (auto done = read(body, *plan); !done) return faulty(done.error());
  }
  return plan;
}

// --- What is wrong with it, and what it would send
// ------------------------------------------------

// "plan.yaml:3:7" has a line and a column; "load.rate" has none.
Json fault_value(const Error& fault) {
  std::array<std::uint64_t, 2> at = {0, 0};
  const auto parts = split(fault.source, ':');
  if (parts.size() >= 3) {
    const auto line = parse_whole(parts[parts.size() - 2]);
    const auto column = parse_whole(parts.back());
    if (line && column) at = {*line, *column};
  } else if (parts.size() == 2) {
    at[0] = parse_whole(parts.back()).value_or(0);
  }
  return {{"place", fault.source}, {"line", at[0]}, {"column", at[1]}, {"message", fault.message}};
}

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
  const auto plan = compose(api, *body);
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

// --- What there is
// ---------------------------------------------------------------------------------

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
  auto plan = compose(api, body);
  if (!plan) {
    const auto& faults = plan.error();
    return fail(faults.faults.size() == 1 ? faults.faults.front().code : ErrorCode::kInvalidInput,
                faults.text());
  }
  if (plan->targets.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the plan names no target; \"targets\": [\"vllm=http://host:8000\"] brings one");
  }
  const Faults faults{plan::check_plan(*plan)};
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
