// slo: judges runs by objectives.
#include <fmt/format.h>

#include "app/commands.h"
#include "app/slo_options.h"
#include "app/slo_view.h"
#include "report/slo_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

Outcome run(const Arguments& arguments, Session& session) {
  const auto asked = read_slo_options(arguments, true);
  if (!asked) return std::unexpected(asked.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  std::vector<analysis::SloReport> reports;
  for (const auto word : arguments.words()) {
    const auto run = trial::open_run(dir, word);
    if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
    analysis::SloDemand demand = asked->value_or(analysis::SloDemand{});
    // --attainment and --confidence alone judge by the run's own objectives.
    if (demand.slos.empty()) demand.slos = run->input.slos;
    if (demand.slos.empty()) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("{} has no objectives; give some with --slo ttft_p99=500ms or "
                              "--slo-file FILE",
                              run->manifest.run_id));
    }
    reports.push_back(analysis::judge_run(run->input, run->rows, std::move(demand)));
  }
  bool passed = true;
  for (const auto& report : reports) passed &= report.passed;
  if (arguments.has("--json")) {
    session.out.raw(report::slo_json(reports));
  } else {
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (i > 0) session.out.line();
      session.out.lines(slo_lines(reports[i], session.out.look().width));
    }
  }
  return passed ? ExitCode::kGood : ExitCode::kSloMissed;
}

}  // namespace

Command slo_command() {
  return {.name = "slo",
          .summary = "Judges runs by objectives, and says how surely they are met",
          .words = "RUN...",
          .least_words = 1,
          .most_words = 100,
          .options = {kSloOption,
                      kSloFileOption,
                      {"--attainment", "SHARE",
                       "the share of requests that must keep every latency limit, as 95%"},
                      {"--confidence", "SHARE",
                       "an objective passes only where it is met with this confidence, as 95%"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "Without --slo and --slo-file a run is judged by the objectives of its own plan. "
              "Exit code 3 where a target misses one.",
          .examples = {"tokentrial slo demo --slo ttft_p99=500ms --slo success_rate=99.9%",
                       "tokentrial slo demo --slo-file examples/slo.yaml --confidence 95%"},
          .run = run};
}

}  // namespace tt::app
