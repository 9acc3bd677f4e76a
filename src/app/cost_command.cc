// cost: from measured throughput to money.
#include <iterator>

#include "analysis/budget.h"
#include "analysis/resources.h"
#include "app/commands.h"
#include "app/cost_options.h"
#include "app/cost_view.h"
#include "app/slo_options.h"
#include "report/cost_json.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

constexpr std::string_view kBudget = "Budget";

Outcome run(const Arguments& arguments, Session& session) {
  const auto demand = read_slo_options(arguments, false);
  if (!demand) return std::unexpected(demand.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  std::vector<analysis::RunInput> inputs;
  inputs.reserve(arguments.words().size());  // reports point to them
  std::vector<analysis::CostRun> runs;
  for (const auto word : arguments.words()) {
    auto run = trial::open_run(dir, word);
    if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
    if (*demand && !(*demand)->slos.empty()) run->input.slos = (*demand)->slos;
    auto summary = run->summary();
    auto joules =
        analysis::joules_per_output_token(run->rows, run->telemetry, run->input.targets.size());
    inputs.push_back(std::move(run->input));
    runs.push_back({&inputs.back(), std::move(summary), std::move(joules)});
  }
  auto question = read_cost_options(arguments, runs);
  if (!question) return std::unexpected(question.error());
  const auto report = analysis::cost_report(runs, std::move(*question));
  if (!report) return std::unexpected(report.error());
  if (arguments.has("--json")) {
    session.out.raw(report::cost_json(*report));
  } else {
    session.out.lines(cost_lines(*report, session.out.look().width));
  }
  return ExitCode::kGood;
}

std::vector<Option> options() {
  auto all = cost_options();
  const Option rest[] = {{kSloOption.name, kSloOption.value, kSloOption.help, kBudget, true},
                         {kSloFileOption.name, kSloFileOption.value, kSloFileOption.help, kBudget},
                         kResultsOption,
                         kJsonOption,
                         kNoColorOption,
                         kHelpOption};
  all.insert(all.end(), std::begin(rest), std::end(rest));
  return all;
}

}  // namespace

Command cost_command() {
  return {
      .name = "cost",
      .summary = "Says what tokens and requests cost, and what a service would a month",
      .words = "RUN...",
      .least_words = 1,
      .most_words = 100,
      .options = options(),
      .about =
          "Several runs are loads of the same targets: the budget is made with the highest load "
          "at which a target keeps its objectives. Prices are list prices on a date, and never "
          "asked from a network.",
      .examples = {"tokentrial cost demo --gpu aws-h100-sxm --qps 10,50",
                   "tokentrial cost load4 load16 load64 --gpu runpod-h100-sxm --slo ttft_p95=500ms",
                   "tokentrial cost demo --price vllm=3.99 --price ollama=1.20 --gpus vllm=2"},
      .run = run};
}

}  // namespace tt::app
