// The sheet of costs: assumptions that can be changed, and formulas that follow them. The formulas
// are those of analysis/cost.h and analysis/budget.h; the figures measured are numbers.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/xlsx_sheets.h"

namespace tt::report {
namespace {

using analysis::CostReport;
using analysis::MetricId;

constexpr ColumnIndex kFirstTarget = 1;
constexpr double kTraffic = 10;  // requests a second, where nobody says for how many to plan

// Rows of the table of targets, from its heading on.
enum CostRow : RowIndex {
  kHead,
  kGpus,
  kPrice,
  kBasis,
  kRequests,
  kOutput,
  kInputMean,
  kOutputMean,
  kHour,
  kPerTokens,
  kPerInput,
  kPerOutput,
  kPerOutputAlone,
  kPerRequests,
  kPerMoney,
  kReplicas,
  kGpusInAll,
  kMonthly,
  kTotal,
  kTotalPerTokens,
  kMore,
};

struct Assumption {
  const char* name;  // in formulas
  std::string words;
  double value;
  std::string format;
  std::string note;
};

std::vector<Assumption> assumptions_of(const CostReport& cost) {
  const auto& q = cost.question;
  return {
      {"Traffic", "requests a second to plan for", q.scales.empty() ? kTraffic : q.scales.front(),
       "#,##0.##", "at the mix of tokens that was measured"},
      {"Utilization", "part of the measured throughput that is used", q.terms.utilization, "0%",
       "below 100%: headroom, or machines that stand idle"},
      {"Hours_per_month", "hours of operation a month", q.terms.hours_per_month, "#,##0",
       "730: always on"},
      {"Months", "months of the total", q.months, "#,##0", ""},
      {"Output_weight", "input tokens that an output token counts for", q.terms.output_weight,
       "#,##0.##", "for sharing a cost between the two"}};
}

// One target's column.
class CostColumn {
 public:
  CostColumn(Book& book, Sheet& sheet, RowIndex head, ColumnIndex column, std::size_t number,
             const analysis::TargetCost& cost, const analysis::TargetSummary& measured,
             const analysis::CostQuestion& question)
      : book_(book),
        sheet_(sheet),
        head_(head),
        column_(column),
        number_(number),
        cost_(cost),
        measured_(measured),
        question_(question),
        point_(cost.best ? &cost.points[*cost.best]
                         : (cost.points.empty() ? nullptr : &cost.points.front())) {
    if (cost.best && !question.scales.empty()) {
      budget_ =
          analysis::budget_for(*point_, cost.machine, question.terms, question.scales.front());
    }
  }

  std::optional<double> monthly() const {
    return budget_ && budget_->monthly ? std::optional(budget_->monthly->value) : std::nullopt;
  }

  void write(CostRow row) {
    switch (row) {
      case kHead:
        return sheet_.text(at(row), column_, cost_.name, {.right = true, .head = true});
      case kGpus:
        book_.name(fmt::format("GPUs_{}", number_), sheet_.at(at(row), column_));
        return sheet_.number(at(row), column_, cost_.machine.gpus,
                             {.number = kWhole, .right = true, .input = true});
      case kPrice:
        book_.name(fmt::format("Price_{}", number_), sheet_.at(at(row), column_));
        return sheet_.number(at(row), column_, cost_.machine.gpu_hour,
                             {.number = money_format(currency(), 1), .right = true, .input = true});
      case kBasis:
        return sheet_.text(
            at(row), column_,
            cost_.machine.gpu_hour ? cost_.machine.basis : "not said: type a price above",
            {.tone = Tone::kQuiet, .wrap = true, .right = true, .size = 8});
      case kRequests:
        return measured(row, rate(MetricId::kRequestRate));
      case kOutput:
        return measured(row, rate(MetricId::kOutputRate));
      case kInputMean:
        return measured(row, measured_.tokens.mean_input);
      case kOutputMean:
        return measured(row, measured_.tokens.mean_output);
      default:
        return write_formula(row);
    }
  }

