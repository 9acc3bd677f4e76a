#include "serve/plan_form.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "plan/scenario.h"
#include "plan/search.h"

namespace tt::serve {
namespace {

constexpr std::string_view kTextName = "plan.yaml";

using Faults = plan::PlanFaults;
using Composed = std::expected<plan::Plan, Faults>;

std::unexpected<Faults> faulty(Error error) { return std::unexpected(Faults{{std::move(error)}}); }

std::unexpected<Faults> bad(std::string message, std::string_view member) {
  return faulty({ErrorCode::kInvalidInput, std::move(message), std::string(member)});
}

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

Composed plan_of_source(const PlanShelf& shelf, const Json& body) {
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
  const auto text = shelf.text(*path);
  if (!text) return faulty(text.error());
  return plan::parse_plan(*text, *path);
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

// Likewise of what there are only whole ones of.
Result<std::uint64_t> count_of(const Json& body, std::string_view member, double most) {
  const auto value = amount_of(body, member, most);
  if (!value) return std::unexpected(value.error());
  if (*value == std::floor(*value)) return static_cast<std::uint64_t>(*value);
  return fail(ErrorCode::kInvalidInput, "must be a whole number", std::string(member));
}

Result<void> read_load(const Json& body, plan::Plan& plan) {
  const auto users = count_of(body, "concurrency", 1e6);
  const auto rate = amount_of(body, "rate", 1e6);
  const auto length = amount_of(body, "duration_s", 7 * 86400);
  const auto requests = count_of(body, "requests", static_cast<double>(plan::kMaxRequests));
  for (const auto* one : {&rate, &length}) {
    if (!*one) return std::unexpected(one->error());
  }
  for (const auto* one : {&users, &requests}) {
    if (!*one) return std::unexpected(one->error());
  }
  if (*users > 0 && *rate > 0) {
    return fail(ErrorCode::kInvalidInput, "is given beside a rate; a load has one of them",
                "concurrency");
  }
  if (*users > 0) plan.load = plan::Concurrency{.users = static_cast<std::uint32_t>(*users)};
  if (*rate > 0) plan.load = plan::Rate{.per_second = *rate};
  if (*length > 0 || *requests > 0) {
    plan.stop.duration.reset();
    plan.stop.requests.reset();
    if (*length > 0) plan.stop.duration = from_seconds(*length);
    if (*requests > 0) plan.stop.requests = *requests;
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

}  // namespace

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

std::expected<plan::Plan, Faults> compose_plan(const PlanShelf& shelf, const Json& body) {
  auto plan = plan_of_source(shelf, body);
  if (!plan) return plan;
  const auto name = string_of(body, "name", plan->name);
  if (!name) return faulty(name.error());
  plan->name = *name;
  const auto texts = flag_of(body, "texts", plan->keep_texts);
  if (!texts) return faulty(texts.error());
  plan->keep_texts = *texts;
  for (const auto read : {read_targets, read_load, read_slos, read_group}) {
    if (auto done = read(body, *plan); !done) return faulty(done.error());
  }
  return plan;
}

}  // namespace tt::serve
