#include "report/figure_cells.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tt::report {
namespace {

using analysis::Figure;
using analysis::Grain;
using analysis::MetricId;

bool is_share(const Figure& figure) {
  return analysis::metric(figure.metric).unit == analysis::Unit::kShare;
}

std::string number_text(const Figure& figure, double value) {
  return is_share(figure) ? share_text(value) : format_number(value);
}

// What stands out of a target that has nothing to be compared with.
std::string headline_of_one(const analysis::TargetSummary& target) {
  std::vector<std::string> facts;
  for (const Figure& figure : {Figure{MetricId::kTtft, 0.5}, Figure{MetricId::kTtft, 0.99},
                               Figure{.metric = MetricId::kOutputRate}}) {
    const Measured measured = measured_of(target, figure);
    if (!measured.value) continue;
    const std::string title = analysis::figure_title(figure);
    facts.push_back(analysis::metric(figure.metric).grain == Grain::kFigure
                        ? fmt::format("{} {}", format_number(*measured.value), title)
                        : fmt::format("{} {}", title, value_text(figure, measured)));
  }
  if (facts.empty()) return fmt::format("{}: nothing was measured", target.target.name);
  return fmt::format("{}: {}", target.target.name, fmt::join(facts, ", "));
}

}  // namespace

Measured measured_of(const analysis::TargetSummary& target, const Figure& figure) {
  if (analysis::metric(figure.metric).grain == Grain::kFigure) {
    const auto* rate = target.rate(figure.metric);
    return rate == nullptr ? Measured() : Measured{rate->value, rate->interval};
  }
  const auto* distribution = target.distribution(figure.metric);
  const auto* at = distribution == nullptr ? nullptr : distribution->at(figure.quantile);
  return at == nullptr ? Measured() : Measured{at->value, at->interval};
}

std::string value_text(const Figure& figure, const Measured& measured) {
  if (!measured.value) return "–";
  // "output tokens/s" has its unit in its name.
  const auto& metric = analysis::metric(figure.metric);
  if (metric.title.ends_with(analysis::unit_name(metric.unit))) {
    return format_number(*measured.value);
  }
  return analysis::format_value(metric, *measured.value);
}

std::string interval_text(const Figure& figure, const Measured& measured) {
  if (!measured.value || !measured.interval) return {};
  return fmt::format("95% {} to {}", number_text(figure, measured.interval->low),
                     number_text(figure, measured.interval->high));
}

Cell figure_cell(const analysis::RunSummary& summary, const Figure& figure, std::size_t target) {
  const Measured measured = measured_of(summary.targets[target], figure);
  Cell cell{.text = "–", .number = measured.value};
  if (!measured.value) return cell;
  cell.text = number_text(figure, *measured.value);
  if (measured.interval) {
    cell.text += fmt::format(" ({} to {})", number_text(figure, measured.interval->low),
                             number_text(figure, measured.interval->high));
  }
  if (wins(summary, figure, target)) {
    cell.tone = Tone::kGood;
    cell.strong = true;
  }
  return cell;
}

bool wins(const analysis::RunSummary& summary, const Figure& figure, std::size_t target) {
  if (summary.targets.size() < 2 || !summary.valid()) return false;
  const auto found = std::ranges::find(summary.winners, figure, &analysis::Winner::figure);
  return found != summary.winners.end() && found->target == target;
}

std::string share_text(double share) {
  return fmt::format("{:g}%", std::floor(share * 1e4 + 1e-6) / 1e2);
}

std::string target_title(const analysis::TargetInput& target) {
  return target.model.empty() ? target.name : fmt::format("{} ({})", target.name, target.model);
}

std::string column_title(const Figure& figure) {
  const auto title = analysis::figure_title(figure);
  const auto unit = analysis::unit_name(analysis::metric(figure.metric).unit);
  return title.ends_with(unit) ? title : fmt::format("{} ({})", title, unit);
}

std::string headline_of(const analysis::RunSummary& summary) {
  const bool alone = summary.targets.size() == 1 && summary.valid();
  return alone ? headline_of_one(summary.targets.front()) : summary.answer.headline;
}

}  // namespace tt::report
