// run: measures one target, or compares several.
#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/run_options.h"
#include "app/run_show.h"
#include "app/sketch.h"
#include "app/table.h"
#include "base/text.h"
#include "trial/stored_run.h"
#include "trial/target_tokenizers.h"
#include "workload/prompts.h"
#include "workload/schedule.h"
#include "workload/schedule_summary.h"

namespace tt::app {
namespace {

std::string shape_json(const workload::ScheduleSummary& s) {
  if (!s.shape) return "null";
  std::string levels;
  for (const double level : s.shape->levels) {
    levels += fmt::format("{}{:.4g}", levels.empty() ? "" : ", ", level);
  }
  return fmt::format(
      "{{\"unit\": \"{}\", \"peak\": {:.6g}, \"mean\": {:.6g}, \"playing_s\": {:.3f}, "
      "\"playings\": {}, \"levels\": [{}]}}",
      s.shape->closed ? "users" : "requests_per_s", s.shape->peak, s.shape->mean,
      to_seconds(s.shape->playing), s.shape->playings, levels);
}

std::string dry_run_json(const plan::Plan& plan, const workload::ScheduleSummary& s) {
  const auto optional_ns = [](const std::optional<Nanos>& t) {
    return t ? fmt::format("{:.3f}", to_seconds(*t)) : std::string("null");
  };
  std::string targets;
  for (const auto& target : plan.targets) {
    targets += fmt::format("{}{{\"name\": {}, \"url\": {}}}", targets.empty() ? "" : ", ",
                           json_string(target.name), json_string(target.url));
  }
  return fmt::format(
      "{{\"dry_run\": true, \"name\": {}, \"load\": {}, \"workload\": {}, \"targets\": [{}],\n"
      " \"requests\": {}, \"endless\": {}, \"warmup\": {}, \"input_tokens\": {}, "
      "\"output_tokens\": {}, \"leaving\": {}, \"shape\": {},\n \"sessions\": {}, "
      "\"reusable_share\": {}, \"target_s\": {}, "
      "\"all_targets_s\": {}, \"digest\": "
      "\"{:016x}\"}}\n",
      json_string(plan.name), json_string(trial::load_text(plan)),
      json_string(trial::workload_text(plan)), targets, s.requests, s.endless, s.warmup,
      s.input.total, s.output.total, s.leaving, shape_json(s), s.sessions,
      s.reusable ? fmt::format("{:.6f}", *s.reusable) : "null", optional_ns(s.per_target),
      optional_ns(s.all_targets), s.digest);
}

Outcome dry_run(const plan::Plan& plan, bool json, Session& session) {
  const auto tokenizers = trial::load_tokenizers(plan);  // to see that they are good
  if (!tokenizers) return fail(ErrorCode::kInvalidInput, tokenizers.error().text());
  const auto prompts = workload::make_prompts(plan);
  if (!prompts) return fail(ErrorCode::kInvalidInput, prompts.error().text());
  const auto schedule = workload::make_schedule(plan, **prompts);
  if (!schedule) return fail(ErrorCode::kInvalidInput, schedule.error().text());
  const auto summary = workload::summarise(plan, *schedule);
  if (json) {
    session.out.raw(dry_run_json(plan, summary));
    return ExitCode::kGood;
  }
  Printer& out = session.out;
  out.line(heading_line("Dry run", "nothing was sent"));
  out.line(Line(
      fmt::format("  {}: {}, {}", plan.name, trial::load_text(plan), trial::workload_text(plan))));
  Table table({{.title = "target", .shrink_to = 8},
               {.title = "engine"},
               {.title = "URL", .shrink_to = 16},
               {.title = "model", .shrink_to = 12}});
  for (const auto& target : plan.targets) {
    table.row({target.name, target.engine.empty() ? "asked" : target.engine, target.url,
               target.model.empty() ? "asked" : target.model});
  }
  out.line();
  out.lines(table.render(out.look().width));
  out.line();
  out.line(heading_line("Each target's schedule"));
  for (const auto& line : workload::summary_lines(summary)) {
    out.lines(hanging(Line("  "), line, out.look().width));
    if (summary.shape && line.starts_with("shape")) {
      out.line(Line("            ").add(sketch(summary.shape->levels, summary.shape->peak)));
    }
  }
  return ExitCode::kGood;
}

Outcome run(const Arguments& arguments, Session& session) {
  auto plan = plan_of(arguments);
  if (!plan) return std::unexpected(plan.error());
  for (const auto& warning : plan->warnings) {
    session.err.lines(hanging(Line("warning ", Style::kWarn), warning, session.err.look().width));
  }
  if (plan->sweep || plan->capacity) {
    const std::string_view word = plan->sweep ? "sweep" : "capacity";
    return fail(ErrorCode::kInvalidInput,
                fmt::format("asks for more than one run; write tokentrial {} for it", word),
                std::string(word));
  }
  if (arguments.has("--dry-run")) return dry_run(*plan, arguments.has("--json"), session);
  trial::RunRequest request{.plan = std::move(*plan)};
  if (const auto dir = arguments.value("--results")) request.results_dir = std::string(*dir);
  const auto played = play_and_show(request, show_options(arguments), session);
  if (!played) return std::unexpected(played.error());
  return played->code;
}

}  // namespace

Command run_command() {
  Command command{
      .name = "run",
      .summary = "Measures one target, or compares several",
      .words = "[plan.yaml]",
      .most_words = 1,
      .options = plan_options(),
      .about =
          "Options go over what the plan file says. Targets take turns, so that a drift of "
          "the machine favours none. Ctrl-C stops gracefully, twice at once; what was "
          "measured is kept.",
      .examples = {"tokentrial run --target vllm=http://host:8000 --concurrency 16 --duration 60s",
                   "tokentrial run --target vllm=http://a:8000 --target ollama=http://b:11434 "
                   "--rate 4 --slo ttft_p99=500ms",
                   "tokentrial run plan.yaml --dry-run"},
      .run = run};
  for (const Option& option :
       {kResultsOption, Option{"--dry-run", "", "show what would be sent; send nothing"},
        kJsonOption, Option{"--quiet", "", "only the verdict, no progress"},
        Option{"--no-progress", "", "the whole answer, no progress"}, kNoColorOption,
        kHelpOption}) {
    command.options.push_back(option);
  }
  return command;
}

}  // namespace tt::app
