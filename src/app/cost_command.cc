// cost: from measured throughput to money.
#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/budget.h"
#include "app/commands.h"
#include "app/cost_view.h"
#include "app/slo_options.h"
#include "base/text.h"
#include "report/cost_json.h"
#include "trial/price_file.h"
#include "trial/stored_run.h"
#include "workload/slo_file.h"

namespace tt::app {
namespace {

using analysis::CostQuestion;
using analysis::Machine;

constexpr std::string_view kMachines = "Machines";
constexpr std::string_view kBudget = "Budget";
constexpr std::string_view kChange = "Change";

std::unexpected<Error> bad(std::string message, std::string_view option) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(option));
}

std::optional<double> read_number(std::string_view text) {
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

// --- Machines ----------------------------------------------------------------------------------

// Calls `set` for every machine that an option's values are about: "target=value" says it of one,
// "value" of all.
template <class Set>
Result<void> for_machines(const Arguments& arguments, std::string_view option,
                          std::map<std::string, Machine>& machines, Set set) {
  for (const auto text : arguments.all(option)) {
    const auto equals = text.rfind('=');
    const std::string name(text.substr(0, equals == std::string_view::npos ? 0 : equals));
    const auto value = equals == std::string_view::npos ? text : text.substr(equals + 1);
    if (!name.empty() && !machines.contains(name)) {
      std::vector<std::string> names;
      for (const auto& [known, machine] : machines) names.push_back(known);
      return bad(
          fmt::format("no target is called '{}'; there are {}", name, fmt::join(names, ", ")),
          option);
    }
    for (auto& [target, machine] : machines) {
      if (!name.empty() && target != name) continue;
      if (auto done = set(machine, value); !done) return done;
    }
  }
  return {};
}

Result<analysis::PriceList> read_prices(const Arguments& arguments) {
  const auto path = arguments.value("--prices");
  if (!path) return trial::builtin_prices();
  auto list = trial::load_prices(std::string(*path));
  if (!list) return fail(ErrorCode::kInvalidInput, list.error().text());
  return std::move(*list);
}

Result<void> set_price(const analysis::PriceList& list, Machine& machine, std::string_view word) {
  std::vector<std::string> candidates;
  const auto* price = list.find(word, &candidates);
  if (price == nullptr) {
    const bool several = !candidates.empty();
    if (!several) {
      for (const auto& known : list.prices) candidates.push_back(known.name);
    }
    return bad(fmt::format("'{}' {}: {}", word,
                           several ? "fits several prices" : "is not in the price list, which has",
                           fmt::join(candidates, ", ")),
               "--gpu");
  }
  const auto hour = analysis::gpu_hour(*price, list.power);
  machine.gpu_hour = hour.total();
  machine.basis = fmt::format("{}, {} ({})", price->name, price->source, price->date);
  if (hour.power > 0) {
    machine.basis += fmt::format(", power {}", analysis::format_money(hour.power, list.currency));
  }
  return {};
}

Result<void> read_machines(const Arguments& arguments, const analysis::PriceList& list,
                           std::map<std::string, Machine>& machines) {
  auto done = for_machines(arguments, "--gpu", machines, [&](Machine& m, std::string_view value) {
    return set_price(list, m, value);
  });
  if (!done) return done;
  done = for_machines(
      arguments, "--price", machines, [&](Machine& m, std::string_view value) -> Result<void> {
        const auto price = read_number(value);
        if (!price || *price < 0) {
          return bad(fmt::format("'{}' is not a price of 0 or more", value), "--price");
        }
        m.gpu_hour = price;
        m.basis = "--price";
        return {};
      });
  if (!done) return done;
  return for_machines(arguments, "--gpus", machines,
                      [&](Machine& m, std::string_view value) -> Result<void> {
                        const auto count = read_number(value);
                        if (!count || *count < 1 || *count > 1e5 || *count != std::floor(*count)) {
                          return bad(fmt::format("'{}' is not a number of GPUs", value), "--gpus");
                        }
                        m.gpus = static_cast<std::uint32_t>(*count);
                        return {};
                      });
}

// --- The rest of the question ------------------------------------------------------------------

Result<void> read_terms(const Arguments& arguments, CostQuestion& question) {
  struct Number {
    std::string_view option;
    double& out;
    double most;
  };
  constexpr double kHoursOfMonth = 744;
  for (const auto& [option, out, most] :
       {Number{"--output-weight", question.terms.output_weight, 1000},
        Number{"--hours", question.terms.hours_per_month, kHoursOfMonth},
        Number{"--months", question.months, 1200}}) {
    const auto number = arguments.number(option, 0);
    if (!number) return std::unexpected(number.error());
    if (*number && **number > most) return bad(fmt::format("is at most {:g}", most), option);
    out = number->value_or(out);
  }
  if (const auto text = arguments.value("--utilization")) {
    const auto share = workload::parse_share(*text);
    if (!share) return bad(share.error().message, "--utilization");
    question.terms.utilization = *share;
  }
  return {};
}

Result<void> read_scales(const Arguments& arguments, std::vector<double>& scales) {
  if (const auto text = arguments.value("--qps")) {
    scales.clear();
    for (const auto part : split(*text, ',')) {
      const auto number = read_number(trim(part));
      if (!number || *number <= 0 || *number > 1e9) {
        return bad(fmt::format("'{}' is not a number of requests a second", trim(part)), "--qps");
      }
      scales.push_back(*number);
    }
  }
  const auto growth = arguments.number("--growth", 0);
  if (!growth) return std::unexpected(growth.error());
  if (*growth) {
    const auto today = scales;
    for (const double scale : today) scales.push_back(scale * **growth);
  }
  std::ranges::sort(scales);
  scales.erase(std::ranges::unique(scales).begin(), scales.end());
  return {};
}

Result<void> read_change(const Arguments& arguments, CostQuestion& question) {
  const auto from = arguments.value("--from");
  const auto to = arguments.value("--to");
  analysis::ChangeTerms terms;
  struct Number {
    std::string_view option;
    double& out;
  };
  for (const auto& [option, out] :
       {Number{"--investment", terms.investment}, Number{"--benefit", terms.monthly_benefit},
        Number{"--people", terms.waiting.people},
        Number{"--answers-per-day", terms.waiting.answers_per_day},
        Number{"--days", terms.waiting.days_per_month},
        Number{"--wage", terms.waiting.wage_per_hour}}) {
    const auto text = arguments.value(option);
    if (!text) continue;
    if (!from) return bad("belongs to a change: --from TARGET --to TARGET", option);
    const auto number = read_number(*text);
    if (!number || (*number < 0 && option != "--benefit") || std::fabs(*number) > 1e12) {
      return bad(fmt::format("'{}' is not a number of 0 or more", *text), option);
    }
    out = *number;
  }
  if (from.has_value() != to.has_value()) {
    return bad("--from and --to belong together", from ? "--from" : "--to");
  }
  if (!from) return {};
  if (*from == *to) return bad("is the same target as --from", "--to");
  terms.from = std::string(*from);
  terms.to = std::string(*to);
  question.change = std::move(terms);
  return {};
}

Result<CostQuestion> read_question(const Arguments& arguments,
                                   std::span<const analysis::CostRun> runs) {
  CostQuestion question;
  const auto list = read_prices(arguments);
  if (!list) return std::unexpected(list.error());
  question.terms.currency = list->currency;
  for (const auto& run : runs) {
    for (const auto& target : run.summary.targets) question.machines[target.target.name];
  }
  for (auto done :
       {read_machines(arguments, *list, question.machines), read_terms(arguments, question),
        read_scales(arguments, question.scales), read_change(arguments, question)}) {
    if (!done) return std::unexpected(done.error());
  }
  return question;
}

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
    inputs.push_back(std::move(run->input));
    runs.push_back({&inputs.back(), std::move(summary)});
  }
  auto question = read_question(arguments, runs);
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

}  // namespace

