#include "trial/stored_run.h"

#include <algorithm>
#include <filesystem>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/resources.h"
#include "base/text.h"
#include "plan/load_curve.h"
#include "plan/load_words.h"
#include "record/group.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::trial {
namespace {

std::string lengths_text(const plan::Lengths& lengths) {
  using Kind = plan::Lengths::Kind;
  switch (lengths.kind) {
    case Kind::kFixed:
      return fmt::format("{:.0f}", lengths.mean);
    case Kind::kUniform:
      return fmt::format("uniform {} to {}", lengths.min, lengths.max);
    case Kind::kNormal:
      return fmt::format("normal {:.0f} ± {:.0f}", lengths.mean, lengths.stddev);
    case Kind::kLognormal:
      return fmt::format("lognormal {:.0f} ± {:.0f}", lengths.mean, lengths.stddev);
  }
  return {};
}

analysis::TurnOrder turn_order(plan::Order order) {
  switch (order) {
    case plan::Order::kInterleaved:
      return analysis::TurnOrder::kInterleaved;
    case plan::Order::kSequential:
      return analysis::TurnOrder::kSequential;
    case plan::Order::kTogether:
      return analysis::TurnOrder::kTogether;
  }
  return analysis::TurnOrder::kSequential;
}

// "GROUP@8": the first run of a group at that load.
Result<record::RunFolder> find_in_group(const std::string& results_dir, std::string_view word) {
  const auto at = word.rfind('@');
  const auto group = record::find_group(results_dir, word.substr(0, at));
  if (!group) return std::unexpected(group.error());
  const auto wanted = at == std::string_view::npos ? "" : word.substr(at + 1);
  std::vector<std::string> loads;
  for (const record::GroupStep& step : group->steps) {
    if (step.run_id.empty()) continue;
    std::string load = fmt::format("{:g}", step.load);
    if (load == wanted) return record::find_run(results_dir, step.run_id);
    if (std::ranges::find(loads, load) == loads.end()) loads.push_back(std::move(load));
  }
  std::ranges::sort(loads, {}, [](const std::string& load) { return std::stod(load); });
  return fail(ErrorCode::kInvalidInput,
              fmt::format("is a group of runs; write {}@LOAD with one of {}", group->id,
                          fmt::join(loads, ", ")),
              std::string(word));
}

Result<record::RunFolder> find_folder(const std::string& results_dir, std::string_view id_or_path) {
  const std::string path(id_or_path);
  std::error_code ignored;
  if (path.find('/') != std::string::npos ||
      std::filesystem::exists(path + "/manifest.json", ignored)) {
    return record::RunFolder::open(path);
  }
  auto run = record::find_run(results_dir, id_or_path);
  if (run || run.error().code != ErrorCode::kNotFound) return run;
  auto of_group = find_in_group(results_dir, id_or_path);
  return of_group || of_group.error().code != ErrorCode::kNotFound ? of_group : run;
}

// Mean of a target's measured requests; 0 where there are none.
double mean_input(std::span<const record::Row> rows, std::size_t target) {
  double sum = 0;
  double count = 0;
  for (const record::Row& row : rows) {
    if (row.target != target || row.warmup || !row.ok()) continue;
    sum += row.input_tokens;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

// What a prefix cache knows of prompts that share nothing, it knows from elsewhere. All of them
// begin with the server's chat template, which does not count. A trace's prompts may share blocks,
// and a file's may be alike or come again.
void note_known_prompts(StoredRun& run) {
  if (run.manifest.plan_yaml.empty()) return;
  const auto plan = plan::parse_plan(run.manifest.plan_yaml, "manifest.json: plan_yaml");
  if (!plan || !std::holds_alternative<plan::SyntheticPrompts>(plan->workload.prompts)) return;
  if (plan->workload.sessions || plan->workload.prefix) return;
  if (std::holds_alternative<plan::TraceReplay>(plan->load)) return;
  auto& targets = run.input.targets;
  const auto shares = analysis::prefix_cache_shares(run.rows, run.telemetry, targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double mean = mean_input(run.rows, i);
    const double own = mean - run.manifest.targets[i].tokens_base;
    if (!shares[i] || own <= 0) continue;
    targets[i].known_prompts = std::max(0.0, *shares[i] * mean - (mean - own)) / own;
  }
}

}  // namespace

std::string load_text(const plan::Plan& plan) { return plan::load_text(plan.load); }

namespace {

// What comes before the prompts' text: sessions and prefixes in common.
std::string sharing_text(const plan::Workload& workload) {
  std::string text;
  if (const auto& sessions = workload.sessions) {
    text = !sessions->turns ? "sessions, "
                            : fmt::format("sessions of {} turns, ", lengths_text(*sessions->turns));
  }
  if (const auto& prefix = workload.prefix) {
    text += fmt::format("{:.0f}% with a prefix of {}, ", prefix->share * 100,
                        lengths_text(prefix->tokens));
  }
  return text;
}

}  // namespace

std::string workload_text(const plan::Plan& plan) {
  const auto& sessions = plan.workload.sessions;
  if (sessions && !sessions->graph.empty()) {
    return "graphs of " + std::filesystem::path(sessions->graph).filename().string();
  }
  const std::string sharing = sharing_text(plan.workload);
  const bool traced = std::holds_alternative<plan::TraceReplay>(plan.load);
  const std::string out =
      traced ? "output lengths of the trace" : lengths_text(plan.workload.output) + " out";
  if (const auto* file = std::get_if<plan::PromptFile>(&plan.workload.prompts)) {
    return fmt::format("{}prompts of {}, {}", sharing,
                       std::filesystem::path(file->path).filename().string(), out);
  }
  const auto& synthetic = std::get<plan::SyntheticPrompts>(plan.workload.prompts);
  if (traced) return sharing + "synthetic, lengths of the trace";
  return fmt::format("{}synthetic {} in, {}", sharing, lengths_text(synthetic.input), out);
}

namespace {

std::vector<analysis::LoadStage> load_stages(const plan::LoadShape& load) {
  const auto* closed = std::get_if<plan::Concurrency>(&load);
  const auto* open = std::get_if<plan::Rate>(&load);
  std::vector<analysis::LoadStage> stages;
  if (closed == nullptr && open == nullptr) return stages;
  const auto& planned = closed != nullptr ? closed->stages : open->stages;
  if (planned.size() < 2) return stages;
  Nanos until = 0;
  for (const plan::Stage& stage : planned) {
    until += stage.duration;
    stages.push_back({plan::stage_text(stage, closed != nullptr), until});
  }
  return stages;
}

// An imported run has no plan of ours: what its file told of the load stands in the origin.
analysis::RunInput imported_input(const record::Manifest& manifest) {
  const record::ManifestOrigin& origin = *manifest.origin;
  analysis::RunInput input;
  input.run_id = manifest.run_id;
  input.scenario = manifest.name;
  for (const record::ManifestTarget& target : manifest.targets) {
    input.targets.push_back({target.name, target.engine, target.model, target.colour});
  }
  input.load = origin.open_loop ? analysis::LoadKind::kOpen : analysis::LoadKind::kClosed;
  const std::string load = origin.load_text.empty() ? "load not told" : origin.load_text;
  input.load_text = fmt::format("{}, by {}", load, origin.tool);
  input.workload_text = origin.workload_text.empty() ? "workload not told" : origin.workload_text;
  input.order = analysis::TurnOrder::kSequential;
  input.partial = manifest.status != record::RunStatus::kCompleted;
  return input;
}

}  // namespace

Result<analysis::RunInput> analysis_input(const record::Manifest& manifest) {
  if (manifest.origin && manifest.plan_yaml.empty()) return imported_input(manifest);
  const auto plan = plan::parse_plan(manifest.plan_yaml, "manifest.json: plan_yaml");
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text());
  analysis::RunInput input;
  input.run_id = manifest.run_id;
  input.scenario = plan->name;
  for (const record::ManifestTarget& target : manifest.targets) {
    input.targets.push_back({target.name, target.engine, target.model, target.colour});
  }
  const bool open = plan::is_open_loop(plan->load);
  input.load = open ? analysis::LoadKind::kOpen : analysis::LoadKind::kClosed;
  input.load_varies = plan::varies(plan->load);
  input.stages = load_stages(plan->load);
  input.load_text = load_text(*plan);
  input.workload_text = workload_text(*plan);
  input.order = turn_order(plan->order);
  for (const plan::Slo& slo : plan->slos) {
    auto made = analysis::make_slo(slo.metric, slo.quantile, slo.limit, slo.text);
    if (made) input.slos.push_back(std::move(*made));
  }
  if (manifest.client.cpu_share > 0) input.client_cpu_share = manifest.client.cpu_share;
  input.partial = manifest.status != record::RunStatus::kCompleted;
  return input;
}

analysis::Entry StoredRun::entry() const {
  analysis::Entry entry{.run = &input,
                        .rows = rows,
                        .telemetry = &telemetry,
                        .schedule = manifest.schedule_digest,
                        .tool = {},
                        .definitions = {}};
  if (manifest.origin) {
    entry.tool = manifest.origin->tool;
    entry.definitions = manifest.origin->definitions;
  } else if (manifest.anchor_realtime > 0) {
    entry.started = manifest.anchor_realtime;
    entry.ended = manifest.anchor_realtime + manifest.duration;
  }
  return entry;
}

Result<record::RunFolder> find_ended_run(const std::string& results_dir,
                                         std::string_view id_or_path) {
  auto folder = find_folder(results_dir, id_or_path);
  if (!folder || !folder->has_journal()) return folder;
  return fail(ErrorCode::kUnavailable,
              folder->is_live() ? "the run is still going on"
                                : "the run was killed; tokentrial results recover makes it whole",
              folder->id());
}

Result<record::Telemetry> read_run_telemetry(const record::RunFolder& folder) {
  auto telemetry = record::read_telemetry(folder.file(record::kTelemetryFile));
  if (telemetry || telemetry.error().code != ErrorCode::kNotFound) return telemetry;
  return record::Telemetry();
}

Result<StoredRun> open_run(const std::string& results_dir, std::string_view id_or_path) {
  const auto folder = find_ended_run(results_dir, id_or_path);
  if (!folder) return std::unexpected(folder.error());
  StoredRun run;
  run.folder = folder->path();
  auto manifest = record::load_manifest(folder->file(record::kManifestFile));
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  run.manifest = std::move(*manifest);
  auto input = analysis_input(run.manifest);
  if (!input) return std::unexpected(std::move(input.error()));
  run.input = std::move(*input);
  auto rows = record::read_rows(folder->file(record::kRequestsFile));
  if (!rows) return std::unexpected(std::move(rows.error()));
  run.rows = std::move(*rows);
  auto telemetry = read_run_telemetry(*folder);
  if (!telemetry) return std::unexpected(std::move(telemetry.error()));
  run.telemetry = std::move(*telemetry);
  note_known_prompts(run);
  return run;
}

}  // namespace tt::trial
