#include "app/group_show.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/figures_text.h"
#include "app/live_audience.h"
#include "app/run_options.h"
#include "app/signals.h"
#include "app/sweep_view.h"
#include "app/table.h"
#include "base/text.h"
#include "record/file.h"
#include "report/sweep_json.h"
#include "trial/group_curve.h"

namespace tt::app {
namespace {

constexpr std::string_view kCurveJson = "curve.json";
constexpr std::string_view kCurveCsv = "curve.csv";

/// A line for each run, and the run's own display while it goes on.
class GroupDisplay final : public trial::GroupAudience {
 public:
  GroupDisplay(const ShowOptions& show, const trial::StopSwitch& stop, Session& session)
      : show_(show), stop_(stop), session_(session) {}

  void on_step(const record::Group& group, std::size_t step, std::size_t of) override {
    if (show_.quiet || !show_.progress) return;
    session_.err.line(step_line(group, step, of));
    // Without a terminal a line a run is enough.
    if (session_.err.look().terminal) {
      live_.emplace(session_.err, LiveAudience::Mode::kRedraw, stop_, STDERR_FILENO);
    }
  }
  void on_step_done(const record::Group& group, std::size_t step) override {
    if (live_) live_->close();
    live_.reset();
    const auto& problem = group.steps[step].problem;
    if (!problem.empty() && !show_.quiet) {
      session_.err.lines(hanging(Line("  ", Style::kWarn), problem, session_.err.look().width));
    }
  }
  void on_row(const record::Row& row) override {
    if (live_) live_->on_row(row);
  }
  void on_probed(const std::vector<trial::TargetReport>& reports) override {
    if (live_) live_->on_probed(reports);
  }
  void on_started(const std::string& run_id, const std::string& folder) override {
    StopOnSignals::load_began();
    if (live_) live_->on_started(run_id, folder);
  }
  void on_progress(const trial::Progress& progress) override {
    if (live_) live_->on_progress(progress);
  }

 private:
  const ShowOptions& show_;
  const trial::StopSwitch& stop_;
  Session& session_;
  std::optional<LiveAudience> live_;
};

ExitCode exit_code_of(const record::Group& group) {
  if (group.kind == record::GroupKind::kSweep) {
    const bool any = std::ranges::any_of(group.steps, [](const record::GroupStep& step) {
      return step.status == record::StepStatus::kDone;
    });
    return any ? ExitCode::kGood : ExitCode::kFailed;
  }
  const auto has = [&](std::string_view end) {
    return std::ranges::any_of(group.capacities, [&](const auto& c) { return c.end == end; });
  };
  if (has("none_met")) return ExitCode::kSloMissed;
  return has("searching") || has("probes_spent") ? ExitCode::kNotValid : ExitCode::kGood;
}

std::vector<Line> group_footer(const record::Group& group, const std::string& results_dir) {
  const std::string elsewhere =
      results_dir == "results" ? "" : " --results " + shell_word(results_dir);
  std::vector<Line> lines(1);
  lines.push_back(Line("Files  ", Style::kStrong).add(record::group_folder(results_dir, group.id)));
  lines.push_back(
      Line("Next   ", Style::kStrong)
          .add(fmt::format("tokentrial results show {}{}", shell_word(group.id), elsewhere),
               Style::kAccent));
  return lines;
}

// Beside group.json, for whoever draws the curve.
Result<void> write_curve(const record::Group& group, const std::string& results_dir,
                         const analysis::SweepReport& report) {
  const std::string folder = record::group_folder(results_dir, group.id);
  auto written = record::write_file_atomically(fmt::format("{}/{}", folder, kCurveJson),
                                               report::sweep_json(group, report));
  if (!written) return written;
  return record::write_file_atomically(fmt::format("{}/{}", folder, kCurveCsv),
                                       report::sweep_csv(report));
}

// What a group's file cannot hold has to be said anew.
Result<void> add_headers(const Arguments& arguments, plan::Plan& plan) {
  for (auto& target : plan.targets) {
    for (auto& [name, value] : target.headers) {
      for (const auto text : arguments.all("--header")) {
        const auto colon = text.find(':');
        if (colon != std::string_view::npos && trim(text.substr(0, colon)) == name) {
          value = std::string(trim(text.substr(colon + 1)));
        }
      }
      if (value != "***") continue;
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("header {} was given when the group began, and its value is not "
                              "stored; give it again with --header {}",
                              name, shell_word(name + ": value")),
                  "--resume");
    }
  }
  return {};
}

// A group has its own plan: an option that would change what is measured is a mistake.
Result<void> check_resume(const Arguments& arguments) {
  if (!arguments.words().empty()) {
    return fail(ErrorCode::kInvalidInput, "takes no plan: the group has its own", "--resume");
  }
  constexpr std::array kWithResume = {"--resume",  "--results", "--json",      "--quiet",
                                      "--header",  "--csv",     "--dry-run",   "--no-progress",
                                      "--probes",  "--within",  "--tolerance", "--cool-down",
                                      "--no-color"};
  for (const auto option : arguments.given()) {
    if (std::ranges::find(kWithResume, option) != kWithResume.end()) continue;
    return fail(ErrorCode::kInvalidInput,
                "does not go with --resume: the group keeps the plan that it was begun with",
                std::string(option));
  }
  return {};
}

}  // namespace

