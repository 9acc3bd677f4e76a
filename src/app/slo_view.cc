#include "app/slo_view.h"

#include <cmath>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/figures_text.h"
#include "app/table.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::SloMethod;
using analysis::SloReport;
using analysis::SloResult;
using analysis::TargetAttainment;

using Lines = std::vector<Line>;

std::string percent(double share) {
  // Never rounded up to the whole.
  return fmt::format("{:g}%", std::floor(share * 1e4 + 1e-6) / 1e2);
}

std::string interval_text(const analysis::Metric& metric,
                          const std::optional<stats::Interval>& interval) {
  if (!interval) return "too few requests";
  if (metric.unit == analysis::Unit::kShare) {
    return fmt::format("{} to {}", percent(interval->low), percent(interval->high));
  }
  return fmt::format("{} to {}", format_number(interval->low), format_number(interval->high));
}

std::string margin_text(const std::optional<double>& margin) {
  if (!margin) return "–";
  return fmt::format("{:+.{}f}%", *margin * 100, std::fabs(*margin) < 0.1 ? 1 : 0);
}

Line outcome(bool met, bool passed) {
  const char* text = passed ? "met" : met ? "not shown" : "missed";
  return Line(text, passed ? Style::kGood : Style::kBad);
}

std::string confidence_cell(const std::optional<double>& confidence) {
  return confidence ? analysis::confidence_text(*confidence) : "–";
}

void add_target(Table& table, const TargetAttainment& target, const SloReport& report) {
  for (const SloResult& r : target.slos) {
    const auto& metric = analysis::metric(r.slo.figure.metric);
    if (!r.value) {
      table.row({r.slo.text, target.target, "–", "–", "–", Line("no data", Style::kBad), "–"});
      continue;
    }
    table.row({r.slo.text, target.target, analysis::format_value(metric, *r.value),
               interval_text(metric, r.interval), margin_text(r.margin),
               outcome(r.met, analysis::passes(r, report.demand)), confidence_cell(r.confidence)});
  }
}

Lines attainment_lines(const SloReport& report, std::size_t width) {
  Table table({{.title = "target", .shrink_to = 8},
               {.title = "requests", .align = Align::kRight},
               {.title = "kept all", .align = Align::kRight},
               {.title = "share", .align = Align::kRight},
               {.title = "95% interval", .align = Align::kRight, .optional = 2},
               {.title = "asked for", .align = Align::kRight, .optional = 1},
               {.title = "outcome"},
               {.title = "confidence", .align = Align::kRight}});
  for (const TargetAttainment& target : report.targets) {
    const auto& all = target.all;
    Line result;
    if (all.limit) result = outcome(all.met, analysis::passes(all, report.demand));
    if (!all.share) result = Line("no data", Style::kBad);
    table.row({target.target, format_count(all.answered), format_count(all.good),
               all.share ? percent(*all.share) : "–",
               all.interval ? fmt::format("{} to {}", percent(all.interval->low),
                                          percent(all.interval->high))
                            : "–",
               all.limit ? percent(*all.limit) : "–", result, confidence_cell(all.confidence)});
  }
  return table.render(width);
}

// What kinds of confidence are in the table, each in a sentence.
Lines method_lines(const SloReport& report, std::size_t width) {
  bool requests = false;
  bool sections = false;
  for (const auto& target : report.targets) {
    for (const auto& r : target.slos) {
      requests |= r.method == SloMethod::kOrderStatistics || r.method == SloMethod::kScore;
      sections |= r.method == SloMethod::kSections;
    }
  }
  std::string text = "Intervals are of 95%. Margin: what is left of the limit.";
  if (requests) {
    text +=
        " Confidence in quantiles and shares: binomial and score, of as many requests as the "
        "sample is worth where they depend on each other.";
  }
  if (sections) text += " In rates and gaps: Student, from the scatter over the run's blocks.";
  return hanging({}, text, width, Style::kDim);
}

}  // namespace

Lines slo_lines(const SloReport& report, std::size_t width) {
  Lines lines;
  std::string heading = fmt::format("Objectives of {}", report.run_id);
  lines.push_back(heading_line(heading, report.passed ? "all met" : "missed"));
  Table table({{.title = "objective", .shrink_to = 12},
               {.title = "target", .shrink_to = 8},
               {.title = "measured", .align = Align::kRight},
               {.title = "95% interval", .align = Align::kRight, .optional = 2},
               {.title = "margin", .align = Align::kRight, .optional = 1},
               {.title = "outcome"},
               {.title = "confidence", .align = Align::kRight}});
  for (const auto& target : report.targets) add_target(table, target, report);
  if (!table.empty()) append(lines, table.render(width));
  lines.emplace_back();
  lines.push_back(heading_line("Requests that keep every latency limit at once"));
  append(lines, attainment_lines(report, width));
  lines.emplace_back();
  append(lines, method_lines(report, width));
  return lines;
}

}  // namespace tt::app
