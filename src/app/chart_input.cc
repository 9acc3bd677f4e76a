#include "app/chart_input.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/document_files.h"
#include "app/machine_options.h"
#include "record/group.h"
#include "trial/group_curve.h"

namespace tt::app {
namespace {

using chart::Needs;

std::vector<analysis::ResourcesView> resources_of(std::span<const trial::StoredRun> runs,
                                                  const chart::RunView& view) {
  std::vector<analysis::ResourcesView> all;
  std::size_t t = 0;
  for (const auto& run : runs) {
    for (std::size_t own = 0; own < run.input.targets.size(); ++own, ++t) {
      all.push_back(analysis::make_resources(view.slices[t], run.telemetry));
    }
  }
  return all;
}

// All targets of all runs: charts show them as such.
std::optional<analysis::Contest> contest_of(std::span<const trial::StoredRun> runs) {
  std::vector<analysis::Entry> entries;
  std::vector<analysis::Seat> seats;
  for (std::size_t e = 0; e < runs.size(); ++e) {
    entries.push_back(runs[e].entry());
    for (std::size_t t = 0; t < runs[e].input.targets.size(); ++t) seats.push_back({e, t});
  }
  if (seats.size() < 2 || seats.size() > analysis::kMostSides) return std::nullopt;
  return analysis::hold_contest(entries, seats, {});
}

Result<analysis::CostReport> cost_of(std::span<const trial::StoredRun> runs,
                                     const Arguments& arguments) {
  std::vector<analysis::CostRun> priced;
  for (const auto& run : runs) {
    priced.push_back(
        {&run.input, run.summary(),
         analysis::joules_per_output_token(run.rows, run.telemetry, run.input.targets.size())});
  }
  analysis::CostQuestion question;
  if (auto read = read_machine_options(arguments, target_names(priced), question); !read) {
    return std::unexpected(read.error());
  }
  return analysis::cost_report(priced, std::move(question));
}

analysis::TrendReport trend_of(std::span<const trial::StoredRun> runs) {
  std::vector<analysis::RunSummary> summaries;
  for (const auto& run : runs) summaries.push_back(run.summary());
  std::vector<analysis::TrendRun> in_time;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    in_time.push_back({&runs[i].input, &summaries[i], runs[i].manifest.started_realtime});
  }
  return analysis::find_trends(in_time);
}

// The targets of each scenario against each other, where there are several scenarios.
std::vector<analysis::Contest> scenarios_of(std::span<const trial::StoredRun> runs) {
  std::vector<std::vector<analysis::Entry>> groups;
  for (const auto& run : runs) {
    auto group = std::ranges::find(groups, run.input.scenario, [](const auto& entries) {
      return entries.front().run->scenario;
    });
    if (group == groups.end()) {
      groups.emplace_back();
      group = groups.end() - 1;
    }
    group->push_back(run.entry());
  }
  std::vector<analysis::Contest> contests;
  if (groups.size() < 2) return contests;
  for (const auto& entries : groups) {
    const auto seating = analysis::seat(entries);
    if (!seating) continue;
    for (const auto& table : seating->tables) {
      contests.push_back(analysis::hold_contest(entries, table, {}));
    }
  }
  return contests;
}

// What is wanted beside the rows by target.
Result<void> compute(std::span<const trial::StoredRun> runs, const Wanted& wanted,
                     const Arguments& arguments, ChartMaterial& material) {
  // A comparison's radars show what telemetry tells, too.
  if (wanted.contains(Needs::kResources) || wanted.contains(Needs::kContest)) {
    material.resources = resources_of(runs, *material.view);
  }
  if (wanted.contains(Needs::kContest)) material.contest = contest_of(runs);
  if (wanted.contains(Needs::kHistory) && runs.size() > 1) material.trend = trend_of(runs);
  if (wanted.contains(Needs::kScenarios)) material.scenarios = scenarios_of(runs);
  if (!wanted.contains(Needs::kCost)) return {};
  auto cost = cost_of(runs, arguments);
  if (!cost) return std::unexpected(cost.error());
  material.cost = std::move(*cost);
  return {};
}

void name(std::span<const trial::StoredRun> runs, ChartMaterial& material) {
  std::vector<std::string> ids;
  for (const auto& run : runs) ids.push_back(run.input.run_id);
  material.id = joined_id(ids);
  material.folder = runs.front().folder;
}

bool needs_rows(const Wanted& wanted) {
  return wanted.contains(Needs::kContest) || wanted.contains(Needs::kCost) ||
         wanted.contains(Needs::kHistory) || wanted.contains(Needs::kScenarios);
}

Result<trial::StoredRun> open_without_rows(const std::string& dir, std::string_view word,
                                           record::Frame& frame) {
  const auto folder = trial::find_ended_run(dir, word);
  if (!folder) return std::unexpected(folder.error());
  auto manifest = record::load_manifest(folder->file(record::kManifestFile));
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  auto input = trial::analysis_input(*manifest);
  if (!input) return std::unexpected(std::move(input.error()));
  auto read = record::read_frame(folder->file(record::kRequestsFile), true);
  if (!read) return std::unexpected(std::move(read.error()));
  auto telemetry = trial::read_run_telemetry(*folder);
  if (!telemetry) return std::unexpected(std::move(telemetry.error()));
  frame = std::move(*read);
  return trial::StoredRun{.folder = folder->path(),
                          .manifest = std::move(*manifest),
                          .input = std::move(*input),
                          .rows = {},
                          .telemetry = std::move(*telemetry)};
}

// The user alone knows how many GPUs are behind a URL, and what they cost.
Result<void> read_machines(const Arguments& arguments, chart::CurveView& curve) {
  analysis::CostQuestion question;
  std::vector<std::string> names;
  for (const auto& target : curve.targets) names.push_back(target.name);
  if (auto read = read_machine_options(arguments, names, question); !read) return read;
  for (const auto& name : names) curve.machines.push_back(question.machines[name]);
  curve.terms = question.terms;
  if (!arguments.has("--gpus")) return {};
  for (const auto& name : names) curve.gpus.emplace_back(question.machines[name].gpus);
  return {};
}

Result<std::unique_ptr<ChartMaterial>> read_group(record::Group group, const std::string& dir,
                                                  const Arguments& arguments) {
  auto report = trial::group_curve(group, dir);
  if (!report) return fail(ErrorCode::kNotFound, report.error().message, report.error().source);
  auto material = std::make_unique<ChartMaterial>();
  material->id = group.id;
  material->folder = record::group_folder(dir, group.id);
  auto& curve = material->curve.emplace(chart::curve_view_of(group.id, std::move(*report)));
  // What a search found is surer than what its probes show one by one.
  for (std::size_t t = 0; t < curve.targets.size(); ++t) {
    const auto found =
        std::ranges::find(group.capacities, curve.targets[t].name, &record::GroupCapacity::target);
    if (found != group.capacities.end()) curve.capacities[t] = found->load;
  }
  if (auto read = read_machines(arguments, curve); !read) return std::unexpected(read.error());
  return material;
}

Result<std::unique_ptr<ChartMaterial>> read_runs(const std::string& dir,
                                                 std::span<const std::string_view> words,
                                                 const Wanted& wanted, const Arguments& arguments) {
  auto material = std::make_unique<ChartMaterial>();
  const bool rows = needs_rows(wanted);
  std::vector<chart::RunView> views;
  for (const auto word : words) {
    auto frame = std::make_unique<record::Frame>();
    auto run = rows ? trial::open_run(dir, word) : open_without_rows(dir, word, *frame);
    if (!run) return fail(ErrorCode::kNotFound, run.error().message, run.error().source);
    if (std::ranges::find(material->runs, run->folder, &trial::StoredRun::folder) !=
        material->runs.end()) {
      return fail(ErrorCode::kInvalidInput, fmt::format("{} is named twice", run->manifest.run_id));
    }
    if (rows) *frame = record::make_frame(run->rows);
    views.push_back(chart::view_of(run->input, *frame));
    material->frames.push_back(std::move(frame));
    material->runs.push_back(std::move(*run));
  }
  material->view = chart::joined(std::move(views));
  name(material->runs, *material);
  if (auto done = compute(material->runs, wanted, arguments, *material); !done) {
    return std::unexpected(done.error());
  }
  return material;
}

}  // namespace

