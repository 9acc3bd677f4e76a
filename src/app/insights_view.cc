#include "app/insights_view.h"

#include <fmt/format.h>

#include "app/answer_view.h"
#include "base/text.h"

namespace tt::app {
namespace {

using analysis::InsightSeverity;

Style style_of(InsightSeverity severity) {
  switch (severity) {
    case InsightSeverity::kCritical:
      return Style::kBad;
    case InsightSeverity::kWarning:
      return Style::kWarn;
    case InsightSeverity::kNotice:
      return Style::kAccent;
    case InsightSeverity::kInfo:
      return Style::kDim;
  }
  return Style::kPlain;
}

std::string evidence_text(const analysis::Insight& insight) {
  std::string text = insight.technical;
  if (insight.evidence.rows.empty()) return text;
  text += " Requests";
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < insight.evidence.rows.size() && i < kShown; ++i) {
    text += fmt::format("{} {}", i == 0 ? "" : ",", insight.evidence.rows[i].index);
  }
  return text + (insight.evidence.rows.size() > kShown ? " ..." : "") + ".";
}

}  // namespace

std::vector<Line> insight_lines(std::span<const analysis::Insight> insights, std::size_t width) {
  std::vector<Line> lines = {heading_line("Insights", "the most important first")};
  if (insights.empty()) lines.emplace_back("  Nothing stands out.");
  for (const auto& insight : insights) {
    Line head = Line("  ").add(insight_severity_name(insight.severity), style_of(insight.severity));
    head.to_column(12);
    append(lines, hanging(head, insight.simple, width));
    append(lines, hanging(Line("            "), evidence_text(insight), width, Style::kDim));
  }
  return lines;
}

}  // namespace tt::app
