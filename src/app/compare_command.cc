// compare: one run against another.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/summary.h"
#include "app/commands.h"
#include "app/compare_view.h"
#include "base/text.h"
#include "report/summary_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

Outcome run(const Arguments& arguments, Session& session) {
  const std::string dir(arguments.value("--results").value_or("results"));
  std::vector<trial::StoredRun> runs;
  for (const auto word : arguments.words()) {
    auto opened = trial::open_run(dir, word);
    if (!opened) return fail(ErrorCode::kNotFound, opened.error().message, opened.error().source);
    runs.push_back(std::move(*opened));
  }
  const auto comparison =
      analysis::compare_runs(runs[0].input, runs[0].rows, runs[1].input, runs[1].rows);
  if (!comparison) return fail(ErrorCode::kNotFound, comparison.error().text());
  if (arguments.has("--json")) {
    session.out.raw(report::comparison_json(*comparison));
  } else {
    session.out.lines(comparison_lines(*comparison, session.out.look().width));
  }
  return comparison->comparable ? ExitCode::kGood : ExitCode::kNotValid;
}

}  // namespace

Command compare_command() {
  return {.name = "compare",
          .summary = "Says what is better in run A than in run B, target by target",
          .words = "A B",
          .least_words = 2,
          .most_words = 2,
          .options = {kResultsOption, kJsonOption, kNoColorOption, kHelpOption},
          .about =
              "Targets are matched by name; where each run has one target, those are compared. "
              "Exit code 4 where a check says that the two cannot be compared.",
          .examples = {"tokentrial compare before-20260131-120000 after-20260201-120000"},
          .run = run};
}

}  // namespace tt::app
