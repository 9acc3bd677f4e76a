// capacity: the highest load that meets every objective.
#include <algorithm>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/group_show.h"
#include "app/run_options.h"
#include "base/text.h"
#include "plan/check.h"
#include "plan/slo_file.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

// Of a probe, where nothing is said; those near the capacity take up to 8 times as long.
constexpr Nanos kProbeLength = 30 * kSecond;
constexpr double kWarmupShare = 0.25;

template <class T, class U>
Result<void> take(const Result<std::optional<T>>& read, U& out) {
  if (!read) return std::unexpected(read.error());
  if (*read) out = static_cast<U>(**read);
  return {};
}

// What may be said anew when a search is gone on with.
Result<void> read_limits(const Arguments& arguments, plan::CapacityGoal& goal) {
  if (auto r = take(arguments.count("--probes", 3, plan::kMostSweepRuns), goal.probes); !r) {
    return r;
  }
  if (auto r = take(arguments.duration("--within"), goal.within); !r) return r;
  if (auto r = take(arguments.duration("--cool-down"), goal.cool_down); !r) return r;
  if (const auto text = arguments.value("--tolerance")) {
    const auto share = plan::parse_share(*text);
    if (!share) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is no tolerance; write a share such as 3%", *text),
                  "--tolerance");
    }
    goal.tolerance = *share;
  }
  return {};
}

Result<void> read_goal(const Arguments& arguments, plan::CapacityGoal& goal) {
  if (const auto word = arguments.value("--over")) {
    goal.over = *word == "rate" ? plan::LoadAxis::kRate : plan::LoadAxis::kConcurrency;
  }
  if (auto r = take(arguments.number("--from", 0), goal.from); !r) return r;
  if (auto r = take(arguments.number("--at-most", 0), goal.at_most); !r) return r;
  return read_limits(arguments, goal);
}

// How arrivals are spaced can be said only of a rate, which the search then sets.
bool shapes_rate(const Arguments& arguments) {
  return arguments.has("--arrivals") || arguments.has("--burstiness") ||
         arguments.has("--max-in-flight");
}

Result<plan::Plan> fresh_plan(const Arguments& arguments) {
  const auto over = arguments.value("--over");
  const bool rate = over ? *over == "rate" : shapes_rate(arguments);
  auto plan = plan_of(rate ? arguments.with("--rate", "1") : arguments);
  if (!plan) return plan;
  plan->sweep.reset();
  if (!plan->capacity) plan->capacity.emplace();
  if (auto goal = read_goal(arguments, *plan->capacity); !goal) {
    return std::unexpected(goal.error());
  }
  if (shapes_rate(arguments) && plan->capacity->over != plan::LoadAxis::kRate) {
    return fail(ErrorCode::kInvalidInput,
                "--arrivals, --burstiness and --max-in-flight need --over rate", "--over");
  }
  const bool length = arguments.has("--duration") || arguments.has("--requests");
  if (!length && arguments.words().empty()) plan->stop = {.duration = kProbeLength, .requests = {}};
  add_warmup(*plan, kWarmupShare);
  return plan;
}

Result<void> amend(const Arguments& arguments, GroupPlan& planned) {
  plan::CapacityGoal& goal = *planned.plan.capacity;
  const auto before = goal.probes;
  if (auto read = read_limits(arguments, goal); !read) return read;
  const bool spent = std::ranges::any_of(planned.resume->capacities,
                                         [](const auto& c) { return c.end == "probes_spent"; });
  if (!spent || goal.probes > before || arguments.has("--tolerance")) return {};
  return fail(
      ErrorCode::kInvalidInput,
      fmt::format("has spent its {} probes for each target; allow more with --probes {}, or "
                  "ask for less with --tolerance",
                  before, before * 3 / 2),
      "--resume");
}

// What a search would play cannot be known before: only its bounds.
Outcome dry_run(const plan::Plan& plan, Session& session) {
  std::string faults;
  for (const Error& fault : plan::check_plan(plan)) {
    faults += (faults.empty() ? "" : "\n") + fault.text();
  }
  if (!faults.empty()) return fail(ErrorCode::kInvalidInput, std::move(faults));
  const plan::CapacityGoal& goal = *plan.capacity;
  Printer& out = session.out;
  const auto fact = [&](std::string_view name, const std::string& text) {
    out.lines(hanging(Line(fmt::format("  {:<12}", name)), text, out.look().width));
  };
  const auto names = [](const auto& list, auto member) {
    std::string text;
    for (const auto& one : list) text += (text.empty() ? "" : ", ") + one.*member;
    return text;
  };
  out.line(heading_line("Dry run", "nothing was sent"));
  fact("search", fmt::format("for the highest {} of each target, from {:g} to {:g}, to {:g}%",
                             axis_name(goal.over), goal.from, goal.at_most, goal.tolerance * 100));
  fact("targets", names(plan.targets, &plan::Target::name));
  fact("objectives", names(plan.slos, &plan::Slo::text));
  fact("workload", trial::workload_text(plan));
  const auto length = plan.stop.duration
                          ? format_duration(*plan.stop.duration)
                          : format_count(plan.stop.requests.value_or(0)) + " requests";
  fact("runs",
       fmt::format("at most {} a target, of {} or 2, 4, 8 times that{}", goal.probes, length,
                   goal.within > 0
                       ? fmt::format("; none begins after {}", format_duration(goal.within))
                       : std::string()));
  return ExitCode::kGood;
}

Outcome run(const Arguments& arguments, Session& session) {
  auto planned = group_plan(arguments, record::GroupKind::kCapacity, fresh_plan, amend);
  if (!planned) return std::unexpected(planned.error());
  if (arguments.has("--dry-run")) return dry_run(planned->plan, session);
  return play_group(std::move(*planned), arguments, session);
}

std::vector<Option> options() {
  std::vector<Option> all = load_free_options();
  std::erase_if(all, [](const Option& option) {
    // A probe is one target's, without a break.
    return option.name == "--concurrency" || option.name == "--rate" || option.name == "--order" ||
           option.name == "--blocks";
  });
  for (const Option& option :
       {Option{"--over", "rate|concurrency", "what is raised (rate)"},
        Option{"--from", "LOAD", "the first that is tried (1)"},
        Option{"--at-most", "LOAD", "higher ones are not tried (10000)"},
        Option{"--tolerance", "SHARE", "how near the answer must be (3%)"},
        Option{"--probes", "N", "at most so many runs for each target (40)"},
        Option{"--within", "TIME", "no run begins after so long (no limit)"},
        Option{"--dry-run", "", "show what would be searched; send nothing"}}) {
    all.push_back(option);
  }
  for (const Option& option : group_options()) all.push_back(option);
  return all;
}

}  // namespace

Command capacity_command() {
  return {.name = "capacity",
          .summary = "Finds the highest load that meets every objective, and how surely",
          .words = "[plan.yaml]",
          .most_words = 1,
          .options = options(),
          .about =
              "Doubles the load until an objective is missed, then closes in on the capacity by "
              "all runs together. --duration is the length of the shortest run (30s); those near "
              "the capacity take up to 8 times as long. Exit code 3 where not even the lowest "
              "load meets the objectives, 4 where the answer is not as narrow as asked.",
          .examples = {"tokentrial capacity --target vllm=http://host:8000 --slo ttft_p99=500ms",
                       "tokentrial capacity plan.yaml --over concurrency --slo tpot_p95=50ms "
                       "--within 20m"},
          .run = run};
}

}  // namespace tt::app
