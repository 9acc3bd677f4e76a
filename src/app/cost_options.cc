#include "app/cost_options.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/machine_options.h"
#include "base/text.h"
#include "plan/slo_file.h"

namespace tt::app {
namespace {

using analysis::CostQuestion;

constexpr std::string_view kBudget = "Budget";
constexpr std::string_view kChange = "Change";

std::unexpected<Error> bad(std::string message, std::string_view option) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(option));
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
  return {};
}

Result<void> read_scales(const Arguments& arguments, std::vector<double>& scales) {
  if (const auto text = arguments.value("--qps")) {
    scales.clear();
    for (const auto part : split(*text, ',')) {
      const auto number = parse_number(trim(part));
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
        Number{"--wage", terms.waiting.wage_per_hour},
        Number{"--revenue", terms.revenue.per_month}}) {
    const auto text = arguments.value(option);
    if (!text) continue;
    if (!from) return bad("belongs to a change: --from TARGET --to TARGET", option);
    const auto number = parse_number(*text);
    if (!number || (*number < 0 && option != "--benefit") || std::fabs(*number) > 1e12) {
      return bad(fmt::format("'{}' is not a number of 0 or more", *text), option);
    }
    out = *number;
  }
  const auto loss = arguments.value("--loss-per-second");
  if (loss.has_value() != (terms.revenue.per_month > 0)) {
    return bad("--revenue and --loss-per-second belong together",
               loss ? "--loss-per-second" : "--revenue");
  }
  if (loss) {
    const auto share = plan::parse_share(*loss);
    if (!share) return bad(share.error().message, "--loss-per-second");
    terms.revenue.share_per_s = *share;
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

}  // namespace

std::vector<Option> cost_options() {
  return {kGpuOption,
          kPriceOption,
          kGpusOption,
          kPricesOption,
          kUtilizationOption,
          {"--output-weight", "N", "input tokens that an output token counts for (4)", kMachines},
          {"--qps", "LIST", "requests a second to plan for (1,10,100)", kBudget},
          {"--growth", "N", "plan for so many times those as well", kBudget},
          {"--hours", "N", "hours of operation a month (730)", kBudget},
          {"--months", "N", "months of the total (12)", kBudget},
          {"--from", "TARGET", "what serves today", kChange},
          {"--to", "TARGET", "what would", kChange},
          {"--investment", "MONEY", "what the change costs, once", kChange},
          {"--benefit", "MONEY", "what else it brings a month", kChange},
          {"--people", "N", "people who wait for answers", kChange},
          {"--answers-per-day", "N", "answers that each waits for", kChange},
          {"--days", "N", "working days a month (21)", kChange},
          {"--wage", "MONEY", "an hour of their time", kChange},
          {"--revenue", "MONEY", "what the service earns a month", kChange},
          {"--loss-per-second", "PERCENT", "of it that each second more of waiting would cost",
           kChange}};
}

Result<CostQuestion> read_cost_options(const Arguments& arguments,
                                       std::span<const analysis::CostRun> runs) {
  CostQuestion question;
  for (auto done : {read_machine_options(arguments, target_names(runs), question),
                    read_terms(arguments, question), read_scales(arguments, question.scales),
                    read_change(arguments, question)}) {
    if (!done) return std::unexpected(done.error());
  }
  return question;
}

}  // namespace tt::app
