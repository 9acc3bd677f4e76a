#include "chart/contest_words.h"

#include <fmt/format.h>

#include "analysis/summary.h"

namespace tt::chart {

std::vector<Look> looks_of(const Input& input) {
  const auto& sides = input.contest->sides;
  const auto& targets = input.run->run.targets;
  if (targets.size() == sides.size()) return looks(targets);
  std::vector<analysis::TargetInput> of_sides;
  for (const auto& side : sides) of_sides.push_back({side.label, side.engine, side.model});
  return looks(of_sides);
}

std::string contest_source(const Input& input, std::string_view what) {
  const auto& run = input.run->run;
  return fmt::format("Tokentrial · run {} · {} · {} · {} · method {}", run.run_id, run.load_text,
                     run.workload_text, what, analysis::kMethodVersion);
}

std::string figure_label(const analysis::Figure& figure) {
  const bool lower = analysis::metric(figure.metric).better == analysis::Better::kLower;
  return fmt::format("{} {}", analysis::figure_title(figure), lower ? "↓" : "↑");
}

}  // namespace tt::chart
