#include "app/report_material.h"

#include <algorithm>
#include <array>
#include <ranges>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/experience.h"
#include "app/chart_input.h"
#include "app/cost_options.h"
#include "app/document_files.h"
#include "app/run_insights.h"
#include "app/slo_options.h"
#include "base/text.h"
#include "chart/catalogue.h"
#include "record/frame.h"
#include "report/pictures.h"
#include "trial/group_curve.h"

namespace tt::app {
namespace {

using report::Kind;

std::string results_of(const Arguments& arguments) {
  return std::string(arguments.value("--results").value_or("results"));
}

// Prices make a cost; terms alone, as --qps, serve other sections as well.
bool asks_for_cost(const Arguments& arguments) {
  return arguments.has("--gpu") || arguments.has("--price") || arguments.has("--from");
}

// Each scenario has targets of its own to compare.
bool are_scenarios(const Runs& runs) {
  std::vector<std::string> names;
  for (const auto& run : runs) {
    if (run.input.targets.size() < 2) return false;
    if (std::ranges::find(names, run.input.scenario) != names.end()) return false;
    names.push_back(run.input.scenario);
  }
  return names.size() > 1;
}

// Every word that names a run, the one to compare with first.
std::vector<std::string_view> words_of(const Arguments& arguments) {
  auto words = arguments.all("--compare");
  words.insert(words.end(), arguments.words().begin(), arguments.words().end());
  return words;
}

}  // namespace

Result<std::unique_ptr<ReportMaterial>> ReportMaterial::read(const Arguments& arguments,
                                                             Kind kind) {
  std::unique_ptr<ReportMaterial> material(new ReportMaterial());
  const std::string dir = results_of(arguments);
  const auto words = words_of(arguments);
  Result<void> done;
  if (words.size() == 1 && !trial::find_ended_run(dir, words.front())) {
    if (auto group = record::find_group(dir, words.front())) {
      done = material->read_group(arguments, dir, std::move(*group));
      if (!done) return std::unexpected(done.error());
      return material;
    }
  }
  if (kind == Kind::kCapacity) {
    return fail(ErrorCode::kNotFound,
                fmt::format("a capacity plan is made of a sweep or a search for capacity; {} names "
                            "no group (tokentrial results list shows them)",
                            fmt::join(words, ", ")),
                "--kind");
  }
  done = material->read_runs(arguments, dir, kind);
  if (!done) return std::unexpected(done.error());
  return material;
}

Result<void> ReportMaterial::read_group(const Arguments& arguments, const std::string& dir,
                                        record::Group group) {
  group_ = std::move(group);
  id_ = group_->id;
  folder_ = record::group_folder(dir, group_->id);
  auto curve = trial::group_curve(*group_, dir);
  if (!curve && group_->kind == record::GroupKind::kSweep) {
    return fail(ErrorCode::kNotFound, curve.error().message, curve.error().source);
  }
  curve_ = curve ? std::move(*curve) : analysis::SweepReport{.over = group_->over, .curves = {}};
  report_group_.emplace(report::ReportGroup{.group = *group_, .curve = *curve_, .traffic = {}});
  // One run says what was measured; with prices, each of them what it costs.
  std::vector<analysis::CostRun> priced;
  std::deque<analysis::RunInput> inputs;
  for (const auto& step : group_->steps) {
    if (step.run_id.empty() || step.status != record::StepStatus::kDone) continue;
    if (!runs_.empty() && !asks_for_cost(arguments)) break;
    auto run = trial::open_run(dir, step.run_id);
    if (!run) continue;  // the curve's problems name it
    if (asks_for_cost(arguments)) {
      inputs.push_back(run->input);
      priced.push_back({&inputs.back(), run->summary()});
    }
    if (runs_.empty()) runs_.push_back(std::move(*run));
  }
  for (const auto& run : runs_) {
    auto& known = known_.emplace_back(Known{.summary = run.summary(), .objectives = {}});
    report_runs_.push_back(
        {.manifest = run.manifest, .input = run.input, .summary = known.summary});
  }
  const auto question = read_cost_options(arguments, priced);
  if (!question) return std::unexpected(question.error());
  if (arguments.has("--qps")) report_group_->traffic = question->scales;
  report_group_->utilization = question->terms.utilization;
  return price(arguments, priced);
}

Result<void> ReportMaterial::read_runs(const Arguments& arguments, const std::string& dir,
                                       Kind kind) {
  const auto words = words_of(arguments);
  const std::string marked = marked_baseline(dir);
  // A check of one run alone is against the marked one, which comes before it.
  const bool alone = words.size() == 1 && kind == Kind::kRegression && !marked.empty();
  if (alone) {
    const auto folder = trial::find_ended_run(dir, words.front());
    if (folder && folder->id() != marked) {
      if (auto opened = open_into(runs_, dir, marked); !opened) return opened;
    }
  }
  for (const auto word : words) {
    if (auto opened = open_into(runs_, dir, word); !opened) return opened;
  }
  if (kind == Kind::kTrend) {
    std::ranges::stable_sort(
        runs_, {}, [](const trial::StoredRun& run) { return run.manifest.started_realtime; });
  }
  std::vector<std::string> ids;
  for (const auto& run : runs_) ids.push_back(run.input.run_id);
  id_ = joined_id(ids);
  folder_ = runs_.back().folder;
  if (auto done = judge(arguments); !done) return done;
  if (auto done = learn(arguments); !done) return done;
  if (kind == Kind::kTrend) {
    follow();
  } else if (auto done = compare(arguments, marked, kind); !done) {
    return done;
  }
  std::vector<analysis::CostRun> priced;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const auto& run = runs_[i];
    priced.push_back(
        {&run.input, known_[i].summary,
         analysis::joules_per_output_token(run.rows, run.telemetry, run.input.targets.size())});
  }
  return price(arguments, priced);
}