 private:
  RowIndex at(CostRow row) const { return head_ + row; }
  const std::string& currency() const { return question_.terms.currency; }

  std::string cell(CostRow row) const {
    std::array<char, LXW_MAX_CELL_NAME_LENGTH> name{};
    lxw_rowcol_to_cell(name.data(), at(row), static_cast<lxw_col_t>(column_));
    return name.data();
  }

  std::optional<double> rate(MetricId metric) const {
    const auto* figure = measured_.rate(metric);
    return figure == nullptr ? std::nullopt : figure->value;
  }

  void measured(CostRow row, std::optional<double> value) {
    sheet_.number(at(row), column_, value,
                  {.number = number_format(value.value_or(0)), .right = true});
  }

  // Shown where every cell that it needs is there.
  void put(CostRow row, std::initializer_list<CostRow> needs, const std::string& formula,
           std::optional<double> value, const std::string& format, bool strong = false) {
    std::string condition;
    for (const CostRow need : needs) {
      condition += fmt::format("{}N({})>0", condition.empty() ? "" : ",", cell(need));
    }
    sheet_.formula(at(row), column_, fmt::format("=IF(AND({}),{},\"\")", condition, formula), value,
                   {.number = format, .strong = strong, .right = true});
  }

  static std::optional<double> value_of(const std::optional<analysis::Amount>& amount) {
    return amount ? std::optional(amount->value) : std::nullopt;
  }

  void write_formula(CostRow row) {
    // A service is planned only with what keeps its objectives.
    if (row >= kReplicas && !cost_.best) {
      const std::string_view why = row == kReplicas ? "objectives missed" : "–";
      return sheet_.text(at(row), column_, why, {.tone = Tone::kWarn, .right = true});
    }
    const analysis::UnitCosts costs = point_ == nullptr ? analysis::UnitCosts{} : point_->costs;
    const auto small = [&](std::optional<double> v) {
      return money_format(currency(), v.value_or(0.1));
    };
    const std::string hour = cell(kHour);
    const std::string output = fmt::format("({}*3600*Utilization)", cell(kOutput));
    const std::string in = cell(kInputMean);
    const std::string out = cell(kOutputMean);
    const std::string weighted =
        fmt::format("{}*1000000/{}*{}/({}+Output_weight*{})", hour, output, out, in, out);
    switch (row) {
      case kHour:
        return put(row, {kPrice, kGpus}, fmt::format("{}*{}", cell(kPrice), cell(kGpus)),
                   cost_.machine.hour(), money_format(currency(), 1));
      case kPerTokens:
        return put(row, {kHour, kOutput, kOutputMean},
                   fmt::format("{}*1000000/{}*{}/({}+{})", hour, output, out, in, out),
                   value_of(costs.per_million_tokens), small(value_of(costs.per_million_tokens)),
                   true);
      case kPerInput:
        return put(row, {kHour, kOutput, kInputMean}, weighted, value_of(costs.per_million_input),
                   small(value_of(costs.per_million_input)));
      case kPerOutput:
        return put(row, {kHour, kOutput, kInputMean}, weighted + "*Output_weight",
                   value_of(costs.per_million_output), small(value_of(costs.per_million_output)));
      case kPerOutputAlone:
        return put(row, {kHour, kOutput}, fmt::format("{}*1000000/{}", hour, output),
                   value_of(costs.per_million_output_alone),
                   small(value_of(costs.per_million_output_alone)));
      case kPerRequests:
        return put(row, {kHour, kRequests},
                   fmt::format("{}*1000/({}*3600*Utilization)", hour, cell(kRequests)),
                   value_of(costs.per_thousand_requests),
                   small(value_of(costs.per_thousand_requests)), true);
      case kPerMoney:
        return put(row, {kHour, kOutput}, fmt::format("{}*Utilization/{}", cell(kOutput), hour),
                   value_of(costs.tokens_per_s_per_money), kWhole);
      case kReplicas:
        return put(row, {kRequests},
                   fmt::format("ROUNDUP(ROUND(Traffic/({}*Utilization),9),0)", cell(kRequests)),
                   budget_ ? std::optional<double>(budget_->replicas) : std::nullopt, kWhole);
      case kGpusInAll:
        return put(row, {kReplicas, kGpus}, fmt::format("{}*{}", cell(kReplicas), cell(kGpus)),
                   budget_ ? std::optional<double>(budget_->gpus) : std::nullopt, kWhole);
      case kMonthly:
        return put(row, {kReplicas, kHour},
                   fmt::format("{}*{}*Hours_per_month", cell(kReplicas), hour), monthly(),
                   money_format(currency(), 1000), true);
      case kTotal:
        return put(row, {kReplicas, kHour}, fmt::format("{}*Months", cell(kMonthly)),
                   monthly() ? std::optional(*monthly() * question_.months) : std::nullopt,
                   money_format(currency(), 1000));
      case kTotalPerTokens:
        return put(row, {kReplicas, kHour},
                   fmt::format("{}/(Traffic*3600*Hours_per_month*({}+{}))*1000000", cell(kMonthly),
                               in, out),
                   budget_ ? budget_->per_million_tokens : std::nullopt,
                   small(budget_ ? budget_->per_million_tokens : std::nullopt));
      default:
        return;
    }
  }

