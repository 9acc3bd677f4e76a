#include "app/chart_view.h"

#include <fmt/format.h>

#include "base/text.h"
#include "chart/catalogue.h"

namespace tt::app {
namespace {

std::string needs_words(chart::Needs needs) {
  switch (needs) {
    case chart::Needs::kRun:
      return "of a run";
    case chart::Needs::kTargets:
      return "of a run of two targets or more";
    case chart::Needs::kCurve:
      return "of a sweep or a search for capacity";
    case chart::Needs::kResources:
      return "of a run with telemetry";
    case chart::Needs::kContest:
      return "of two to five targets, of a run or of several";
    case chart::Needs::kCost:
      return "of a run, with prices";
    case chart::Needs::kHistory:
      return "of two runs or more";
    case chart::Needs::kScenarios:
      return "of runs of two scenarios or more";
  }
  return "";
}

}  // namespace

std::vector<Line> chart_list_lines(std::size_t width) {
  std::vector<Line> lines;
  for (const auto& entry : chart::catalogue()) {
    if (!lines.empty()) lines.emplace_back();
    lines.push_back(
        Line(entry.id, Style::kAccent)
            .add(fmt::format("  {}, {}", chart::level_name(entry.level), needs_words(entry.needs)),
                 Style::kDim));
    append(lines, hanging(Line("  "), entry.question, width));
    append(lines, hanging(Line("  "), entry.how_to_read, width, Style::kDim));
  }
  return lines;
}

std::string chart_list_json() {
  std::string json = "[";
  for (const auto& entry : chart::catalogue()) {
    json += fmt::format(
        "{}\n  {{\"id\": {}, \"title\": {}, \"question\": {}, \"how_to_read\": {}, \"needs\": {}, "
        "\"level\": {}}}",
        json.size() > 1 ? "," : "", json_string(entry.id), json_string(entry.title),
        json_string(entry.question), json_string(entry.how_to_read),
        json_string(chart::needs_name(entry.needs)), json_string(chart::level_name(entry.level)));
  }
  return json + "\n]\n";
}

}  // namespace tt::app