std::vector<Option> group_options() {
  return {{"--csv", "FILE", "write the curve there, too"},
          {"--cool-down", "TIME", "rest between two runs (2s)"},
          {"--resume", "GROUP", "go on with a group that was stopped or killed"},
          kResultsOption,
          kJsonOption,
          {"--quiet", "", "no progress"},
          {"--no-progress", "", "the same"},
          kNoColorOption,
          kHelpOption};
}

std::vector<Option> load_free_options() {
  std::vector<Option> all = plan_options();
  std::erase_if(all, [](const Option& option) {
    return option.name == "--to" || option.name == "--trace" || option.name == "--speed";
  });
  return all;
}

void add_warmup(plan::Plan& plan, double share) {
  if (plan.warmup.requests > 0 || plan.warmup.duration > 0) return;
  if (plan.stop.duration) {
    plan.warmup.duration = static_cast<Nanos>(static_cast<double>(*plan.stop.duration) * share);
  } else if (plan.stop.requests) {
    plan.warmup.requests =
        static_cast<std::uint64_t>(static_cast<double>(*plan.stop.requests) * share) + 1;
  }
}

Result<GroupPlan> group_plan(const Arguments& arguments, record::GroupKind kind,
                             const PlanReader& fresh, const GroupAmender& amend) {
  GroupPlan planned;
  if (!arguments.has("--resume")) {
    auto plan = fresh(arguments);
    if (!plan) return std::unexpected(plan.error());
    planned.plan = std::move(*plan);
    return planned;
  }
  if (auto good = check_resume(arguments); !good) return std::unexpected(good.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  auto group = record::find_group(dir, *arguments.value("--resume"));
  if (!group) return fail(ErrorCode::kInvalidInput, group.error().text(), "--resume");
  if (group->kind != kind) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} is a {}; write tokentrial {} --resume {}", group->id,
                            group_kind_name(group->kind), group_kind_name(group->kind),
                            shell_word(group->id)),
                "--resume");
  }
  auto plan = trial::plan_of_group(*group);
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text(), "--resume");
  planned.plan = std::move(*plan);
  planned.resume = std::move(*group);
  if (auto added = add_headers(arguments, planned.plan); !added) {
    return std::unexpected(added.error());
  }
  if (auto amended = amend(arguments, planned); !amended) return std::unexpected(amended.error());
  return planned;
}