  Book& book_;
  Sheet& sheet_;
  RowIndex head_;
  ColumnIndex column_;
  std::size_t number_;
  const analysis::TargetCost& cost_;
  const analysis::TargetSummary& measured_;
  const analysis::CostQuestion& question_;
  const analysis::LoadPoint* point_;
  std::optional<analysis::Budget> budget_;
};

std::string row_title(CostRow row, const std::string& currency) {
  switch (row) {
    case kHead:
      return "target";
    case kGpus:
      return "GPUs of a replica";
    case kPrice:
      return fmt::format("price of a GPU-hour, {}", currency);
    case kBasis:
      return "where the price is from";
    case kRequests:
      return "measured: requests/s of a replica";
    case kOutput:
      return "measured: output tokens/s of a replica";
    case kInputMean:
      return "measured: input tokens of a request";
    case kOutputMean:
      return "measured: output tokens of a request";
    case kHour:
      return "a replica an hour";
    case kPerTokens:
      return "1M tokens, as mixed";
    case kPerInput:
      return "1M input tokens";
    case kPerOutput:
      return "1M output tokens";
    case kPerOutputAlone:
      return "1M output tokens, input free";
    case kPerRequests:
      return "1,000 requests";
    case kPerMoney:
      return fmt::format("output tokens/s for 1 {} an hour", currency);
    case kReplicas:
      return "replicas for the traffic";
    case kGpusInAll:
      return "GPUs for the traffic";
    case kMonthly:
      return "a month";
    case kTotal:
      return "over all months";
    case kTotalPerTokens:
      return "1M tokens, with the idle part of the last replica";
    case kMore:
      return "a month more than the cheapest";
  }
  return {};
}

// Against the cheapest of those that have a price.
void more_row(Sheet& sheet, RowIndex head, const std::vector<std::optional<double>>& monthly,
              const std::string& currency) {
  std::optional<double> least;
  for (const auto& one : monthly) {
    if (one && (!least || *one < *least)) least = one;
  }
  const auto last = static_cast<ColumnIndex>(kFirstTarget + monthly.size() - 1);
  std::array<char, LXW_MAX_CELL_RANGE_LENGTH> range{};
  lxw_rowcol_to_range_abs(range.data(), head + kMonthly, kFirstTarget, head + kMonthly,
                          static_cast<lxw_col_t>(last));
  for (std::size_t t = 0; t < monthly.size(); ++t) {
    const auto column = static_cast<ColumnIndex>(kFirstTarget + t);
    std::array<char, LXW_MAX_CELL_NAME_LENGTH> own{};
    lxw_rowcol_to_cell(own.data(), head + kMonthly, static_cast<lxw_col_t>(column));
    sheet.formula(head + kMore, column,
                  fmt::format("=IF(N({0})>0,{0}-MIN({1}),\"\")", own.data(), range.data()),
                  monthly[t] ? std::optional(*monthly[t] - *least) : std::nullopt,
                  {.number = money_format(currency, 1000), .right = true});
  }
}

RowIndex assumption_rows(Book& book, Sheet& sheet, RowIndex row, const CostReport& cost) {
  for (const auto& one : assumptions_of(cost)) {
    sheet.text(row, 0, one.words);
    sheet.number(row, 1, one.value, {.number = one.format, .right = true, .input = true});
    sheet.text(row, 2, one.note, {.tone = Tone::kQuiet, .indent = 1});
    book.name(one.name, sheet.at(row, 1));
    ++row;
  }
  return row;
}

Result<CostReport> report_of(const RunSource& source) {
  if (source.cost != nullptr) return *source.cost;
  const analysis::CostRun run{&source.run.input, source.run.summary};
  analysis::CostQuestion question;
  question.scales = {kTraffic};
  return analysis::cost_report({&run, 1}, std::move(question));
}

}  // namespace

Result<void> cost_sheet(Book& book, const RunSource& source) {
  const auto cost = report_of(source);
  if (!cost) return std::unexpected(cost.error());
  Sheet& sheet = book.sheet("Cost");
  sheet.width(0, 0, 46);
  sheet.width(1, 1 + analysis::kMostSides, 20);
  sheet.height(0, 26);
  sheet.text(0, 0, "What it costs", {.strong = true, .size = 16});
  sheet.text(1, 0, "Change a yellow cell, and everything below follows.", {.tone = Tone::kQuiet});
  sheet.text(3, 0, "Assumptions", {.strong = true, .size = 13});
  const RowIndex head = assumption_rows(book, sheet, 4, *cost) + 1;
  std::vector<CostColumn> columns;
  columns.reserve(cost->targets.size());
  for (std::size_t t = 0; t < cost->targets.size(); ++t) {
    const auto measured =
        std::ranges::find(source.run.summary.targets, cost->targets[t].name,
                          [](const analysis::TargetSummary& one) { return one.target.name; });
    if (measured == source.run.summary.targets.end()) continue;
    columns.emplace_back(book, sheet, head, static_cast<ColumnIndex>(kFirstTarget + columns.size()),
                         columns.size() + 1, cost->targets[t], *measured, cost->question);
  }
  for (RowIndex i = kHead; i < kMore; ++i) {
    const auto row = static_cast<CostRow>(i);
    const bool strong = row == kPerTokens || row == kPerRequests || row == kMonthly;
    if (row == kHead) sheet.height(head, 20);
    if (row == kBasis) sheet.height(head + kBasis, 24);
    sheet.text(head + i, 0, row_title(row, cost->question.terms.currency),
               {.strong = strong, .head = row == kHead});
    for (auto& column : columns) column.write(row);
  }
  if (columns.size() > 1) {
    sheet.text(head + kMore, 0, row_title(kMore, cost->question.terms.currency));
    std::vector<std::optional<double>> monthly;
    for (const auto& column : columns) monthly.push_back(column.monthly());
    more_row(sheet, head, monthly, cost->question.terms.currency);
  }
  RowIndex row = head + kMore + 2;
  for (const auto& warning : cost->warnings) {
    sheet.text(row++, 0, warning, {.tone = Tone::kWarn});
  }
  sheet.text(row, 0,
             "Rates are those at the load that was measured. That n replicas bring n times as much "
             "is assumed. Failed requests are paid for and bring nothing.",
             {.tone = Tone::kQuiet});
  worksheet_freeze_panes(sheet.raw(), 0, 1);
  return {};
}

}  // namespace tt::report
