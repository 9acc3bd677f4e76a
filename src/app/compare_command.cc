// compare: runs, or the targets of one, against each other.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/contest.h"
#include "app/commands.h"
#include "app/compared_runs.h"
#include "app/contest_view.h"
#include "app/scenario_view.h"
#include "base/text.h"
#include "plan/slo_file.h"
#include "report/contest_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

// One run with one target is compared with the marked baseline, where there is one.
Result<Runs> open_all(const Arguments& arguments, const std::string& dir,
                      const std::string& marked) {
  Runs runs;
  for (const auto word : arguments.words()) {
    if (auto opened = open_into(runs, dir, word); !opened) return std::unexpected(opened.error());
  }
  const bool alone = runs.size() == 1 && runs[0].input.targets.size() == 1;
  if (alone && !marked.empty() && runs[0].manifest.run_id != marked) {
    if (auto opened = open_into(runs, dir, marked); !opened) return std::unexpected(opened.error());
  }
  return runs;
}

Result<analysis::ContestOptions> read_options(const Arguments& arguments) {
  analysis::ContestOptions options;
  options.tests = arguments.has("--tests");
  for (const auto name : arguments.all("--metric")) {
    auto figure = analysis::parse_figure(name);
    if (!figure) return fail(ErrorCode::kInvalidInput, figure.error().message, "--metric");
    options.figures.push_back(*figure);
  }
  if (const auto text = arguments.value("--min-effect")) {
    const auto share = plan::parse_share(*text);
    if (!share) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("'{}' is no smallest effect; write a share such as 5%", *text),
                  "--min-effect");
    }
    options.min_effect = *share;
  }
  if (const auto text = arguments.value("--weights")) {
    const auto weights = analysis::parse_weights(*text);
    if (!weights) return fail(ErrorCode::kInvalidInput, weights.error().message, "--weights");
    options.weights = *weights;
  }
  return options;
}

void show(const Comparisons& all, const Arguments& arguments, Session& session) {
  if (arguments.has("--json")) {
    session.out.raw(report::contests_json(all.contests, all.unmatched));
    return;
  }
  const std::size_t width = session.out.look().width;
  if (arguments.has("--by-scenario")) {
    session.out.lines(scenario_lines(all.contests, width));
  } else {
    for (std::size_t i = 0; i < all.contests.size(); ++i) {
      if (i > 0) session.out.line();
      session.out.lines(
          contest_lines(all.contests[i], width, arguments.has("--fail-on-regression")));
    }
  }
  if (!all.unmatched.empty()) {
    session.out.line();
    session.out.text(fmt::format("Not compared: {}", fmt::join(all.unmatched, ", ")), Style::kDim);
  }
}

ExitCode exit_code(const std::vector<analysis::Contest>& contests, bool gate) {
  const auto all = [&](auto holds) { return std::ranges::all_of(contests, holds); };
  if (gate && !all([](const auto& contest) { return contest.regressions.empty(); })) {
    return ExitCode::kSloMissed;
  }
  return all([](const auto& contest) { return contest.comparable; }) ? ExitCode::kGood
                                                                     : ExitCode::kNotValid;
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto options = read_options(arguments);
  if (!options) return std::unexpected(options.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  const std::string marked = marked_baseline(dir);
  const auto runs = open_all(arguments, dir, marked);
  if (!runs) return std::unexpected(runs.error());
  const auto all =
      hold_comparisons(*runs, arguments, marked, *options, arguments.has("--by-scenario"));
  if (!all) return std::unexpected(all.error());
  show(*all, arguments, session);
  return exit_code(all->contests, arguments.has("--fail-on-regression"));
}

}  // namespace

Command compare_command() {
  return {
      .name = "compare",
      .summary = "Says which of 2 to 5 runs, or targets of a run, is better, and by how much",
      .words = "RUN [RUN...]",
      .least_words = 1,
      .most_words = 100,
      .options =
          {kBaselineOption,
           kTargetOption,
           {"--by-scenario", "", "runs of several scenarios: who is better in each, in one table"},
           {.name = "--metric",
            .value = "METRIC",
            .help = "compare this figure, as ttft_p99 or output_tokens_per_s",
            .repeatable = true},
           {"--min-effect", "SHARE", "the smallest difference that matters (5%)"},
           {"--tests", "", "add the textbook tests: normality, location, spread, law, success"},
           {"--weights", "L/T/R",
            "what latency, throughput and reliability count for in the scores "
            "(0.4/0.3/0.3)"},
           {"--fail-on-regression", "", "exit with 3 where a side is worse than the baseline"},
           kResultsOption,
           kJsonOption,
           kNoColorOption,
           kHelpOption},
      .about =
          "One run: its targets are compared with each other; one run with one target, with the "
          "marked baseline. Several: runs of one target each with each other, others target by "
          "target where the names are the same; with --by-scenario, those of each scenario by "
          "themselves. Exit code 4 where a check says that they cannot "
          "be compared, 3 where --fail-on-regression finds one.",
      .examples = {"tokentrial compare before-20260131-120000 after-20260201-120000",
                   "tokentrial compare demo --baseline vllm --metric ttft_p99",
                   "tokentrial compare main branch --baseline main --fail-on-regression",
                   "tokentrial compare chat-1 code-1 longdoc-1 --by-scenario"},
      .run = run};
}

}  // namespace tt::app
