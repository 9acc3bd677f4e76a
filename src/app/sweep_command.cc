// sweep: the same measurement at several loads.
#include <fmt/format.h>

#include "app/commands.h"
#include "app/group_show.h"
#include "app/run_options.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

constexpr double kWarmupShare = 0.1;

Error at_option(Error error, std::string_view option) {
  return {ErrorCode::kInvalidInput, std::move(error.message), std::string(option)};
}

// The options are those of `run`, but the load's is a list here; one load stands in for it while
// the rest is read.
Result<plan::Plan> base_plan(const Arguments& arguments) {
  if (arguments.has("--concurrency")) return plan_of(arguments.with("--concurrency", "1"));
  if (arguments.has("--rate")) return plan_of(arguments.with("--rate", "1"));
  return plan_of(arguments);
}

Result<void> read_loads(const Arguments& arguments, plan::Plan& plan) {
  using plan::LoadAxis;
  for (const auto axis : {LoadAxis::kConcurrency, LoadAxis::kRate}) {
    const std::string option = fmt::format("--{}", axis_name(axis));
    const auto text = arguments.value(option);
    if (!text) continue;
    auto loads = plan::parse_loads(*text, axis);
    if (!loads) return std::unexpected(at_option(loads.error(), option));
    if (!plan.sweep) plan.sweep.emplace();
    plan.sweep->over = axis;
    plan.sweep->loads = std::move(*loads);
  }
  if (plan.sweep) return {};
  return fail(ErrorCode::kInvalidInput,
              "has no loads to try; write for example --concurrency 1..64x2, --rate 1,2,4, or "
              "sweep: in the plan",
              "--concurrency");
}

Result<plan::Plan> fresh_plan(const Arguments& arguments) {
  auto plan = base_plan(arguments);
  if (!plan) return plan;
  plan->capacity.reset();
  if (auto loads = read_loads(arguments, *plan); !loads) return std::unexpected(loads.error());
  plan::Sweep& sweep = *plan->sweep;
  const auto repeats = arguments.count("--repeats", 1, 100);
  if (!repeats) return std::unexpected(repeats.error());
  if (*repeats) sweep.repeats = static_cast<std::uint32_t>(**repeats);
  const auto rest = arguments.duration("--cool-down");
  if (!rest) return std::unexpected(rest.error());
  if (*rest) sweep.cool_down = **rest;
  if (const auto word = arguments.value("--points")) {
    using Order = plan::Sweep::Order;
    sweep.order = *word == "ascending"    ? Order::kAscending
                  : *word == "descending" ? Order::kDescending
                                          : Order::kRandom;
  }
  add_warmup(*plan, kWarmupShare);
  return plan;
}

Result<void> amend(const Arguments& arguments, GroupPlan& planned) {
  const auto rest = arguments.duration("--cool-down");
  if (!rest) return std::unexpected(rest.error());
  if (*rest) planned.plan.sweep->cool_down = **rest;
  return {};
}

// The runs that would be played, in their order.
std::vector<record::GroupStep> steps_of(const GroupPlan& planned) {
  if (!planned.resume) return trial::sweep_steps(planned.plan);
  auto steps = planned.resume->steps;
  std::erase_if(steps, [](const auto& step) { return step.status == record::StepStatus::kDone; });
  return steps;
}

std::string dry_run_json(const plan::Plan& plan, const std::vector<record::GroupStep>& steps) {
  std::string runs;
  for (const auto& step : steps) {
    runs += fmt::format("{}{{\"load\": {}, \"repeat\": {}}}", runs.empty() ? "\n  " : ",\n  ",
                        step.load, step.repeat);
  }
  return fmt::format("{{\"dry_run\": true, \"name\": {}, \"over\": {}, \"runs\": [{}\n]}}\n",
                     json_string(plan.name), json_string(axis_name(plan.sweep->over)), runs);
}

Outcome dry_run(const GroupPlan& planned, bool json, Session& session) {
  const plan::Plan& plan = planned.plan;
  const auto steps = steps_of(planned);
  Printer& out = session.out;
  if (json) {
    out.raw(dry_run_json(plan, steps));
    return ExitCode::kGood;
  }
  out.line(Line("Dry run", Style::kStrong).add("  nothing was sent", Style::kDim));
  out.line(fmt::format(
      "  {}: {} runs over {}, each of {}", plan.name, steps.size(), axis_name(plan.sweep->over),
      plan.stop.duration ? format_duration(*plan.stop.duration) + " a target"
                         : format_count(plan.stop.requests.value_or(0)) + " requests a target"));
  Table table({{.title = "run", .align = Align::kRight},
               {.title = std::string(axis_name(plan.sweep->over)), .align = Align::kRight},
               {.title = "repeat", .align = Align::kRight}});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    table.row({std::to_string(i + 1), fmt::format("{:g}", steps[i].load),
               std::to_string(steps[i].repeat + 1)});
  }
  out.lines(table.render(out.look().width));
  return ExitCode::kGood;
}

Outcome run(const Arguments& arguments, Session& session) {
  auto planned = group_plan(arguments, record::GroupKind::kSweep, fresh_plan, amend);
  if (!planned) return std::unexpected(planned.error());
  if (arguments.has("--dry-run")) return dry_run(*planned, arguments.has("--json"), session);
  return play_group(std::move(*planned), arguments, session);
}

std::vector<Option> options() {
  std::vector<Option> all = load_free_options();
  for (Option& option : all) {
    if (option.name == "--concurrency") {
      option.value = "LOADS";
      option.help = "requests in flight to try: 1,2,4 or 1..64x2, 10..50+10, 1..100/7";
    } else if (option.name == "--rate") {
      option.value = "LOADS";
      option.help = "instead: requests a second to try, written alike";
    }
  }
  all.push_back({"--repeats", "N", "measure every load so often (1)"});
  all.push_back({"--points", "random|ascending|descending", "order of the loads (random)"});
  all.push_back({"--dry-run", "", "show the runs in their order; send nothing"});
  for (const Option& option : group_options()) all.push_back(option);
  return all;
}

}  // namespace

Command sweep_command() {
  return {.name = "sweep",
          .summary = "Measures targets at several loads: one curve, one table",
          .words = "[plan.yaml]",
          .most_words = 1,
          .options = options(),
          .about =
              "A run for each load and repeat, in random order so that a drift of the machine is "
              "not taken for an effect of the load. A run that fails is noted and the sweep goes "
              "on. Says where throughput saturates and which points no other beats.",
          .examples = {"tokentrial sweep --target vllm=http://host:8000 --concurrency 1..64x2 "
                       "--duration 30s",
                       "tokentrial sweep plan.yaml --rate 2..20+2 --repeats 3 --csv curve.csv"},
          .run = run};
}

}  // namespace tt::app