namespace {

// What the file says, and of one that is said to go on, whether that is so.
Line status_cell(const record::Group& group, bool live) {
  using enum record::GroupStatus;
  if (group.status == kRunning)
    return live ? Line("running", Style::kAccent) : Line("killed", Style::kWarn);
  return {group_status_name(group.status),
          group.status == kCompleted ? Style::kGood : Style::kWarn};
}

}  // namespace

std::vector<Line> group_list_lines(const std::vector<record::Group>& groups,
                                   const std::string& results_dir, std::size_t width) {
  Table table({{.title = "group"},
               {.title = "status"},
               {.title = "started", .optional = 1},
               {.title = "runs", .align = Align::kRight},
               {.title = "targets", .shrink_to = 8}});
  for (const auto& group : groups) {
    table.row({group.id, status_cell(group, record::group_is_live(results_dir, group.id)),
               ago_text(group.started_realtime, realtime_now()), format_count(group.steps.size()),
               fmt::format("{}", fmt::join(group.targets, ", "))});
  }
  return table.render(width);
}

std::string group_listing_json(const record::Group& group, const std::string& results_dir) {
  std::vector<std::string> runs;
  for (const auto& step : group.steps) {
    if (!step.run_id.empty()) runs.push_back(json_string(step.run_id));
  }
  return fmt::format(
      "{{\"id\": {}, \"kind\": {}, \"status\": {}, \"live\": {}, \"started\": {}, \"over\": {}, "
      "\"runs\": [{}]}}",
      json_string(group.id), json_string(group_kind_name(group.kind)),
      json_string(group_status_name(group.status)), record::group_is_live(results_dir, group.id),
      json_string(format_utc(group.started_realtime)), json_string(group.over),
      fmt::join(runs, ", "));
}

Outcome show_group(const record::Group& group, const std::string& results_dir,
                   const ShowOptions& show, Session& session) {
  Printer& out = session.out;
  const std::size_t width = out.look().width;
  const bool search = group.kind == record::GroupKind::kCapacity;
  record::Group shown = group;
  auto report = trial::group_curve(shown, results_dir);
  // What a search found stands in the group itself; a sweep is nothing but its runs.
  if (!report && !search) return std::unexpected(report.error());
  if (!report) report = analysis::SweepReport{.over = group.over, .curves = {}};
  if (show.json) {
    out.raw(report::sweep_json(shown, *report));
    return exit_code_of(group);
  }
  const bool live = record::group_is_live(results_dir, group.id);
  out.lines(search ? capacity_lines(shown, *report, width, live)
                   : sweep_lines(shown, *report, width, live));
  out.lines(group_footer(group, results_dir));
  return exit_code_of(group);
}

Outcome play_group(GroupPlan planned, const Arguments& arguments, Session& session) {
  const ShowOptions show = show_options(arguments);
  trial::GroupRequest request{.plan = std::move(planned.plan), .resume = planned.resume};
  if (const auto dir = arguments.value("--results")) request.results_dir = std::string(*dir);
  const StopOnSignals signals;
  GroupDisplay display(show, signals.stop(), session);
  const auto conduct = request.plan.sweep ? trial::conduct_sweep : trial::conduct_capacity;
  const auto group = conduct(request, display, signals.stop(), trial::real_stage());
  if (!group) return std::unexpected(group.error());
  record::Group drawn = *group;
  const auto report = trial::group_curve(drawn, request.results_dir);
  if (!report) return std::unexpected(report.error());
  if (auto written = write_curve(drawn, request.results_dir, *report); !written) {
    return std::unexpected(written.error());
  }
  if (const auto path = arguments.value("--csv")) {
    auto written = record::write_file_atomically(std::string(*path), report::sweep_csv(*report));
    if (!written) return std::unexpected(written.error());
  }
  if (!show.quiet && show.progress && !show.json) session.err.line();
  return show_group(*group, request.results_dir, show, session);
}

}  // namespace tt::app