// By the objectives of the command line, where there are some, else by the plan's own.
Result<void> ReportMaterial::judge(const Arguments& arguments) {
  const auto demand = read_slo_options(arguments, true);
  if (!demand) return std::unexpected(demand.error());
  for (auto& run : runs_) {
    analysis::SloDemand asked = demand->value_or(analysis::SloDemand{});
    if (!asked.slos.empty()) run.input.slos = asked.slos;
    asked.slos = run.input.slos;
    auto& known = known_.emplace_back(Known{.summary = run.summary(), .objectives = {}});
    if (!asked.slos.empty()) {
      known.objectives = analysis::judge_run(run.input, run.rows, std::move(asked));
    }
  }
  return {};
}

Result<void> ReportMaterial::learn(const Arguments& arguments) {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const auto& run = runs_[i];
    auto& known = known_[i];
    auto insights = find_insights(arguments, run, &known.summary);
    if (!insights) return std::unexpected(insights.error());
    known.insights = std::move(*insights);
    const auto frame = record::make_frame(run.rows);
    for (const auto& slice : analysis::make_slices(frame, run.input.targets.size())) {
      known.experience.push_back(analysis::experience(slice));
      known.resources.push_back(analysis::make_resources(slice, run.telemetry));
    }
    report_runs_.push_back({.manifest = run.manifest,
                            .input = run.input,
                            .summary = known.summary,
                            .insights = known.insights,
                            .experience = known.experience,
                            .resources = known.resources,
                            .objectives = known.objectives ? &*known.objectives : nullptr});
  }
  sides_ = report::sides_of(report_runs_);
  return {};
}

Result<void> ReportMaterial::compare(const Arguments& arguments, const std::string& marked,
                                     Kind kind) {
  analysis::ContestOptions options;
  options.tests = kind == Kind::kTechnical;
  const bool scenarios =
      arguments.has("--by-scenario") || (kind != Kind::kRegression && are_scenarios(runs_));
  // The first run is what was before: of a check always, else where it was named as such.
  const bool in_order = kind == Kind::kRegression || arguments.has("--compare");
  auto held = hold_comparisons(runs_, arguments, in_order ? "" : marked, options, scenarios);
  if (held) {
    comparisons_ = std::move(*held);
  } else if (arguments.has("--baseline") || arguments.has("--target")) {
    return std::unexpected(held.error());
  } else if (sides_.size() > 1) {
    comparisons_.unmatched.push_back(held.error().message);
  }
  return {};
}

void ReportMaterial::follow() {
  std::vector<analysis::TrendRun> runs;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    runs.push_back({&runs_[i].input, &known_[i].summary, runs_[i].manifest.started_realtime});
  }
  trend_ = analysis::find_trends(runs);
}

Result<void> ReportMaterial::price(const Arguments& arguments,
                                   std::span<const analysis::CostRun> runs) {
  auto question = read_cost_options(arguments, runs);
  if (!question) return std::unexpected(question.error());
  if (!asks_for_cost(arguments) || runs.empty()) return {};
  auto report = analysis::cost_report(runs, std::move(*question));
  if (!report) return std::unexpected(report.error());
  cost_ = std::move(*report);
  return {};
}

Result<void> ReportMaterial::draw(const Arguments& arguments, Kind kind, report::Audience audience,
                                  const report::DrawOptions& options) {
  const auto wanted = report::charts_for(kind, audience);
  std::vector<const chart::Entry*> entries;
  for (const auto& entry : chart::catalogue()) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, entry.id) != wanted.end();
    // Without prices a chart of money has nothing to show.
    const bool can = entry.needs != chart::Needs::kCost || asks_for_cost(arguments);
    if (asked && can) entries.push_back(&entry);
  }
  auto material = Result<std::unique_ptr<ChartMaterial>>();
  if (group_) {
    const std::string_view word = group_->id;
    material = read_material(results_of(arguments), {&word, 1}, wanted_by(entries), arguments);
  } else {
    material = material_of(runs_, wanted_by(entries), arguments);
  }
  if (!material) return std::unexpected(material.error());
  const chart::Input input = (*material)->input();
  std::erase_if(entries, [&](const auto* entry) { return !chart::fits(*entry, input); });
  auto drawn = report::draw_pictures(entries, input, options);
  if (!drawn) return std::unexpected(drawn.error());
  pictures_ = std::move(*drawn);
  return {};
}

report::ReportSubject ReportMaterial::subject() const {
  return {.runs = report_runs_,
          .sides = group_ ? std::span<const report::ReportSide>() : sides_,
          .contests = comparisons_.contests,
          .unmatched = comparisons_.unmatched,
          .pictures = pictures_,
          .cost = cost_ ? &*cost_ : nullptr,
          .group = report_group_ ? &*report_group_ : nullptr,
          .trend = trend_ ? &*trend_ : nullptr};
}

std::optional<report::RunSource> ReportMaterial::source() const {
  if (group_ || runs_.size() != 1) return std::nullopt;
  const auto& contests = comparisons_.contests;
  return report::RunSource{.run = report_runs_.front(),
                           .contest = contests.empty() ? nullptr : &contests.front(),
                           .rows = runs_.front().rows,
                           .cost = cost_ ? &*cost_ : nullptr};
}

}  // namespace tt::app