Command cost_command() {
  return {
      .name = "cost",
      .summary = "Says what tokens and requests cost, and what a service would a month",
      .words = "RUN...",
      .least_words = 1,
      .most_words = 100,
      .options = {{"--gpu", "[TARGET=]NAME",
                   "the GPU by its name in the price list, or a part of it", kMachines, true},
                  {"--price", "[TARGET=]MONEY", "the price of a GPU-hour, in place of the list's",
                   kMachines, true},
                  {"--gpus", "[TARGET=]N", "GPUs of what was measured behind the URL (1)",
                   kMachines, true},
                  {"--prices", "FILE", "a price list of your own; docs/cost.md", kMachines},
                  {"--utilization", "SHARE",
                   "the part of the measured throughput that is used on average (100%)", kMachines},
                  {"--output-weight", "N", "input tokens that an output token counts for (4)",
                   kMachines},
                  {"--qps", "LIST", "requests a second to plan for (1,10,100)", kBudget},
                  {"--growth", "N", "plan for so many times those as well", kBudget},
                  {"--hours", "N", "hours of operation a month (730)", kBudget},
                  {"--months", "N", "months of the total (12)", kBudget},
                  {kSloOption.name, kSloOption.value, kSloOption.help, kBudget, true},
                  {kSloFileOption.name, kSloFileOption.value, kSloFileOption.help, kBudget},
                  {"--from", "TARGET", "what serves today", kChange},
                  {"--to", "TARGET", "what would", kChange},
                  {"--investment", "MONEY", "what the change costs, once", kChange},
                  {"--benefit", "MONEY", "what else it brings a month", kChange},
                  {"--people", "N", "people who wait for answers", kChange},
                  {"--answers-per-day", "N", "answers that each waits for", kChange},
                  {"--days", "N", "working days a month (21)", kChange},
                  {"--wage", "MONEY", "an hour of their time", kChange},
                  kResultsOption,
                  kJsonOption,
                  kNoColorOption,
                  kHelpOption},
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