Wanted wanted_by(std::span<const chart::Entry* const> entries) {
  Wanted wanted;
  for (const auto* entry : entries) wanted.insert(entry->needs);
  return wanted;
}

Wanted everything_wanted() {
  Wanted wanted;
  for (const auto& entry : chart::catalogue()) wanted.insert(entry.needs);
  return wanted;
}

chart::Input ChartMaterial::input() const {
  return {.run = view ? &*view : nullptr,
          .curve = curve ? &*curve : nullptr,
          .resources = resources,
          .contest = contest ? &*contest : nullptr,
          .cost = cost ? &*cost : nullptr,
          .trend = trend ? &*trend : nullptr,
          .scenarios = scenarios};
}

std::uint64_t ChartMaterial::bytes_read() const {
  std::uint64_t bytes = 0;
  for (const auto& frame : frames) bytes += frame->bytes();
  for (const auto& run : runs) {
    for (const auto& row : run.rows) {
      bytes += sizeof row + row.chunk_at.capacity() * sizeof(Nanos) +
               row.chunk_tokens.capacity() * sizeof(std::uint32_t);
    }
    for (const auto& series : run.telemetry.series) {
      bytes += series.at.capacity() * sizeof(Nanos) + series.value.capacity() * sizeof(double);
    }
  }
  return bytes;
}

Result<std::unique_ptr<ChartMaterial>> material_of(std::span<const trial::StoredRun> runs,
                                                   const Wanted& wanted,
                                                   const Arguments& arguments) {
  auto material = std::make_unique<ChartMaterial>();
  std::vector<chart::RunView> views;
  for (const auto& run : runs) {
    material->frames.push_back(std::make_unique<record::Frame>(record::make_frame(run.rows)));
    views.push_back(chart::view_of(run.input, *material->frames.back()));
  }
  material->view = chart::joined(std::move(views));
  name(runs, *material);
  if (auto done = compute(runs, wanted, arguments, *material); !done) {
    return std::unexpected(done.error());
  }
  return material;
}

Result<std::unique_ptr<ChartMaterial>> read_material(const std::string& results_dir,
                                                     std::span<const std::string_view> words,
                                                     const Wanted& wanted,
                                                     const Arguments& arguments) {
  const auto first = trial::find_ended_run(results_dir, words.front());
  if (!first && words.size() == 1) {
    if (auto group = record::find_group(results_dir, words.front())) {
      return read_group(std::move(*group), results_dir, arguments);
    }
  }
  return read_runs(results_dir, words, wanted, arguments);
}

}  // namespace tt::app
