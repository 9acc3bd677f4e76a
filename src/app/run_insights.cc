#include "app/run_insights.h"

#include <optional>
#include <string>

#include "record/notes.h"
#include "trial/rule_file.h"

namespace tt::app {
namespace {

Result<std::vector<analysis::InsightRule>> rules_of(const Arguments& arguments) {
  const auto path = arguments.value("--rules");
  if (!path) return trial::builtin_rules();
  auto rules = trial::load_rules(std::string(*path));
  if (!rules) return fail(ErrorCode::kInvalidInput, rules.error().text());
  return std::move(*rules);
}

std::optional<trial::StoredRun> other_baseline(const std::string& results_dir,
                                               const std::string& run_id) {
  const auto marked = record::baseline_of(results_dir);
  if (!marked || !*marked || (*marked)->id() == run_id) return std::nullopt;
  auto opened = trial::open_run(results_dir, (*marked)->path());
  if (!opened) return std::nullopt;
  return std::move(*opened);
}

}  // namespace

Result<std::vector<analysis::Insight>> find_insights(const Arguments& arguments,
                                                     const trial::StoredRun& run,
                                                     const analysis::RunSummary* summary) {
  const auto rules = rules_of(arguments);
  if (!rules) return std::unexpected(rules.error());
  const std::string dir(arguments.value("--results").value_or("results"));
  const auto baseline = other_baseline(dir, run.input.run_id);
  const analysis::Entry against = baseline ? baseline->entry() : analysis::Entry{};
  auto entry = run.entry();
  entry.summary = summary;
  return analysis::find_insights(entry, *rules, baseline ? &against : nullptr);
}

}  // namespace tt::app
